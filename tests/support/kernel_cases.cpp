#include <support/kernel_cases.hpp>

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include <rbgp/codegen.hpp>
#include <rbgp/tuner.hpp>
#include <support/kernel_shapes.hpp>
#include <support/random_config.hpp>

namespace rbgp::test {
namespace {

// Half of the cases have none: it is what a default problem has.
constexpr const char* kEpilogues[] = {"none", "bias",
                                      "none", "relu",
                                      "none", "scale,residual",
                                      "none", "bias,gelu",
                                      "none", "residual,bias,relu",
                                      "none", "scale,residual,bias,gelu",
                                      "none", "residual,bias,row_order,column_order,relu",
                                      "none", "row_order"};

Problem problem_of(const Rbgp4Config& config, const KernelCaseShape& shape, std::int64_t n,
                   Dtype dtype) {
  return {.m = config.rows() - shape.cut_rows,
          .k = config.cols() - shape.cut_cols,
          .n = n,
          .dtype = dtype};
}

// The next in turn of all layouts with all epilogues, as far as the family takes them.
void vary(Problem& problem, const KernelFamily& family, std::size_t turn) {
  problem.layout = turn % 2 == 0 ? Layout::kn : Layout::nk;
  problem.epilogue = Epilogue::parse(kEpilogues[turn / 2 % std::size(kEpilogues)]);
  fit_problem(family, problem);
}

bool covers(const std::vector<KernelCase>& cases, const std::string& tunable, std::int64_t value) {
  return std::any_of(cases.begin(), cases.end(),
                     [&](const KernelCase& known) { return known.kernel.at(tunable) == value; });
}

// Every shape with every n, half of them with the default kernel where it is of this family; fewer on tensor
// cores, where it is one of many more.
void add_shapes(const KernelFamily& family, const DeviceProperties& device, Dtype dtype,
                RandomWords& random, std::vector<KernelCase>& cases) {
  std::size_t turn = 0;
  const KernelShapes shapes = shapes_of(family);
  for (const KernelCaseShape& shape : shapes.all) {
    const Rbgp4Config config = Rbgp4Config::parse(shape.config);
    for (const std::int64_t n : shapes.columns) {
      Problem problem = problem_of(config, shape, n, dtype);
      vary(problem, family, turn++);
      std::optional<KernelConfig> kernel;
      if (random.below(on_tensor_cores(family) ? 6 : 2) == 0)
        kernel = default_kernel(config, problem, device);
      if (!kernel || kernel->family != family.name)
        kernel = random_kernel(random, family, config, problem, device);
      if (!kernel) {
        // Some families take one layout, whole vectors of columns, and no order of columns.
        problem.layout = Layout::kn;
        problem.epilogue.column_order = false;
        problem.n = (n + 3) / 4 * 4;
        fit_problem(family, problem);
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
  const KernelShapes shapes = shapes_of(family);
  std::size_t turn = 0;
  for (const Layout layout : {Layout::kn, Layout::nk})
    for (const Activation activation : {Activation::none, Activation::relu, Activation::gelu})
      for (const bool scale : {false, true})
        for (const bool residual : {false, true})
          for (const bool bias : {false, true}) {
            const KernelCaseShape& shape = shapes.ragged[turn % shapes.ragged.size()];
            const Rbgp4Config config = Rbgp4Config::parse(shape.config);
            Problem problem =
                problem_of(config, shape,
                           shapes.ragged_columns[turn / 2 % shapes.ragged_columns.size()], dtype);
            problem.layout = layout;
            const bool transposed = layout == Layout::nk;
            problem.epilogue = {scale,
                                residual,
                                bias,
                                activation,
                                (scale != residual) != (bias != transposed),
                                residual != bias};
            fit_problem(family, problem);
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
      for (const KernelCaseShape& shape : shapes_of(family).all) {
        if (covered) break;
        const Rbgp4Config config = Rbgp4Config::parse(shape.config);
        Problem problem = problem_of(config, {}, 100, dtype);
        fit_problem(family, problem);
        if (const auto kernel = random_kernel(random, family, config, problem, device, 300,
                                              {{tunable.name, value}})) {
          cases.push_back({config, problem, *kernel});
          covered = true;
        }
      }
    }
  }
}

// Whether the family multiplies the dtype on the device at all.
bool multiplies(const KernelFamily& family, const DeviceProperties& device, Dtype dtype) {
  if (!family.multiplies(dtype)) return false;
  RandomWords random(1);
  const auto shapes = shapes_of(family).all;
  return std::any_of(shapes.begin(), shapes.end(), [&](const KernelCaseShape& shape) {
    const Rbgp4Config config = Rbgp4Config::parse(shape.config);
    Problem problem = problem_of(config, {}, 64, dtype);
    fit_problem(family, problem);
    return random_kernel(random, family, config, problem, device).has_value();
  });
}

void add_random(const KernelFamily& family, const DeviceProperties& device, Dtype dtype,
                std::size_t count, RandomWords& random, std::vector<KernelCase>& cases) {
  for (const std::size_t end = cases.size() + count; cases.size() < end;) {
    const Rbgp4Config config = random_config_for(family, random);
    const auto below = [&](std::int64_t limit) {
      return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(limit)));
    };
    const bool padded = random.below(3) == 0;
    const KernelCaseShape shape{nullptr, padded ? below(config.rows()) : 0,
                                padded ? below(config.cols()) : 0};
    Problem problem = problem_of(config, shape, 1 + below(150), dtype);
    vary(problem, family, random.below(64));
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
    // What another dtype changes is loading and storing, and tensor cores' instructions: of the rest, some
    // are enough. The step is odd, so that both layouts stay.
    const std::size_t fewer = on_tensor_cores(family) ? 3 : 5;
    const std::size_t step = dtype == usual_dtype(family) ? 1 : fewer;
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
