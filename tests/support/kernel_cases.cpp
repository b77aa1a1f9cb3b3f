#include <support/kernel_cases.hpp>

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include <rbgp/codegen.hpp>
#include <rbgp/tuner.hpp>
#include <support/random_config.hpp>

namespace rbgp::test {
namespace {

// A pattern, and by how much the problem is smaller than it.
struct Shape {
  const char* config;
  std::int64_t cut_rows, cut_cols;
};
constexpr Shape kShapes[] = {
    {"go=1x1,gr=1x1,gi=1x1,gb=1x1", 0, 0},                      // one element
    {"go=1x1,gr=4x1,gi=8x8@50,gb=1x1", 0, 0},                   // one tile
    {"go=1x1,gr=1x1,gi=1x1,gb=4x4", 0, 0},                      // one block
    {"go=8x16@75,gr=4x1,gi=16x32@50,gb=1x1", 0, 0},             // the paper's kind
    {"go=3x5,gr=2x3,gi=6x9@66.66666667,gb=1x2", 0, 0},          // no power of two, |Gr.V| > 1
    {"go=3x5,gr=2x3,gi=6x9@66.66666667,gb=1x2", 5, 7},
    {"go=4x4@50,gr=3x2,gi=5x5@40,gb=4x3", 11, 13},  // odd blocks; padding inside a tile
    {"go=16x16@87.5,gr=1x1,gi=32x32@93.75,gb=2x1", 0, 1},  // two Hamiltonian cycles
    {"go=6x4@50,gr=8x1,gi=8x16@75,gb=2x4", 100, 60},  // padding of whole tiles
    {"go=2x8,gr=32x1,gi=2x8,gb=1x1", 1, 0},  // complete, long row groups
    {"go=1x12,gr=7x1,gi=9x9@66.66666667,gb=1x1", 0, 0},  // odd row groups
    {"go=8x64@75,gr=2x1,gi=4x4@50,gb=2x1", 0, 0},  // more steps than any ring has stages
    {"go=2x3,gr=5x1,gi=64x64@96.875,gb=1x1", 3, 2},  // many row groups in a tile
};
constexpr std::int64_t kColumns[] = {1, 2, 3, 7, 16, 33, 64, 100, 257};

// Half of the cases have none: it is what a default problem has.
constexpr const char* kEpilogues[] = {"none", "bias",
                                      "none", "relu",
                                      "none", "scale,residual",
                                      "none", "bias,gelu",
                                      "none", "residual,bias,relu",
                                      "none", "scale,residual,bias,gelu",
                                      "none", "residual,bias,row_order,column_order,relu",
                                      "none", "row_order"};

Problem problem_of(const Rbgp4Config& config, std::int64_t cut_rows, std::int64_t cut_cols,
                   std::int64_t n, Dtype dtype) {
  return {.m = config.rows() - cut_rows, .k = config.cols() - cut_cols, .n = n, .dtype = dtype};
}

// The next in turn of all layouts with all epilogues.
void vary(Problem& problem, std::size_t turn) {
  problem.layout = turn % 2 == 0 ? Layout::kn : Layout::nk;
  problem.epilogue = Epilogue::parse(kEpilogues[turn / 2 % std::size(kEpilogues)]);
}

bool covers(const std::vector<KernelCase>& cases, const std::string& tunable, std::int64_t value) {
  return std::any_of(cases.begin(), cases.end(),
                     [&](const KernelCase& known) { return known.kernel.at(tunable) == value; });
}

// Every shape with every n, half of them with the default kernel where it is of this family.
void add_shapes(const KernelFamily& family, const DeviceProperties& device, Dtype dtype,
                RandomWords& random, std::vector<KernelCase>& cases) {
  std::size_t turn = 0;
  for (const Shape& shape : kShapes) {
    const Rbgp4Config config = Rbgp4Config::parse(shape.config);
    for (const std::int64_t n : kColumns) {
      Problem problem = problem_of(config, shape.cut_rows, shape.cut_cols, n, dtype);
      vary(problem, turn++);
      std::optional<KernelConfig> kernel;
      if (random.bit()) kernel = default_kernel(config, problem, device);
      if (!kernel || kernel->family != family.name)
        kernel = random_kernel(random, family, config, problem, device);
      if (!kernel) {
        // Some families take one layout, whole vectors of columns, and no order of columns.
        problem.layout = Layout::kn;
        problem.epilogue.column_order = false;
        problem.n = (n + 3) / 4 * 4;
        kernel = random_kernel(random, family, config, problem, device);
      }
      if (kernel) cases.push_back({config, problem, *kernel});
    }
  }
}

// Every combination of the parts of an epilogue, in both layouts, on shapes with ragged edges and with
// neighbouring rows. Orders are there in half of them: each meets each of the others in all ways.
void add_epilogues(const KernelFamily& family, const DeviceProperties& device, Dtype dtype,
                   RandomWords& random, std::vector<KernelCase>& cases) {
  constexpr Shape kRagged[] = {
      {"go=3x5,gr=2x3,gi=6x9@66.66666667,gb=1x2", 5, 7},
      {"go=4x4@50,gr=1x2,gi=4x4@50,gb=4x1", 8, 3},
  };
  constexpr std::int64_t kRaggedColumns[] = {1, 30, 35, 64};
  std::size_t turn = 0;
  for (const Layout layout : {Layout::kn, Layout::nk})
    for (const Activation activation : {Activation::none, Activation::relu, Activation::gelu})
      for (const bool scale : {false, true})
        for (const bool residual : {false, true})
          for (const bool bias : {false, true}) {
            const Shape& shape = kRagged[turn % std::size(kRagged)];
            const Rbgp4Config config = Rbgp4Config::parse(shape.config);
            Problem problem =
                problem_of(config, shape.cut_rows, shape.cut_cols,
                           kRaggedColumns[turn / 2 % std::size(kRaggedColumns)], dtype);
            problem.layout = layout;
            const bool transposed = layout == Layout::nk;
            problem.epilogue = {scale,
                                residual,
                                bias,
                                activation,
                                (scale != residual) != (bias != transposed),
                                residual != bias};
            // An odd step, so that every epilogue meets other shapes in the other layout.
            turn += 3;
            auto kernel = random_kernel(random, family, config, problem, device);
            if (!kernel && problem.epilogue.column_order) {
              problem.epilogue.column_order = false;
              kernel = random_kernel(random, family, config, problem, device);
            }
            if (kernel) cases.push_back({config, problem, *kernel});
          }
}

void add_tunable_values(const KernelFamily& family, const DeviceProperties& device, Dtype dtype,
                        RandomWords& random, std::vector<KernelCase>& cases) {
  for (const Tunable& tunable : family.tunables(device)) {
    for (const std::int64_t value : tunable.values) {
      bool covered = covers(cases, tunable.name, value);
      for (std::size_t i = 0; i < std::size(kShapes) && !covered; ++i) {
        const Rbgp4Config config = Rbgp4Config::parse(kShapes[i].config);
        const Problem problem = problem_of(config, 0, 0, 100, dtype);
        if (const auto kernel = random_kernel(random, family, config, problem, device, 300,
                                              {{tunable.name, value}})) {
          cases.push_back({config, problem, *kernel});
          covered = true;
        }
      }
    }
  }
}

// Whether the family multiplies the dtype at all.
bool multiplies(const KernelFamily& family, const DeviceProperties& device, Dtype dtype) {
  RandomWords random(1);
  return std::any_of(std::begin(kShapes), std::end(kShapes), [&](const Shape& shape) {
    const Rbgp4Config config = Rbgp4Config::parse(shape.config);
    return random_kernel(random, family, config, problem_of(config, 0, 0, 64, dtype), device)
        .has_value();
  });
}

void add_random(const KernelFamily& family, const DeviceProperties& device, Dtype dtype,
                std::size_t count, RandomWords& random, std::vector<KernelCase>& cases) {
  for (const std::size_t end = cases.size() + count; cases.size() < end;) {
    const Rbgp4Config config = random_config(random);
    const auto below = [&](std::int64_t limit) {
      return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(limit)));
    };
    const bool padded = random.below(3) == 0;
    Problem problem = problem_of(config, padded ? below(config.rows()) : 0,
                                 padded ? below(config.cols()) : 0, 1 + below(150), dtype);
    vary(problem, random.below(64));
    if (const auto kernel = random_kernel(random, family, config, problem, device))
      cases.push_back({config, problem, *kernel});
  }
}

}  // namespace

std::string KernelCase::name() const {
  return fmt::format("{} on {} {}", problem.to_string(), config.to_string(), kernel.to_string());
}

std::vector<KernelCase> kernel_cases(const KernelFamily& family, const DeviceProperties& device,
                                     std::size_t random_count, std::uint64_t seed) {
  std::vector<KernelCase> all;
  for (const Dtype dtype : kAllDtypes) {
    if (!multiplies(family, device, dtype)) continue;
    RandomWords random(seed);
    std::vector<KernelCase> cases;
    add_shapes(family, device, dtype, random, cases);
    add_epilogues(family, device, dtype, random, cases);
    add_tunable_values(family, device, dtype, random, cases);
    add_random(family, device, dtype, random_count, random, cases);
    // What another dtype changes is loading and storing: of the rest, some are enough. The step is odd, so
    // that both layouts stay.
    constexpr std::size_t kFewer = 5;
    const std::size_t step = all.empty() ? 1 : kFewer;
    for (std::size_t i = 0; i < cases.size(); i += step) all.push_back(cases[i]);
  }
  return all;
}

DeviceProperties synthetic_device(DeviceKind kind) {
  if (kind == DeviceKind::cuda) {
    DeviceProperties device = target_properties("sm_90a");
    device.compute_units = 132;
    return device;
  }
  return {.kind = DeviceKind::host,
          .name = "a processor with 512-bit vectors",
          .arch = "x86-64-v4",
          .compute_units = 2,
          .vector_floats = 16,
          .vector_registers = 32};
}

}  // namespace rbgp::test
