// Building, checking and timing one candidate on a device.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <rbgp/kernel.hpp>
#include <rbgp/tuner.hpp>
#include <runtime/timer.hpp>
#include <tuner/dense_baseline.hpp>
#include <tuner/epilogue_data.hpp>
#include <tuner/product_check.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {

// Patterns by configuration: many candidates share their base graphs, and the larger graphs take longer
// to sample than a kernel takes to compile.
class PatternCache {
 public:
  explicit PatternCache(std::uint64_t seed) : seed_(seed) {}
  struct Entry {
    Rbgp4Pattern pattern;
    double spectral_gap;
  };
  const Entry& get(const Rbgp4Config& config);
  // The pattern that get() returns for its configuration, in place of a sampled one.
  void put(const Rbgp4Pattern& pattern);

 private:
  std::uint64_t seed_;
  std::map<std::string, Entry> entries_;
};

// A kernel with its packed values and workspace on the device.
struct PreparedKernel {
  Kernel kernel;
  DeviceBuffer packed;
  DeviceBuffer workspace;
};

// The inputs of one problem on one device, and what is measured with them. Not thread-safe.
class Measurement {
 public:
  Measurement(const Problem& problem, const Device& device, std::uint64_t seed);

  // Compiles, runs once on poisoned output, checks, and times. A candidate whose first launch takes
  // `give_up` times `best_ms` is not timed further. Errors: what creating and launching throw.
  CandidateResult measure(const Candidate& candidate, double best_ms);

  PreparedKernel prepare(const Candidate& candidate);
  // Median of a short series of launches, for comparisons that interleave.
  runtime::Samples time(const PreparedKernel& prepared, const runtime::TimingOptions& options);

  // The dense product on the same input: the vendor's library, without an epilogue, or where it is
  // missing our own kernel for the complete pattern. `note` says so, one line; empty where there is
  // nothing to say.
  struct Dense {
    std::string library;
    std::string note;
  };
  Dense open_dense();
  // After open_dense.
  runtime::Samples time_dense(const runtime::TimingOptions& options);

  PatternCache& patterns() { return patterns_; }

 private:
  // One launch on poisoned output.
  std::vector<float> launch_once(const PreparedKernel& prepared, const DeviceBuffer& input,
                                 const DeviceEpilogue& epilogue);

  Problem problem_;
  Device device_;
  std::uint64_t seed_;
  std::uint64_t drawn_ = 0;  // weights drawn so far: each candidate gets fresh ones
  PatternCache patterns_;
  std::vector<float> input_;
  EpilogueData epilogue_;
  ProductCheck check_;
  DeviceBuffer device_input_, device_output_;
  DeviceEpilogue device_epilogue_;
  // What the check wants where there is an activation: the launch on inputs of the other sign.
  struct Mirror {
    DeviceBuffer input;
    DeviceEpilogue epilogue;
  };
  std::unique_ptr<Mirror> mirror_;
  std::unique_ptr<DenseBaseline> dense_library_;
  DeviceBuffer dense_weights_;
  std::unique_ptr<PreparedKernel> dense_kernel_;  // in place of the library
};

}  // namespace rbgp
