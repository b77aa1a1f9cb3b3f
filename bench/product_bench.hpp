// A product as a Google Benchmark entry, with the counters that every suite reports.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <bench/contender.hpp>
#include <bench/sparse_matrix.hpp>
#include <rbgp/plan.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp::bench {

// Where the zeros of W are, in percent and in the terms of RBGP4. What has no base graphs is told by
// what it would be as one: random blocks have all sparsity in Go and as many repeated rows as a block;
// random elements have it in Gi, and no repeated rows.
struct Structure {
  double sparsity = 0;
  double go_sparsity = 0;
  double gi_sparsity = 0;
  std::int64_t row_repetition = 1;
  std::optional<double> spectral_gap = std::nullopt;
};

struct Entry {
  std::string impl;  // "cusparse:csr"
  std::string config;  // "random@75"
  Dtype arithmetic = Dtype::f32;  // its own, and of what it is compared with
  Structure structure = {};
  std::optional<Plan> plan = std::nullopt;  // of a kernel of ours
};

// The input of one problem on one device and the dense products on it; entries of the same problem
// share them, so that every ratio is taken in one run on the same data, turn by turn.
//
// Every entry is checked once against the double-precision reference, on poisoned output, before it is
// registered, and is timed in two modes:
//   warm  launches follow each other on the same buffers; all counters but those of cold mode
//   cold  launches rotate over copies of W, I and O, more than twice the L2 cache (on the host the last
//         cache) in all: counters cold_median_ms and cold_ratio_to_dense, against dense in that mode
// Warm times are of 9 rounds, or of RBGP_BENCH_TURNS times 3, where that is set. What kernels of ours take, warm, is
// added to the wisdom in the file RBGP_BENCH_WISDOM, where it is set.
class ProductBench {
 public:
  ProductBench(std::string suite, const Problem& problem, const Device& device);
  ~ProductBench();

  // What follows registers an entry; progress goes to stderr. False, with the reason on stderr, where
  // there is nothing to register.

  // `suite/.../openblas|cublas/dense`. Where the library is missing, the other entries have no ratio.
  bool register_dense() { return register_dense(problem_.dtype); }
  // In another arithmetic on the same operands: f32 and tf32 are stored alike.
  bool register_dense(Dtype arithmetic);

  // Tunes the kernel of a configuration, or configuration and kernel of a sparsity: the winner.
  bool tune_and_register(TuneRequest request);

  // The kernel of a plan for this problem.
  bool register_plan(const Plan& plan);

  // Those of a file of kernels (kernel_list.hpp) that are for this problem; nothing where the name is empty.
  void register_kernels(const std::string& file);

  // The fastest of several implementations of the product with W. They differ in algorithm or layout.
  using Maker = std::function<std::unique_ptr<Contender>()>;
  bool register_fastest(const Entry& entry, const CsrMatrix& weights,
                        const std::vector<Maker>& makers);

  const Problem& problem() const { return problem_; }
  const Device& device() const { return device_; }

 private:
  struct State;
  bool register_kernel(const Plan& plan, std::optional<double> spectral_gap);
  std::string suite_;
  Problem problem_;
  Device device_;
  std::shared_ptr<State> state_;
};

// The relative error that entries computed in an arithmetic may have on operands of a dtype, of sums of so many
// products.
double entry_tolerance(Dtype operands, Dtype arithmetic, std::int64_t products);

// Adds what makes a result worth keeping (device, driver, compilers, commit) to the JSON's context.
// `commit` is the environment's RBGP_COMMIT, for machines without the repository.
// With what the device reaches in f32, and in the dtype where it is another.
void add_context(const Device& device, Dtype dtype = Dtype::f32);

}  // namespace rbgp::bench
