#include <bench/product_bench.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

#include <benchmark/benchmark.h>

#include <bench/arguments.hpp>
#include <bench/ceilings.hpp>
#include <bench/entry_name.hpp>
#include <bench/kernel_list.hpp>
#include <bench/timed_product.hpp>
#include <generator/cuda_source.hpp>
#include <rbgp/error.hpp>
#include <rbgp/wisdom.hpp>
#include <tuner/bench_inputs.hpp>
#include <tuner/product_check.hpp>
#include <tuner/rounds.hpp>

namespace rbgp::bench {
namespace {

// Dense and entry in turn, so that both meet the same machine. On a GPU a turn has several rounds: it is the clock
// that it waits for that takes its time. RBGP_BENCH_TURNS asks for more of them: tensor cores draw so much power that the
// medians of three turns move by up to 5 %.
constexpr int kRounds = 9;
constexpr int kColdRounds = 6;
constexpr int kCudaRoundsEach = 3;
constexpr int kMostTurns = 100;
constexpr std::chrono::duration<double> kSettleTime(kSettledSeconds);

constexpr std::uint64_t kInputSeed = 7;
constexpr std::uint64_t kDenseSeed = 8;
constexpr std::uint64_t kValuesSeed = 9;
constexpr std::uint64_t kSampleSeed = 10;

int warm_rounds() {
  const char* const turns = std::getenv("RBGP_BENCH_TURNS");
  if (turns == nullptr || *turns == '\0') return kRounds;
  const double number = parse_number(turns);
  require(number >= 1 && number <= kMostTurns && number == std::floor(number),
          ErrorCode::invalid_argument,
          "RBGP_BENCH_TURNS is {}, and has to be an integer from 1 to {}", turns, kMostTurns);
  return static_cast<int>(number) * kCudaRoundsEach;
}

Structure structure_of(const Rbgp4Config& config) {
  return {.sparsity = 100 * config.sparsity(),
          .go_sparsity = 100 * config.go.sparsity(),
          .gi_sparsity = 100 * config.gi.sparsity(),
          .row_repetition = config.row_repetition()};
}

struct Dense {
  std::unique_ptr<TimedProduct> product;  // null where the library is missing
  std::string missing;
  std::optional<runtime::LaunchTimer> warm = std::nullopt;
  std::optional<runtime::LaunchTimer> cold = std::nullopt;
};

struct Registered {
  Entry entry;
  double nonzeros;
  std::unique_ptr<TimedProduct> product;
};

// Medians of rounds that alternate between two timers.
struct Turns {
  runtime::Samples own, dense;
};

// A GPU's clock follows the power that is drawn: after what draws more or less, a launch would be timed at
// the clock of the other. So each runs alone until its own clock has settled, before it is timed.
void take_turn(runtime::LaunchTimer& timer, bool settles, int rounds,
               std::vector<double>& medians) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  while (settles && Clock::now() - begin < kSettleTime) timer.sample();
  for (int round = 0; round < rounds; ++round) medians.push_back(timer.sample().median());
}

Turns take_turns(runtime::LaunchTimer& own, runtime::LaunchTimer* dense, const Device& device,
                 int rounds) {
  const bool settles = device.kind() == DeviceKind::cuda;
  const int each = settles ? kCudaRoundsEach : 1;
  Turns turns;
  for (int round = 0; round < rounds; round += each) {
    if (dense != nullptr) take_turn(*dense, settles, each, turns.dense.ms);
    take_turn(own, settles, each, turns.own.ms);
  }
  return turns;
}

const char* wisdom_file() {
  const char* file = std::getenv("RBGP_BENCH_WISDOM");
  return file == nullptr ? "" : file;
}

}  // namespace

struct ProductBench::State {
  State(const Problem& wanted, const Device& on)
      : problem(wanted),
        operands(wanted, on, kInputSeed),
        reference(wanted, operands.host_input(), kSampleSeed),
        wisdom(wisdom_file()) {}

  Dense& dense(Dtype arithmetic);
  void run(benchmark::State& state, const Registered& registered);
  void run_dense(benchmark::State& state, Dtype arithmetic);
  void report_roofline(benchmark::State& state, Dtype arithmetic, double nonzeros, double ms);
  void remember(Plan plan, const Turns& turns);

  Problem problem;
  Operands operands;
  ProductReference reference;
  std::map<Dtype, Dense> dense_products;
  std::map<std::string, std::vector<std::string>> labels;  // of the entries of a name
  std::string wisdom;  // file; empty: none
};

double entry_tolerance(Dtype operands, Dtype arithmetic, std::int64_t products) {
  const double rounded =
      operand_roundoff(arithmetic) > operand_roundoff(operands) ? operand_roundoff(arithmetic) : 0;
  // Both operands of a multiplication are rounded, or cut off, which is twice as much.
  const double sums = product_tolerance(arithmetic, products) - product_tolerance(arithmetic, 0);
  return product_tolerance(operands, 0) + sums + 4 * rounded;
}

Dense& ProductBench::State::dense(Dtype arithmetic) {
  const auto known = dense_products.find(arithmetic);
  if (known != dense_products.end()) return known->second;
  Dense& dense = dense_products[arithmetic];
  const std::vector<float> values =
      random_operands(problem.dtype, problem.m * problem.k, kDenseSeed);
  Problem computed = problem;
  computed.dtype = arithmetic;
  auto contender = dense_contender(computed, operands.device(), values, dense.missing);
  if (!contender) return dense;
  dense.product = std::make_unique<TimedProduct>(std::move(contender), operands);
  dense.product->check(reference, to_csr(problem.m, problem.k, values),
                       entry_tolerance(problem.dtype, arithmetic, problem.k));
  dense.warm = dense.product->warm_timer();
  dense.cold = dense.product->cold_timer();
  return dense;
}

namespace {

// One entry that fails does not take the results of the others with it.
template <typename Run>
void register_entry(const EntryName& name, Run run) {
  benchmark::RegisterBenchmark(name.text().c_str(),
                               [run = std::move(run)](benchmark::State& state) {
                                 try {
                                   run(state);
                                 } catch (const Error& error) {
                                   state.SkipWithError(error.what());
                                 }
                               })
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond)
      ->Iterations(warm_rounds());
}

void report(benchmark::State& state, const Structure& structure, const Turns& warm,
            const Turns& cold, TimedProduct& product) {
  std::size_t round = 0;
  for (auto _ : state) state.SetIterationTime(warm.own.ms[round++ % warm.own.ms.size()] * 1e-3);
  state.counters["median_ms"] = warm.own.median();
  state.counters["spread"] = warm.own.spread();
  state.counters["cold_median_ms"] = cold.own.median();
  if (!warm.dense.ms.empty()) {
    state.counters["ratio_to_dense"] = warm.dense.median() / warm.own.median();
    state.counters["cold_ratio_to_dense"] = cold.dense.median() / cold.own.median();
  }
  state.counters["sparsity"] = structure.sparsity;
  state.counters["go_sparsity"] = structure.go_sparsity;
  state.counters["gi_sparsity"] = structure.gi_sparsity;
  state.counters["row_repetition"] = static_cast<double>(structure.row_repetition);
  if (structure.spectral_gap) state.counters["spectral_gap"] = *structure.spectral_gap;
  state.counters["rel_error"] = product.relative_error();
  state.SetLabel(product.contender().label());
}

}  // namespace

void ProductBench::State::run(benchmark::State& state, const Registered& registered) {
  TimedProduct& product = *registered.product;
  const Dtype arithmetic = registered.entry.arithmetic;
  Dense& dense_product = dense(arithmetic);
  const bool compared = dense_product.product != nullptr;
  runtime::LaunchTimer warm_timer = product.warm_timer();
  const Turns warm = take_turns(warm_timer, compared ? &*dense_product.warm : nullptr,
                                operands.device(), warm_rounds());
  runtime::LaunchTimer cold_timer = product.cold_timer();
  const Turns cold = take_turns(cold_timer, compared ? &*dense_product.cold : nullptr,
                                operands.device(), kColdRounds);
  report(state, registered.entry.structure, warm, cold, product);

  const double density = registered.nonzeros / static_cast<double>(problem.m * problem.k);
  if (compared)
    state.counters["ideal_fraction"] = warm.dense.median() * density / warm.own.median();
  report_roofline(state, arithmetic, registered.nonzeros, warm.own.median());
  if (registered.entry.plan && !wisdom.empty()) remember(*registered.entry.plan, warm);
}

void ProductBench::State::remember(Plan plan, const Turns& turns) {
  plan.device = operands.device().properties();
  plan.median_ms = turns.own.median();
  if (!turns.dense.ms.empty()) {
    plan.dense_ms = turns.dense.median();
    plan.dense_library = dense(problem.dtype).product->contender().label();
  }
  Wisdom known;
  known.add({.plan = std::move(plan), .generator_version = kGeneratorVersion});
  known.save_into(wisdom);
}

void ProductBench::State::report_roofline(benchmark::State& state, Dtype arithmetic,
                                          double nonzeros, double ms) {
  const double ceiling = multiply_adds_per_ms(operands.device(), arithmetic);
  // Without a compiler or a library for the device there is no probe.
  if (ceiling <= 0) return;
  const double arithmetic_ms = nonzeros * static_cast<double>(problem.n) / ceiling;
  state.counters["roofline_fraction"] =
      roofline_ms(ceilings_of(operands.device()), problem, nonzeros, arithmetic_ms) / ms;
}

void ProductBench::State::run_dense(benchmark::State& state, Dtype arithmetic) {
  Dense& self = dense(arithmetic);
  const Turns warm = take_turns(*self.warm, nullptr, operands.device(), warm_rounds());
  const Turns cold = take_turns(*self.cold, nullptr, operands.device(), kColdRounds);
  report(state, {.row_repetition = problem.m}, warm, cold, *self.product);
  state.counters["ratio_to_dense"] = 1;
  state.counters["cold_ratio_to_dense"] = 1;
  state.counters["ideal_fraction"] = 1;
  report_roofline(state, arithmetic, static_cast<double>(problem.m * problem.k), warm.own.median());
}

ProductBench::ProductBench(std::string suite, const Problem& problem, const Device& device)
    : suite_(std::move(suite)),
      problem_(problem),
      device_(device),
      state_(std::make_shared<State>(problem, device)) {}

ProductBench::~ProductBench() = default;

bool ProductBench::register_dense(Dtype arithmetic) {
  const Dense& dense = state_->dense(arithmetic);
  if (!dense.product) {
    std::fprintf(stderr, "no dense %s product: %s\n", std::string(to_string(arithmetic)).c_str(),
                 dense.missing.c_str());
    return false;
  }
  const EntryName name{.suite = suite_,
                       .dtype = std::string(to_string(arithmetic)),
                       .layout = std::string(to_string(problem_.layout)),
                       .problem = problem_,
                       .impl = device_.kind() == DeviceKind::cuda ? "cublas" : "openblas",
                       .config = "dense"};
  register_entry(name, [shared = state_, arithmetic](benchmark::State& state) {
    shared->run_dense(state, arithmetic);
  });
  return true;
}

bool ProductBench::register_fastest(const Entry& entry, const CsrMatrix& weights,
                                    const std::vector<Maker>& makers) {
  auto registered = std::make_shared<Registered>(
      Registered{entry, static_cast<double>(weights.nonzeros()), nullptr});
  double best_ms = 0;
  std::string failures;
  for (const Maker& make : makers) {
    std::string what;
    try {
      auto contender = make();
      what = contender->label();
      auto product = std::make_unique<TimedProduct>(std::move(contender), state_->operands);
      product->check(state_->reference, weights,
                     entry_tolerance(problem_.dtype, entry.arithmetic, problem_.k));
      const double ms = makers.size() > 1 || best_ms == 0 ? product->quick_ms() : 0;
      if (best_ms != 0 && ms >= best_ms) continue;
      best_ms = ms;
      registered->product = std::move(product);
    } catch (const Error& error) {
      failures += fmt::format("{}{}: {}", failures.empty() ? "" : "; ", what, error.what());
    }
  }
  if (!failures.empty())
    std::fprintf(stderr, "%-16s %s: %s\n", entry.impl.c_str(), entry.config.c_str(),
                 failures.c_str());
  if (!registered->product) return false;
  Contender& contender = registered->product->contender();
  std::fprintf(stderr, "%-16s %-50s %8.4f ms  %s\n", entry.impl.c_str(), entry.config.c_str(),
               best_ms, contender.label().c_str());
  EntryName name{.suite = suite_,
                 .dtype = std::string(to_string(entry.arithmetic)),
                 .layout = std::string(to_string(contender.input_layout())),
                 .problem = problem_,
                 .impl = entry.impl,
                 .config = entry.config};
  // Two wanted sparsities may have the same nearest one, and the same best pattern; or a pattern has several kernels.
  std::vector<std::string>& labels = state_->labels[name.text()];
  const std::string label = contender.label();
  if (std::find(labels.begin(), labels.end(), label) != labels.end()) {
    std::fprintf(stderr, "  is an entry already\n");
    return true;
  }
  labels.push_back(label);
  if (labels.size() > 1) name.config += fmt::format("#{}", labels.size());
  register_entry(name, [shared = state_, registered](benchmark::State& state) {
    shared->run(state, *registered);
  });
  return true;
}

bool ProductBench::register_kernel(const Plan& plan, std::optional<double> spectral_gap) {
  const KernelSpec& spec = plan.spec;
  const std::vector<float> values =
      random_operands(problem_.dtype, problem_.m * spec.pattern.nnz_per_row(), kValuesSeed);
  const Rbgp4Config& config = spec.pattern.config();
  Entry entry{.impl = "rbgp:" + spec.kernel.family,
              .config = config.to_string(),
              .arithmetic = problem_.dtype,
              .structure = structure_of(config),
              .plan = plan};
  entry.structure.spectral_gap = spectral_gap;
  return register_fastest(entry, to_csr(spec.pattern, problem_, values),
                          {[&] { return kernel_contender(spec, device_, values); }});
}

bool ProductBench::tune_and_register(TuneRequest request) {
  request.problem = problem_;
  request.device = device_;
  TuneResult tuned;
  try {
    tuned = tune(request);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return false;
  }
  const CandidateResult& best = tuned.ranking[tuned.chosen];
  std::fprintf(stderr, "tuned: %5.2fx dense, %zu candidates\n",
               tuned.plan.dense_ms / best.median_ms, tuned.ranking.size());
  for (const std::string& note : tuned.notes) std::fprintf(stderr, "  %s\n", note.c_str());
  return register_kernel(tuned.plan, best.spectral_gap);
}

void ProductBench::register_kernels(const std::string& file) {
  if (file.empty()) return;
  for (const KernelSpec& spec : read_kernels(file, problem_, device_.properties()))
    register_kernel({.spec = spec, .seed = kKernelListSeed}, spec.pattern.spectral_gap());
}

bool ProductBench::register_plan(const Plan& plan) {
  if (plan.spec.problem != problem_) return false;
  return register_kernel(plan, plan.spec.pattern.spectral_gap());
}

}  // namespace rbgp::bench
