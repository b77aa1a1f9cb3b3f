#include <support/cuda_on_host_check.hpp>

#include <fmt/format.h>

#include <rbgp/codegen.hpp>
#include <rbgp/kernel.hpp>
#include <support/kernel_cases.hpp>
#include <support/kernel_run.hpp>
#include <support/kernel_shapes.hpp>
#include <tuner/bench_inputs.hpp>
#include <tuner/product_check.hpp>

namespace rbgp::test {

DeviceProperties small_device() {
  DeviceProperties device = synthetic_device(DeviceKind::cuda);
  device.compute_units = 2;
  return device;
}

KernelSpec small_spec(const std::string& family) {
  // simt_tma has up to 6 stages, wgmma up to 8: with more steps, buffers are used again.
  const bool tensor_cores = on_tensor_cores(find_family(family));
  const Rbgp4Config config =
      Rbgp4Config::parse(family == "mma"           ? "go=2x9,gr=2x1,gi=4x8@50,gb=8x3"
                         : tensor_cores            ? "go=2x10,gr=1x1,gi=4x4@50,gb=64x16"
                         : family == "simt_tma"    ? "go=4x32@50,gr=2x1,gi=4x8@50,gb=2x1"
                         : family == "simt_gather" ? "go=4x24@50,gr=2x1,gi=4x8@50,gb=2x1"
                                                   : "go=4x8@50,gr=2x1,gi=4x8@50,gb=2x1");
  KernelSpec spec{{.m = config.rows() - (tensor_cores ? 8 : 0),
                   .k = config.cols(),
                   .n = tensor_cores              ? 104
                        : family == "simt_gather" ? 12
                                                  : 100,
                   .dtype = usual_dtype(find_family(family))},
                  Rbgp4Pattern::sample(config, 1),
                  {family, {}}};
  for (const Tunable& tunable : find_family(family).tunables(small_device()))
    spec.kernel.tunables[tunable.name] = tunable.values.front();
  if (family == "simt_tma") {
    spec.kernel.tunables["thread_rows"] = 4;
    spec.kernel.tunables["thread_cols"] = 4;
  }
  // Two row groups a warpgroup, two tiles a block: what is stored is stored over.
  if (tensor_cores) spec.kernel.tunables["block_groups"] = 2;
  if (family == "wgmma") spec.kernel.tunables["consumers"] = 1;
  if (family == "simt_row_group") spec.kernel.tunables["block_groups"] = 4;
  // Several chunks, parts and lanes of a row of I; turns that go beyond the end of a chunk.
  if (family == "simt_gather") {
    for (const char* tunable : {"lanes_n", "split_k", "chunks"}) spec.kernel.tunables[tunable] = 2;
  }
  return spec;
}

HostCheckInputs host_check_inputs(const KernelSpec& spec) {
  const Problem& problem = spec.problem;
  const EpilogueData epilogue(problem, 3);
  HostCheckInputs inputs{
      {.values = random_operands(problem.dtype, problem.m * spec.pattern.nnz_per_row(), 1),
       .input = random_operands(problem.dtype, problem.k * problem.n, 2),
       .bias = epilogue.bias(),
       .residual = epilogue.residual(),
       .row_order = epilogue.row_order(),
       .column_order = epilogue.column_order(),
       .alpha = epilogue.arguments().alpha,
       .beta = epilogue.arguments().beta},
      std::vector<double>(static_cast<std::size_t>(problem.m * problem.n))};
  // As values_from_dense leaves them: columns that the problem does not have are zero.
  for (std::int64_t u = 0; u < problem.m; ++u)
    for (std::int64_t j = 0; j < spec.pattern.nnz_per_row(); ++j)
      if (spec.pattern.column(u, j) >= problem.k)
        inputs.given.values[static_cast<std::size_t>(u * spec.pattern.nnz_per_row() + j)] = 0;
  reference_product(spec.pattern, problem, inputs.given.values.data(), inputs.given.input.data(),
                    inputs.expected.data(), epilogue.arguments());
  return inputs;
}

std::string fault_of(const KernelSpec& spec, const std::string& source) {
  const CudaOnHost program(spec, small_device(), source);
  HostCheckInputs inputs = host_check_inputs(spec);
  for (const bool backwards : {false, true}) {
    inputs.given.in_place = backwards && spec.problem.epilogue.residual;
    const CudaOnHostRun run = program.run(inputs.given, backwards);
    if (!run.failure.empty()) return run.failure;
    const Difference found = difference(inputs.expected, run.output);
    if (found.not_finite > 0) return fmt::format("{} elements are NaN", found.not_finite);
    if (!(found.relative_error < product_tolerance(spec.problem.dtype, spec.pattern.nnz_per_row())))
      return fmt::format("relative error {}", found.relative_error);
  }
  return "";
}

}  // namespace rbgp::test
