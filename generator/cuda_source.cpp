#include <generator/cuda_source.hpp>

#include <charconv>
#include <functional>
#include <set>

#include <fmt/format.h>

#include <generator/templates.hpp>
#include <rbgp/error.hpp>

namespace rbgp {

int cuda_arch_number(const DeviceProperties& device) {
  int number = 0;
  const std::size_t digits = device.arch.find('_') + 1;
  std::from_chars(device.arch.data() + digits, device.arch.data() + device.arch.size(), number);
  return number;
}

std::string source_head(const KernelSpec& spec, const DeviceProperties& device) {
  const Problem& problem = spec.problem;
  const bool is_cuda = device.kind == DeviceKind::cuda;
  return fmt::format(
      "{0} {1}, W {2} x {3} with pattern {4}\n"
      "{0} I {5} x {6}, O {7} x {8} (layout {9}), {10}; target {11}\n"
      "{0} kernel {12}\n"
      "{0} rbgp generator version {13}\n{14}",
      is_cuda ? "//" : ";", problem.epilogue.formula(), problem.m, problem.k,
      spec.pattern.config().to_string(), problem.input_rows(), problem.input_cols(),
      problem.output_rows(), problem.output_cols(), to_string(problem.layout),
      to_string(problem.dtype), device.arch, spec.kernel.to_string(), kGeneratorVersion,
      is_cuda ? "\n" : "");
}

namespace {

// `seen` are the templates that the text has already.
std::string template_once(std::string_view file, std::set<std::string, std::less<>>& seen) {
  if (!seen.emplace(file).second) return {};
  std::string text(templates::template_text(file));
  const std::string_view guard = "#pragma once\n";
  const std::size_t at = text.find(guard);
  require(at != std::string::npos, ErrorCode::internal, "template {} has no #pragma once", file);
  text.erase(at, guard.size());
  const std::string_view include = "#include \"";
  for (std::size_t begin = text.find(include); begin != std::string::npos;
       begin = text.find(include)) {
    const std::size_t name = begin + include.size();
    const std::size_t end = text.find('"', name);
    std::string included = template_once(text.substr(name, end - name), seen);
    // What is there already leaves no empty line either.
    const std::size_t line_end = included.empty() ? end + 2 : end + 1;
    text.replace(begin, line_end - begin, included);
  }
  return text;
}

}  // namespace

std::string kernel_template(std::string_view file) {
  std::set<std::string, std::less<>> seen;
  return template_once(file, seen);
}

std::string device_array(std::string_view type, std::string_view name,
                         std::span<const std::int32_t> numbers) {
  constexpr std::size_t kPerLine = 24;
  std::string text = fmt::format("__device__ const {} {}[] = {{", type, name);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    text += fmt::format("{}{},", i % kPerLine == 0 ? "\n    " : " ", numbers[i]);
  return text + "\n};\n";
}

std::string device_array(std::string_view name, std::span<const std::int32_t> numbers) {
  const bool small = std::all_of(numbers.begin(), numbers.end(),
                                 [](std::int32_t number) { return number < (1 << 15); });
  return device_array(small ? "short" : "int", name, numbers);
}

std::string device_function(std::string_view name, std::string_view parameters,
                            std::string_view expression) {
  return fmt::format("  static __device__ __forceinline__ int {}({}) {{ return {}; }}\n", name,
                     parameters, expression);
}

AdjacencySource adjacency_source(const BaseGraph& graph, std::string_view array,
                                 std::string_view function, std::int64_t copies) {
  const BaseGraphConfig& config = graph.config();
  AdjacencySource source;
  if (config.is_complete()) {
    source.member = device_function(function, "int, int k", "k");
    return source;
  }
  const std::string_view type = config.right <= 256     ? "unsigned char"
                                : config.right <= 65536 ? "unsigned short"
                                                        : "int";
  source.array = device_array(type, array, graph.adjacency());
  const std::string row = copies == 1 ? "u" : fmt::format("u / {}", copies);
  source.member = device_function(function, "int u, int k",
                                  fmt::format("{}[{} * {} + k]", array, row, config.left_degree));
  return source;
}

std::string_view cuda_element(Dtype dtype) {
  struct Row {
    Dtype dtype;
    std::string_view type;
  };
  constexpr Row kRows[] = {{Dtype::f32, "float"},
                           {Dtype::f32x3, "float"},
                           {Dtype::tf32, "float"},
                           {Dtype::bf16, "Bf16"},
                           {Dtype::f16, "F16"}};
  for (const Row& row : kRows)
    if (row.dtype == dtype) return row.type;
  fail(ErrorCode::internal, "dtype {} has no type in CUDA", static_cast<int>(dtype));
}

std::string constants_struct(std::string_view name, const std::vector<Constant>& constants,
                             std::string_view body) {
  std::string text = fmt::format("struct {} {{\n", name);
  for (const auto& [constant, value] : constants)
    text += fmt::format("  static constexpr int {} = {};\n", constant, value);
  text += body;
  return text + "};\n";
}

namespace {

std::vector<Constant> config_constants(const Problem& problem, const CudaKernelParts& parts) {
  const Epilogue& epilogue = problem.epilogue;
  std::vector<Constant> constants = {
      {"kM", problem.m},
      {"kK", problem.k},
      {"kN", problem.n},
      {"kTf32", problem.dtype == Dtype::tf32 ? 1 : 0},
      {"kTransposed", problem.layout == Layout::nk ? 1 : 0},
      {"kScale", epilogue.scale ? 1 : 0},
      {"kResidual", epilogue.residual ? 1 : 0},
      {"kBias", epilogue.bias ? 1 : 0},
      {"kActivation", static_cast<std::int64_t>(epilogue.activation)}};
  // Only where they are there: see templates/matrix_order.cuh.
  if (epilogue.row_order) constants.emplace_back("kRowOrder", 1);
  if (epilogue.column_order) constants.emplace_back("kColumnOrder", 1);
  constants.insert(constants.end(), parts.config.begin(), parts.config.end());
  return constants;
}

std::vector<Constant> pattern_constants(const Rbgp4Config& config, const CudaKernelParts& parts) {
  std::vector<Constant> constants = {
      {"kGoLeft", parts.split.go_left},     {"kGoDegree", config.go.left_degree},
      {"kGrLeft", parts.split.gr_left},     {"kGrRight", config.gr.right},
      {"kGiLeft", parts.split.gi_left},     {"kGiRight", config.gi.right},
      {"kGiDegree", config.gi.left_degree}, {"kGbLeft", parts.split.gb_left},
      {"kGbRight", config.gb.right}};
  constants.insert(constants.end(), parts.pattern.begin(), parts.pattern.end());
  return constants;
}

std::string entry_points(const CudaKernelParts& parts, std::string_view element) {
  std::string bounds = fmt::format("__launch_bounds__({})", parts.launch_bounds);
  if (parts.cluster > 1) bounds += fmt::format(" __cluster_dims__({}, 1, 1)", parts.cluster);
  std::string maps;
  for (const auto& [takes, name] : {std::pair{parts.takes_maps, "packed"},
                                    {parts.takes_maps, "input"},
                                    {parts.takes_output_map, "output"}})
    if (takes)
      maps += fmt::format(",\n                const __grid_constant__ TensorMap {}_map", name);
  return fmt::format(
      "\nextern \"C\" __global__ void {0}\n"
      "    rbgp_kernel(const {1}* __restrict__ packed, const {1}* __restrict__ input,\n"
      "                {1}* output, EpilogueArguments epilogue{2}) {{\n"
      "  {3}<Config, Pattern>::run({4}, {5}output, epilogue);\n"
      "}}\n"
      "\nextern \"C\" __global__ void rbgp_pack(const float* __restrict__ values,\n"
      "                                       {1}* __restrict__ packed) {{\n"
      "  {3}<Config, Pattern>::pack(values, packed);\n"
      "}}\n",
      bounds, element, maps, parts.kernel,
      parts.takes_maps ? "packed_map, input_map" : "packed, input",
      parts.takes_output_map ? "output_map, " : "");
}

}  // namespace

std::string cuda_kernel_source(const KernelSpec& spec, const CudaKernelParts& parts) {
  std::string text = kernel_template(parts.template_file) + "\n";
  text += parts.go.array + parts.gi.array + "\n";
  const std::string_view element = cuda_element(spec.problem.dtype);
  text += constants_struct("Config", config_constants(spec.problem, parts),
                           fmt::format("  using Element = {};\n", element) + parts.config_members) +
          "\n";
  text += constants_struct(
      "Pattern", pattern_constants(parts.pattern_config.value_or(spec.pattern.config()), parts),
      parts.go.member + parts.gi.member);
  return text + entry_points(parts, element);
}

}  // namespace rbgp
