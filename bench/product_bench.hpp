// A product as a Google Benchmark entry, with the counters that every suite reports.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <bench/ceilings.hpp>
#include <rbgp/tuner.hpp>
#include <runtime/timer.hpp>

namespace rbgp::bench {

// `suite/dtype/layout/MxKxN/impl/CONFIG`. Tunables go into the label.
std::string entry_name(const std::string& suite, const Problem& problem, const std::string& impl,
                       const std::string& config);

// The inputs of one problem on one device and the dense product on them; entries of the same problem
// share it, so that every ratio is taken in one run on the same data.
class ProductBench {
 public:
  ProductBench(std::string suite, const Problem& problem, const Device& device);
  ~ProductBench();

  // Registers `suite/.../openblas|cublas/dense`. Does nothing where the library is missing.
  void register_dense();

  // Tunes the kernel of a configuration, or configuration and kernel of a sparsity, and registers the
  // winner. Progress goes to stderr. False, with the reason on stderr, where nothing was found.
  bool tune_and_register(TuneRequest request);

  const Problem& problem() const { return problem_; }

 private:
  struct State;
  std::string suite_;
  Problem problem_;
  Device device_;
  std::shared_ptr<State> state_;
};

// Adds what makes a result worth keeping (device, driver, compilers, commit) to the JSON's context.
// `commit` is the environment's RBGP_COMMIT, for machines without the repository.
void add_context(const Device& device);

}  // namespace rbgp::bench
