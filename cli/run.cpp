#include <chrono>
#include <filesystem>
#include <memory>

#include <cli/commands.hpp>
#include <cli/npy.hpp>
#include <cli/output_file.hpp>
#include <rbgp/error.hpp>
#include <rbgp/kernel.hpp>
#include <rbgp/matrix_order.hpp>
#include <rbgp/plan.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp::cli {
namespace {

struct RunOptions {
  std::string plan;
  std::string weights;
  std::string input;
  std::string output;
  std::string device;  // empty: the plan's kind
  bool project = false;
};

Device device_for(const RunOptions& options, const Plan& plan) {
  if (!options.device.empty()) return Device::select(options.device);
  if (plan.device.kind == DeviceKind::host) return Device::host();
  try {
    return Device::select("cuda");
  } catch (const Error& error) {
    if (error.code() != ErrorCode::unsupported) throw;
    throw Error(ErrorCode::unsupported,
                fmt::format("{}: tuned for a CUDA GPU ({}), and this machine has none; tune again "
                            "with --device cpu, or add --device cpu to run an untuned kernel",
                            options.plan, plan.device.name),
                error.what());
  }
}

// A kernel of one kind of device means nothing to another.
KernelSpec spec_for(const Plan& plan, const Device& device) {
  KernelSpec spec = plan.spec;
  if (plan.device.kind == device.kind()) return spec;
  spec.kernel = default_kernel(spec.pattern.config(), spec.problem, device.properties());
  fmt::print("note: tuned for {}, so {} runs an untuned kernel\n", plan.device.name, device.text());
  return spec;
}

std::vector<float> gather(const RunOptions& options, const KernelSpec& spec,
                          const MatrixOrder& order, const Matrix& dense) {
  const Rbgp4Pattern& pattern = spec.pattern;
  std::vector<float> values(static_cast<std::size_t>(dense.rows * pattern.nnz_per_row()));
  const Projection projection = values_from_dense(pattern, order, dense.rows, dense.cols,
                                                  dense.elements.data(), values.data());
  if (projection.off_pattern == 0) return values;
  require(options.project, ErrorCode::invalid_argument,
          "{}: {} elements off the pattern are not zero, the first in row {}, column {}; --project "
          "drops them",
          options.weights, projection.off_pattern, projection.first_row, projection.first_col);
  fmt::print("projected: {} elements off the pattern dropped, {:.4g} % of the squared norm\n",
             projection.off_pattern, 100 * projection.dropped_norm_share);
  return values;
}

// Columns that exist only in the padded pattern hold zeros in the canonical form.
void require_zero_padding(const RunOptions& options, const KernelSpec& spec, const Matrix& values) {
  const Rbgp4Pattern& pattern = spec.pattern;
  if (pattern.cols() == spec.problem.k) return;
  for (std::int64_t u = 0; u < values.rows; ++u) {
    const std::vector<std::int64_t> columns = pattern.columns(u);
    const float* row = values.elements.data() + u * values.cols;
    for (std::size_t j = 0; j < columns.size(); ++j)
      require(columns[j] < spec.problem.k || row[j] == 0.0F, ErrorCode::invalid_argument,
              "{}: the value in row {}, position {} is not zero; its column {} is padding, K is {}",
              options.weights, u, j, columns[j], spec.problem.k);
  }
}

std::vector<float> read_values(const RunOptions& options, const KernelSpec& spec,
                               const MatrixOrder& order) {
  Matrix weights = read_npy(options.weights);
  const Problem& problem = spec.problem;
  const std::int64_t nnz = spec.pattern.nnz_per_row();
  if (weights.rows == problem.m && weights.cols == problem.k)
    return gather(options, spec, order, weights);
  require(weights.rows == problem.m && weights.cols == nnz, ErrorCode::invalid_argument,
          "{}: shape is ({}, {}); allowed are ({}, {}), dense, and ({}, {}), values on the pattern",
          options.weights, weights.rows, weights.cols, problem.m, problem.k, problem.m, nnz);
  require_zero_padding(options, spec, weights);
  return std::move(weights.elements);
}

Matrix read_input(const RunOptions& options, const Problem& problem) {
  Matrix input = read_npy(options.input);
  require(input.rows == problem.k && input.cols == problem.n, ErrorCode::invalid_argument,
          "{}: shape is ({}, {}); allowed is K x N = ({}, {})", options.input, input.rows,
          input.cols, problem.k, problem.n);
  return input;
}

// The user's I in the order of the pattern's columns.
Matrix moved_input(const MatrixOrder& order, Matrix input) {
  if (order.cols.empty()) return input;
  Matrix moved{.rows = input.rows, .cols = input.cols, .elements = {}};
  moved.elements.resize(input.elements.size());
  take_rows(order.cols, input.cols, input.elements.data(), moved.elements.data());
  return moved;
}

// O, which comes in the order of the pattern's rows, in the user's.
Matrix moved_back(const MatrixOrder& order, Matrix output) {
  if (order.rows.empty()) return output;
  Matrix moved{.rows = output.rows, .cols = output.cols, .elements = {}};
  moved.elements.resize(output.elements.size());
  put_rows(order.rows, output.cols, output.elements.data(), moved.elements.data());
  return moved;
}

struct Product {
  Matrix output;
  double milliseconds = 0;
};

Product multiply(const Kernel& kernel, const std::vector<float>& values, const Matrix& input) {
  const Problem& problem = kernel.spec().problem;
  const Device& device = kernel.device();
  Product product{.output = {.rows = problem.m, .cols = problem.n, .elements = {}}};
  product.output.elements.resize(static_cast<std::size_t>(problem.m * problem.n));
  const std::size_t input_bytes = input.elements.size() * sizeof(float);
  const std::size_t output_bytes = product.output.elements.size() * sizeof(float);

  DeviceBuffer packed(device, kernel.packed_bytes());
  DeviceBuffer device_input(device, input_bytes);
  DeviceBuffer device_output(device, output_bytes);
  DeviceBuffer workspace(device, kernel.workspace_bytes());
  kernel.pack(values.data(), packed);
  device_input.upload(input.elements.data(), input_bytes);

  const auto launch = [&] {
    kernel.launch(packed.data(), device_input.data(), device_output.data(), workspace.data());
    device.synchronize();
  };
  launch();  // the first launch also loads code and touches memory
  const auto start = std::chrono::steady_clock::now();
  launch();
  product.milliseconds =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  device_output.download(product.output.elements.data(), output_bytes);
  return product;
}

void run_product(const RunOptions& options) {
  const Plan plan = Plan::load(options.plan);
  const Device device = device_for(options, plan);
  const KernelSpec spec = spec_for(plan, device);
  const std::vector<float> values = read_values(options, spec, plan.order);
  const Matrix input = moved_input(plan.order, read_input(options, spec.problem));
  OutputFile::require_writable(options.output);

  Product product = multiply(Kernel::create(spec, device), values, input);
  propagate_nonfinite(spec.pattern, spec.problem, input.elements.data(),
                      product.output.elements.data());
  write_npy(options.output, moved_back(plan.order, std::move(product.output)));
  fmt::print("{} ({}): {:.4g} ms\n", device.text(), device.properties().name, product.milliseconds);
}

}  // namespace

void add_run(CLI::App& app) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Multiply matrices in NumPy files: O = W I");
  command->add_option("plan", options->plan, "Plan that `rbgp tune` wrote")->required();
  command
      ->add_option("--weights", options->weights,
                   "W.npy: dense M x K, or the values on the pattern, M x non-zeros of a row")
      ->required();
  command->add_option("--input", options->input, "I.npy: K x N")->required();
  command->add_option("--output", options->output, "O.npy: M x N, written")->required();
  command->add_option("--device", options->device,
                      "auto, cpu or cuda:I (default: the kind that the plan was tuned for)");
  command->add_flag("--project", options->project, "Drop elements of a dense W off the pattern");
  command->callback([options] { run_product(*options); });
}

}  // namespace rbgp::cli
