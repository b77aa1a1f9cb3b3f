#include <algorithm>
#include <cctype>
#include <map>
#include <span>

#include <generator/cuda_source.hpp>
#include <generator/kernel_family.hpp>
#include <pipe/compile_spec.hpp>
#include <pipe/export_templates.hpp>
#include <pipe/file_io.hpp>
#include <pipe/output_file.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/error.hpp>
#include <runtime/disk_cache.hpp>

namespace rbgp {
namespace {

namespace fs = std::filesystem;

using Placeholders = std::map<std::string, std::string>;

// A file of the folder and the template that it is made from.
struct ExportedFile {
  const char* file;
  const char* template_name;
};
constexpr ExportedFile kSharedFiles[] = {
    {"pattern.h", "export/pattern.h"},
    {"check.h", "export/check.h"},
    {"README.md", "export/README.md"},
};
constexpr ExportedFile kHostFiles[] = {
    {"layer.h", "export/host_layer.h"},
    {"layer.c", "export/host_layer.c"},
    {"main.c", "export/host_main.c"},
    {"CMakeLists.txt", "export/host_CMakeLists.txt"},
};
constexpr ExportedFile kCudaFiles[] = {
    {"layer.h", "export/cuda_layer.h"},
    {"layer.cu", "export/cuda_layer.cu"},
    {"main.cu", "export/cuda_main.cu"},
    {"CMakeLists.txt", "export/cuda_CMakeLists.txt"},
};

// What a folder has of a dtype: its element.h, and the element's name for the copy engine.
struct ExportedDtype {
  Dtype dtype;
  const char* element;
  const char* map_type;
};
constexpr ExportedDtype kExportedDtypes[] = {
    {Dtype::f32, "export/element_f32.h", "FLOAT32"},
    {Dtype::f32x3, "export/element_f32.h", "FLOAT32"},
    {Dtype::tf32, "export/element_tf32.h", "TFLOAT32"},
    {Dtype::bf16, "export/element_bf16.h", "BFLOAT16"},
    {Dtype::f16, "export/element_f16.h", "FLOAT16"},
};

const ExportedDtype& exported_dtype(Dtype dtype) {
  for (const ExportedDtype& row : kExportedDtypes)
    if (row.dtype == dtype) return row;
  fail(ErrorCode::internal, "dtype {} cannot be exported", to_string(dtype));
}

std::string adjacency_text(const BaseGraph& graph) {
  std::string text;
  constexpr std::size_t kPerLine = 20;
  for (std::size_t i = 0; i < graph.adjacency().size(); ++i)
    text += fmt::format("{}{},", i % kPerLine == 0 ? "\n    " : " ", graph.adjacency()[i]);
  return text;
}

// Of a part that a plan has no order for the reverse one: a kernel that left it out would pass a test in which nothing
// moves.
std::string order_text(bool part, std::span<const std::int64_t> order, std::int64_t size) {
  if (!part) return " 0";
  std::string text;
  constexpr std::size_t kPerLine = 16;
  std::vector<std::int32_t> entries = launch_order(order, size);
  if (order.empty()) std::reverse(entries.begin(), entries.end());
  for (std::size_t i = 0; i < entries.size(); ++i)
    text += fmt::format("{}{},", i % kPerLine == 0 ? "\n    " : " ", entries[i]);
  return text;
}

std::string filled(std::string_view text, const Placeholders& values) {
  std::string out;
  while (!text.empty()) {
    const std::size_t begin = text.find('@');
    out += text.substr(0, begin);
    if (begin == std::string_view::npos) break;
    const std::size_t end = text.find('@', begin + 1);
    const auto value = values.find(std::string(text.substr(begin + 1, end - begin - 1)));
    require(end != std::string_view::npos && value != values.end(), ErrorCode::internal,
            "an export template has an unknown placeholder near '{}'", text.substr(begin, 20));
    out += value->second;
    text.remove_prefix(end + 1);
  }
  return out;
}

// What a kernel that copies boxes needs beside its launch; empty for others. A kernel that takes a map of O
// takes it whether or not it uses it.
void add_tensor_maps(const KernelGeometry& geometry, Dtype dtype, Placeholders& values) {
  values["MAP_ENCODER"] = values["ENCODE_MAPS"] = values["MAP_ARGUMENTS"] = "";
  if (geometry.input_box.rows == 0) return;
  values["MAP_ENCODER"] =
      fmt::format("\n{}", filled(export_templates::template_text("export/cuda_tensor_map.cu"),
                                 {{"MAP_TYPE", exported_dtype(dtype).map_type}}));
  const auto encode = [&](const CopyBox& box, std::string_view matrix, const std::string& rows,
                          const std::string& cols) {
    return fmt::format(
        "encode_map({}, {}, {}, {}, {}, CU_TENSOR_MAP_SWIZZLE_{},\n"
        "                                        {}, &{}_map)",
        matrix, rows, cols, box.rows, box.cols,
        box.swizzle_bytes == 0 ? "NONE" : fmt::format("{}B", box.swizzle_bytes), box.pair_rows,
        matrix);
  };
  const CopyBox& packed_box = geometry.packed_box;
  values["ENCODE_MAPS"] = fmt::format(
      "TensorMap packed_map = {{}}, input_map = {{}}{};\n"
      "  cudaError_t encoded = {};\n",
      geometry.takes_output_map ? ", output_map = {}" : "",
      encode(packed_box, "packed", std::to_string(geometry.packed_rows(dtype)),
             std::to_string(packed_box.cols)));
  const auto encode_next = [&](const CopyBox& box, std::string_view matrix, const std::string& rows,
                               const std::string& cols) {
    values["ENCODE_MAPS"] += fmt::format("  if (encoded == cudaSuccess)\n    encoded = {};\n",
                                         encode(box, matrix, rows, cols));
  };
  encode_next(geometry.input_box, "input", values.at("INPUT_ROWS"), values.at("INPUT_COLS"));
  if (geometry.output_box.rows > 0)
    encode_next(geometry.output_box, "output", values.at("OUTPUT_ROWS"), values.at("OUTPUT_COLS"));
  values["ENCODE_MAPS"] += "  if (encoded != cudaSuccess) return encoded;\n  ";
  values["MAP_ARGUMENTS"] = ", packed_map, input_map";
  if (geometry.takes_output_map) values["MAP_ARGUMENTS"] += ", output_map";
}

// What launches with attributes came with, what maps did, what Hopper's sparse instructions did; and the architecture.
std::string least_toolkit(const KernelGeometry& geometry, const DeviceProperties& target) {
  int least = geometry.input_box.rows == 0 ? 1108 : geometry.input_box.pair_rows == 0 ? 1200 : 1202;
  const int arch = target.kind == DeviceKind::cuda ? cuda_arch_number(target) : 0;
  if (arch >= 90 && target.arch.back() == 'a') least = std::max(least, 1200);
  if (arch >= 100) least = std::max(least, 1208);
  if (arch == 103 || arch == 121) least = std::max(least, 1209);
  return fmt::format("{}.{}", least / 100, least % 100);
}

Placeholders placeholders(const Plan& plan, const DeviceProperties& target) {
  const KernelSpec& spec = plan.spec;
  const Rbgp4Config& config = spec.pattern.config();
  const KernelFamily& family = find_family(spec.kernel.family);
  const KernelGeometry geometry = family.geometry(shape_of(spec, target));
  // Packing strides over the grid: any number of blocks is right.
  const std::string pack = fmt::format(
      "{}<<<1024, 256, 0, stream>>>(values, (Config::Element*)packed)", family.pack_entry);
  const Epilogue& epilogue = spec.problem.epilogue;
  const auto number = [](std::int64_t value) { return std::to_string(value); };
  const auto flag = [](bool value) -> std::string { return value ? "1" : "0"; };
  Placeholders values = {
      {"CONFIG", config.to_string()},
      {"KERNEL", spec.kernel.to_string()},
      {"DEVICE", target.name},
      {"ARCH", target.arch},
      {"CUDA_ARCHITECTURE", target.arch.substr(target.arch.find('_') + 1)},
      {"M", number(spec.problem.m)},
      {"K", number(spec.problem.k)},
      {"N", number(spec.problem.n)},
      {"DTYPE", std::string(to_string(spec.problem.dtype))},
      {"TOLERANCE",
       fmt::format("{:.3g}", product_tolerance(spec.problem.dtype, config.nnz_per_row()))},
      {"FORMULA", spec.problem.epilogue.formula()},
      {"LAYOUT", std::string(to_string(spec.problem.layout))},
      {"INPUT_ROWS", number(spec.problem.input_rows())},
      {"INPUT_COLS", number(spec.problem.input_cols())},
      {"OUTPUT_ROWS", number(spec.problem.output_rows())},
      {"OUTPUT_COLS", number(spec.problem.output_cols())},
      {"TRANSPOSED", flag(spec.problem.layout == Layout::nk)},
      {"SCALE", flag(epilogue.scale)},
      {"RESIDUAL", flag(epilogue.residual)},
      {"BIAS", flag(epilogue.bias)},
      {"RELU", flag(epilogue.activation == Activation::relu)},
      {"GELU", flag(epilogue.activation == Activation::gelu)},
      {"HAS_ROW_ORDER", flag(epilogue.row_order)},
      {"HAS_COLUMN_ORDER", flag(epilogue.column_order)},
      {"ROW_ORDER", order_text(epilogue.row_order, plan.order.rows, spec.problem.m)},
      {"COLUMN_ORDER", order_text(epilogue.column_order, plan.order.cols, spec.problem.k)},
      {"NNZ_PER_ROW", number(config.nnz_per_row())},
      {"GO_DEGREE", number(config.go.left_degree)},
      {"GR_LEFT", number(config.gr.left)},
      {"GR_RIGHT", number(config.gr.right)},
      {"GI_LEFT", number(config.gi.left)},
      {"GI_RIGHT", number(config.gi.right)},
      {"GI_DEGREE", number(config.gi.left_degree)},
      {"GB_LEFT", number(config.gb.left)},
      {"GB_RIGHT", number(config.gb.right)},
      {"GO_ADJACENCY", adjacency_text(spec.pattern.go())},
      {"GI_ADJACENCY", adjacency_text(spec.pattern.gi())},
      {"TASKS", number(geometry.tasks)},
      {"PACKED_BYTES", number(geometry.packed_bytes)},
      {"WORKSPACE_BYTES", number((geometry.workspace_bytes + 63) / 64 * 64)},
      {"PACK", pack},
      {"BLOCKS", number(geometry.grid[0])},
      {"OVERLAPS_LAUNCHES", flag(geometry.overlaps_launches)},
      {"LEAST_TOOLKIT", least_toolkit(geometry, target)},
  };
  add_tensor_maps(geometry, spec.problem.dtype, values);
  return values;
}

bool is_of_word(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
}

// Every identifier rbgp_... and RBGP_... of a text with another beginning, so that a program can have several
// layers.
std::string renamed(std::string_view text, const std::string& name) {
  std::string upper = name;
  for (char& letter : upper)
    letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  constexpr std::string_view kBeginnings[] = {"rbgp_", "RBGP_"};
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool begins_word = at == 0 || !is_of_word(text[at - 1]);
    const auto found = std::find_if(std::begin(kBeginnings), std::end(kBeginnings),
                                    [&](std::string_view beginning) {
                                      return begins_word && text.substr(at).starts_with(beginning);
                                    });
    if (found == std::end(kBeginnings)) {
      out += text[at++];
    } else {
      out += (found == std::begin(kBeginnings) ? name : upper) + "_";
      at += found->size();
    }
  }
  return out;
}

void require_name(const std::string& name) {
  const bool is_identifier = !name.empty() &&
                             std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
                             std::all_of(name.begin(), name.end(), is_of_word);
  require(is_identifier, ErrorCode::invalid_argument,
          "name '{}': what functions of C may begin with, letters, digits and underscores", name);
}

std::string as_text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write_files(const Plan& plan, const DeviceProperties& target, const fs::path& folder,
                 const std::string& name) {
  require_supported(plan.spec, target);  // a plan may be edited by hand
  const Placeholders values = placeholders(plan, target);
  const auto write = [&](const ExportedFile& file) {
    write_whole(folder / file.file,
                renamed(filled(export_templates::template_text(file.template_name), values), name));
  };
  for (const ExportedFile& file : kSharedFiles) write(file);
  write({"element.h", exported_dtype(plan.spec.problem.dtype).element});
  plan.save(folder / "plan.json");
  runtime::Source source = source_of(plan.spec, target);
  const std::string kernel = renamed(source_head(plan.spec, target) + source.text, name);
  if (target.kind == DeviceKind::cuda) {
    for (const ExportedFile& file : kCudaFiles) write(file);
    write_whole(folder / "kernel.cu", kernel);
  } else {
    for (const ExportedFile& file : kHostFiles) write(file);
    write_whole(folder / "kernel.ll", kernel);
    source.text = renamed(source.text, name);
    const runtime::Binary binary =
        runtime::compile(source, target.arch, runtime::DiskCache::shared());
    write_whole(folder / "kernel.o", as_text(binary.image));
  }
}

}  // namespace

void export_plan(const Plan& tuned, const fs::path& folder, std::string_view arch,
                 const std::string& name) {
  require_name(name);
  Plan plan = tuned;
  DeviceProperties target = plan.device;
  if (plan.device.kind == DeviceKind::host) {
    require(arch.empty(), ErrorCode::invalid_argument,
            "--arch {}: the plan is for the host, it has no CUDA architecture", arch);
    target = target_properties("host");
  } else if (!arch.empty() && arch != plan.device.arch) {
    target = target_properties(arch);
    target.name = plan.device.name;
  }
  plan.spec = apply_order(std::move(plan.spec), plan.order, target);
  std::error_code error;
  const bool usable = !fs::exists(folder, error) ||
                      (fs::is_directory(folder, error) && fs::is_empty(folder, error));
  require(usable && !error, ErrorCode::io, "{}: exists and is not an empty folder",
          folder.string());

  // Built beside its place and renamed: the folder is complete or absent.
  fs::path temporary = fs::absolute(folder).lexically_normal();
  if (temporary.filename().empty()) temporary = temporary.parent_path();
  const fs::path target_folder = temporary;
  temporary += fmt::format(".{}.tmp", unlike_any());
  if (temporary.has_parent_path()) fs::create_directories(temporary.parent_path(), error);
  if (!error) fs::create_directory(temporary, error);
  require(!error, ErrorCode::io, "{}: cannot be created: {}", folder.string(), error.message());
  try {
    write_files(plan, target, temporary, name);
    fs::rename(temporary, target_folder, error);
    require(!error, ErrorCode::io, "{}: cannot be created: {}", folder.string(), error.message());
  } catch (...) {
    fs::remove_all(temporary, error);
    throw;
  }
}

}  // namespace rbgp
