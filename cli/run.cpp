#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include <cli/commands.hpp>
#include <cli/npy.hpp>
#include <cli/option_checks.hpp>
#include <pipe/output_file.hpp>
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
  std::string bias;      // files; empty where they are not given
  std::string residual;
  std::optional<float> alpha, beta;
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
  spec.kernel = default_kernel(spec.pattern, spec.problem, device.properties());
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

// A matrix that lies as the problem's layout says: `what` of a x b for the layout kn, transposed for nk.
Matrix read_matrix(const std::string& file, const Problem& problem, std::int64_t rows,
                   std::int64_t cols, const char* kn_sizes, const char* nk_sizes) {
  Matrix matrix = read_npy(file);
  require(matrix.rows == rows && matrix.cols == cols, ErrorCode::invalid_argument,
          "{}: shape is ({}, {}); allowed is {} = ({}, {})", file, matrix.rows, matrix.cols,
          problem.layout == Layout::kn ? kn_sizes : nk_sizes, rows, cols);
  return matrix;
}

Matrix read_input(const RunOptions& options, const Problem& problem) {
  return read_matrix(options.input, problem, problem.input_rows(), problem.input_cols(), "K x N",
                     "N x K");
}

// What the epilogue of the plan takes, in host memory.
struct EpilogueInputs {
  std::vector<float> bias, residual;
  std::vector<std::int32_t> row_order, column_order;
  float alpha = 1;
  float beta = 1;

  EpilogueArguments arguments() const {
    return {.alpha = alpha,
            .beta = beta,
            .bias = bias.data(),
            .residual = residual.data(),
            .row_order = row_order.data(),
            .column_order = column_order.data()};
  }
};

EpilogueInputs read_epilogue(const RunOptions& options, const Problem& problem,
                             const MatrixOrder& order) {
  const Epilogue& parts = problem.epilogue;
  const auto refuse_without = [&](bool given, bool part, const char* option) {
    require(!given || part, ErrorCode::invalid_argument,
            "{}: the plan's epilogue '{}' takes none; tune with --epilogue for another", option,
            parts.to_string());
  };
  refuse_without(!options.bias.empty(), parts.bias, "--bias");
  refuse_without(!options.residual.empty(), parts.residual, "--residual");
  refuse_without(options.alpha.has_value(), parts.scale, "--alpha");
  refuse_without(options.beta.has_value(), parts.residual, "--beta");
  EpilogueInputs inputs;
  inputs.alpha = options.alpha.value_or(1);
  inputs.beta = options.beta.value_or(1);
  const bool reads_residual = parts.residual && inputs.beta != 0;
  require(!parts.bias || !options.bias.empty(), ErrorCode::invalid_argument,
          "--bias is required: the plan's epilogue is '{}'", parts.to_string());
  require(!reads_residual || !options.residual.empty(), ErrorCode::invalid_argument,
          "--residual is required: the plan's epilogue is '{}'", parts.to_string());
  if (parts.bias) {
    inputs.bias = read_npy_vector(options.bias);
    const auto length = static_cast<std::int64_t>(inputs.bias.size());
    require(length == problem.m, ErrorCode::invalid_argument,
            "{}: shape is ({},); allowed is M = ({},)", options.bias, length, problem.m);
  }
  if (!options.residual.empty())
    inputs.residual = read_matrix(options.residual, problem, problem.output_rows(),
                                  problem.output_cols(), "M x N", "N x M")
                          .elements;
  // A plan tuned with these parts, and not for a trained W, has an order that moves nothing.
  if (parts.row_order) inputs.row_order = launch_order(order.rows, problem.m);
  if (parts.column_order) inputs.column_order = launch_order(order.cols, problem.k);
  return inputs;
}

template <typename Number>
DeviceBuffer on_device(const Device& device, const std::vector<Number>& numbers) {
  DeviceBuffer buffer(device, numbers.size() * sizeof(Number));
  if (!numbers.empty()) buffer.upload(numbers.data(), buffer.bytes());
  return buffer;
}

// I as the kernel takes it: in the order of the pattern's columns where it does not look them up itself.
Matrix moved_input(const MatrixOrder& order, const Problem& problem, Matrix input) {
  if (order.cols.empty() || problem.epilogue.column_order) return input;
  std::vector<float> moved(input.elements.size());
  if (problem.layout == Layout::kn)
    take_rows(order.cols, problem.n, input.elements.data(), moved.data());
  else  // a row of I is a matrix of one column
    for (std::int64_t n = 0; n < problem.n; ++n)
      take_rows(order.cols, 1, input.elements.data() + n * problem.k, moved.data() + n * problem.k);
  input.elements = std::move(moved);
  return input;
}

struct Product {
  Matrix output;
  double milliseconds = 0;
};

Product multiply(const Kernel& kernel, const std::vector<float>& values, const Matrix& input,
                 const EpilogueInputs& epilogue) {
  const Problem& problem = kernel.spec().problem;
  const Device& device = kernel.device();
  std::vector<std::byte> output(
      static_cast<std::size_t>(problem.m * problem.n * dtype_bytes(problem.dtype)));
  DeviceBuffer packed(device, kernel.packed_bytes());
  const DeviceBuffer device_input = on_device(device, to_storage(problem.dtype, input.elements));
  const DeviceBuffer bias = on_device(device, epilogue.bias);
  const DeviceBuffer residual = on_device(device, to_storage(problem.dtype, epilogue.residual));
  const DeviceBuffer row_order = on_device(device, epilogue.row_order);
  const DeviceBuffer column_order = on_device(device, epilogue.column_order);
  const auto put = [](const DeviceBuffer& buffer, auto& pointer) {
    using Pointer = std::remove_reference_t<decltype(pointer)>;
    pointer = buffer.bytes() == 0 ? nullptr : static_cast<Pointer>(buffer.data());
  };
  EpilogueArguments arguments{.alpha = epilogue.alpha, .beta = epilogue.beta};
  put(bias, arguments.bias);
  put(residual, arguments.residual);
  put(row_order, arguments.row_order);
  put(column_order, arguments.column_order);
  DeviceBuffer device_output(device, output.size());
  DeviceBuffer workspace(device, kernel.workspace_bytes());
  kernel.pack(values.data(), packed);

  const auto launch = [&] {
    kernel.launch(packed.data(), device_input.data(), device_output.data(), workspace.data(),
                  nullptr, arguments);
    device.synchronize();
  };
  launch();  // the first launch also loads code and touches memory
  const auto start = std::chrono::steady_clock::now();
  launch();
  const double milliseconds =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  device_output.download(output.data(), output.size());
  return {.output = {.rows = problem.output_rows(),
                     .cols = problem.output_cols(),
                     .elements = from_storage(problem.dtype, output)},
          .milliseconds = milliseconds};
}

void run_product(const RunOptions& options) {
  require_unlike({"--output", options.output}, {{"the plan", options.plan},
                                                {"--weights", options.weights},
                                                {"--input", options.input},
                                                {"--bias", options.bias},
                                                {"--residual", options.residual}});
  const Plan plan = Plan::load(options.plan);
  const Device device = device_for(options, plan);
  const KernelSpec spec = apply_order(spec_for(plan, device), plan.order, device.properties());
  const std::vector<float> values = read_values(options, spec, plan.order);
  Matrix input = moved_input(plan.order, spec.problem, read_input(options, spec.problem));
  round_to(spec.problem.dtype, input.elements);
  const EpilogueInputs epilogue = read_epilogue(options, spec.problem, plan.order);
  OutputFile::require_writable(options.output);

  Product product = multiply(Kernel::create(spec, device), values, input, epilogue);
  propagate_nonfinite(spec.pattern, spec.problem, input.elements.data(),
                      product.output.elements.data(), epilogue.arguments());
  write_npy(options.output, product.output, spec.problem.dtype);
  fmt::print("{} ({}): {:.4g} ms\n", device.text(), device.properties().name, product.milliseconds);
}

}  // namespace

void add_run(CLI::App& app) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand(
      "run", "Multiply matrices in NumPy files: O = W I, or as the plan's epilogue says");
  command->add_option("plan", options->plan, "Plan that `rbgp tune` wrote")->required();
  command
      ->add_option("--weights", options->weights,
                   "W.npy: dense M x K, or the values on the pattern, M x non-zeros of a row")
      ->required();
  command
      ->add_option(
          "--input", options->input,
          "I.npy: K x N, or N x K where the plan's layout is nk; rounded to its dtype. What is not "
          "finite reaches O as in a dense product with W's zeros, which a launch alone leaves out")
      ->required();
  command
      ->add_option("--output", options->output,
                   "O.npy: M x N or N x M, written: float16 for f16, else float32")
      ->required();
  command->add_option("--bias", options->bias,
                      "B.npy: M numbers, where the plan's epilogue has a bias");
  command->add_option("--residual", options->residual,
                      "R.npy: as O, where the plan's epilogue has a residual");
  command->add_option("--alpha", options->alpha, "Factor of W I (default: 1)");
  command->add_option("--beta", options->beta, "Factor of R (default: 1)");
  command->add_option("--device", options->device,
                      "auto, cpu or cuda:I (default: the kind that the plan was tuned for)");
  command->add_flag("--project", options->project, "Drop elements of a dense W off the pattern");
  command->callback([options] { run_product(*options); });
}

}  // namespace rbgp::cli
