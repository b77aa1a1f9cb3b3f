// Checking and timing kernels on a device, in the process that does nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rbgp/kernel.hpp>
#include <rbgp/tuner.hpp>
#include <runtime/checksum.hpp>
#include <runtime/compiler.hpp>
#include <runtime/timer.hpp>
#include <tuner/dense_baseline.hpp>
#include <tuner/epilogue_data.hpp>
#include <tuner/guarded_buffer.hpp>
#include <tuner/product_check.hpp>

namespace rbgp {

// A buffer that kernels only read, and its checksum.
struct SealedBuffer {
  GuardedBuffer buffer;
  std::uint64_t checksum = 0;
};

// A kernel with its packed values, as often as there are copies of the operands, and its workspace.
struct PreparedKernel {
  Kernel kernel;
  std::vector<float> values;
  std::vector<SealedBuffer> packed;
  GuardedBuffer workspace;
};

// What became of one kernel.
struct Verdict {
  FailureKind kind = FailureKind::none;
  std::string failure;  // one line; empty where there is none
  double median_ms = 0;
  double spread = 0;
  double relative_error = 0;
  double check_seconds = 0;  // while nothing was timed
  double time_seconds = 0;
  std::string
      disturbance;  // what else was going on at every attempt to time it; empty where nothing was
  bool at_power_limit = false;  // when it was timed
};

// What `time` measured on the device; again where something else disturbed it, three times at most, and then says
// what in the end.
runtime::Samples undisturbed(const Device& device, const std::function<runtime::Samples()>& time,
                             std::string& disturbance);

// The inputs of one problem on one device, and what is measured with them. Not thread-safe.
class Measurement {
 public:
  // Cold: launches rotate over so many copies of I, O and packed values that each finds none of them in
  // the device's shared cache.
  Measurement(const Problem& problem, const Device& device, std::uint64_t seed, bool cold);

  // Runs the kernel twice on poisoned output, with weights of its own that `draw` numbers; looks for
  // writes outside its buffers, for a difference between the runs and for a wrong product; and times it, on a GPU
  // while other threads look at the product.
  // A kernel two of whose first timed launches take kGiveUp times `best_ms` (0: none is known) is not timed
  // further. Errors: what loading and launching throw.
  Verdict measure(const KernelSpec& spec, const runtime::Binary& binary, std::uint64_t draw,
                  double best_ms);
  static constexpr double kGiveUp = 3;

  // For comparisons that interleave.
  PreparedKernel prepare(const KernelSpec& spec, const runtime::Binary& binary,
                         std::uint64_t draw) const;
  runtime::Samples time(PreparedKernel& prepared, const runtime::TimingOptions& options);
  // As time; again where something else disturbed it, and then says what in the end.
  runtime::Samples time_undisturbed(PreparedKernel& prepared, const runtime::TimingOptions& options,
                                    std::string& disturbance);

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

 private:
  // What a launch reads beside the kernel's own buffers.
  struct Inputs {
    SealedBuffer input;
    DeviceEpilogue epilogue;
    std::vector<std::uint64_t> epilogue_checksums;
  };
  struct Operands {
    Inputs inputs;
    GuardedBuffer output;
  };
  Inputs make_inputs(const std::vector<float>& input, const EpilogueData& epilogue) const;
  Operands make_operands() const;
  bool is_as_it_was(const SealedBuffer& sealed) const;
  SealedBuffer sealed(GuardedBuffer buffer) const;
  SealedBuffer pack(const PreparedKernel& prepared) const;
  // Makes as many copies as a launch that touches this many bytes more than I and O needs.
  int need_copies(std::size_t weight_bytes);
  // One launch on poisoned output.
  void launch_once(PreparedKernel& prepared, const Inputs& inputs);
  // The first copy's O, as floats.
  void read_output(std::vector<float>& floats);
  std::string written_outside(const PreparedKernel& prepared) const;
  // What two launches tell without a reference; reads what the check wants of them.
  Verdict compare_launches(PreparedKernel& prepared);
  // Of what compare_launches has read; it and the kernel must outlive the check.
  std::shared_future<Verdict> check(const PreparedKernel& prepared) const;
  // Whether each of two single launches took kGiveUp times the best, and none was held up; the last is in `samples`.
  bool gives_up(PreparedKernel& prepared, double best_ms, runtime::Samples& samples);

  Problem problem_;
  Device device_;
  std::uint64_t seed_;
  bool cold_;
  runtime::Checksum checksum_;
  std::vector<float> input_;
  EpilogueData epilogue_;
  ProductCheck check_;
  std::vector<Operands> copies_;  // at least one
  // What the check wants where there is an activation: the launch on inputs of the other sign.
  std::optional<Inputs> mirror_;
  // Kept from check to check: fresh memory of this size costs more than what is done with it.
  std::vector<std::byte> stored_output_;
  std::vector<float> output_, mirrored_;
  std::unique_ptr<DenseBaseline> dense_library_;
  std::vector<DeviceBuffer> dense_weights_;
  std::unique_ptr<PreparedKernel> dense_kernel_;  // in place of the library
};

}  // namespace rbgp
