#include <support/cuda_on_host.hpp>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include <generator/cuda_source.hpp>

namespace rbgp::test {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

template <typename Number>
void write_numbers(const fs::path& file, const std::vector<Number>& values) {
  std::ofstream stream(file, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(Number)));
}

std::string support_file(const char* name) { return read_text(fs::path(RBGP_TEST_SUPPORT) / name); }

void replace_once(std::string& text, const std::string& part, const std::string& instead) {
  if (const std::size_t at = text.find(part); at != std::string::npos)
    text.replace(at, part.size(), instead);
}

// The instruction in the emitted Config::multiply, by what it says of itself; its operands are checked by the
// tests of wgmma_instruction.
std::string with_host_products(std::string source) {
  const std::string begin = "    asm volatile(\n        \"{\\n\"\n        \".reg .pred add;";
  const std::string end = ");\n  }\n";
  const std::size_t from = source.find(begin);
  if (from == std::string::npos) return source;
  const std::size_t to = source.find(end, from);
  const std::string instruction = source.substr(from, to - from);
  const auto number_after = [&](const char* mark) {
    return std::stoi(instruction.substr(instruction.find(mark) + std::strlen(mark)));
  };
  const bool by_rows = instruction.find("add, 1, 1, 0, 1;") != std::string::npos;
  const bool sparse = instruction.find("mma_async.sp") != std::string::npos;
  return source.replace(from, to - from,
                        fmt::format("    multiply_on_host<Element, {}, {}>(sums, w, i, {}add",
                                    number_after("m64n"), by_rows, sparse ? "selected, " : ""));
}

// Shared memory is that of the thread block whose fiber runs.
std::string with_host_memory(std::string source) {
  for (const char* const alignment : {"", "__align__(128) "})
    replace_once(
        source, fmt::format("extern __shared__ {}float4 shared_vectors[];", alignment),
        "auto* const shared_vectors = reinterpret_cast<float4*>(cuda_on_host::shared_address(0));");
  replace_once(source, "extern __shared__ __align__(1024) unsigned char shared_bytes[];",
               "auto* const shared_bytes = "
               "reinterpret_cast<unsigned char*>(cuda_on_host::shared_address(0));");
  return source;
}

// The instructions that only a GPU has are in templates of their own: the shim's functions stand in.
std::string with_host_copies(std::string source) {
  constexpr std::pair<const char*, const char*> kStandIns[] = {
      {"async_copy.cuh", "cuda_on_host_async_copy.hpp"},
      {"bulk_copy.cuh", "cuda_on_host_bulk_copy.hpp"},
      {"cluster.cuh", "cuda_on_host_cluster.hpp"},
      {"f16.cuh", "cuda_on_host_f16.hpp"},
      {"launch_order.cuh", "cuda_on_host_launch_order.hpp"},
      {"streamed_load.cuh", "cuda_on_host_streamed_load.hpp"},
      {"warp_mma.cuh", "cuda_on_host_warp_mma.hpp"},
      {"warpgroup.cuh", "cuda_on_host_warpgroup.hpp"},
  };
  for (const auto& [name, stand_in] : kStandIns) {
    const std::string copies = kernel_template(name);
    if (const std::size_t at = source.find(copies); at != std::string::npos)
      source.replace(at, copies.size(), support_file(stand_in));
  }
  return with_host_products(with_host_memory(std::move(source)));
}

// Thread blocks of a cluster, as the source says.
int cluster_of(const std::string& source) {
  const std::string attribute = "__cluster_dims__(";
  const std::size_t at = source.find(attribute);
  return at == std::string::npos ? 1 : std::stoi(source.substr(at + attribute.size()));
}

// Of a map: rows, cols, rows and cols of a box, bytes of its swizzle, how far apart rows are that are paired.
std::string map_definition(const char* name, std::int64_t rows, std::int64_t cols,
                           const CopyBox& box) {
  return fmt::format("#define {} {}, {}, {}, {}, {}, {}\n", name, rows, cols, box.rows, box.cols,
                     box.swizzle_bytes, box.pair_rows);
}

// What the program is compiled with, of a kernel and how it is launched.
std::string definitions(const KernelSpec& spec, const KernelGeometry& geometry, int cluster) {
  const Problem& problem = spec.problem;
  std::string text = fmt::format(
      "#define RBGP_SHARED_BYTES {}\n#define RBGP_OUTPUT_BYTES {}\n"
      "#define RBGP_PACKED_BYTES {}\n#define RBGP_BLOCKS {}\n#define RBGP_CLUSTER {}\n",
      geometry.shared_bytes, problem.m * problem.n * dtype_bytes(problem.dtype),
      geometry.packed_bytes, geometry.grid[0], cluster);
  std::string maps;
  if (geometry.packed_box.rows > 0) {
    text += map_definition("RBGP_PACKED_MAP", geometry.packed_rows(problem.dtype),
                           geometry.packed_box.cols, geometry.packed_box);
    maps += ", packed_map";
  }
  if (geometry.input_box.rows > 0) {
    text += map_definition("RBGP_INPUT_MAP", problem.input_rows(), problem.input_cols(),
                           geometry.input_box);
    maps += ", input_map";
  }
  if (geometry.takes_output_map) {
    text += map_definition("RBGP_OUTPUT_MAP", problem.output_rows(), problem.output_cols(),
                           geometry.output_box);
    maps += ", output_map";
  }
  return text + fmt::format("#define RBGP_MAPS {}\n", maps);
}

}  // namespace

CudaOnHost::CudaOnHost(const KernelSpec& spec, const DeviceProperties& device,
                       const std::string& source)
    : dtype_(spec.problem.dtype) {
  std::string pattern = (fs::temp_directory_path() / "rbgp-cuda-on-host-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  const KernelFamily& family = find_family(spec.kernel.family);
  const KernelGeometry geometry = family.geometry(shape_of(spec, device));
  std::ofstream(folder_ + "/kernel.cpp")
      << definitions(spec, geometry, cluster_of(source)) << with_host_copies(source)
      << support_file("cuda_on_host_main.cpp");
  const std::string command = fmt::format(
      "{0} {2} -include {3} -o {1}/kernel {1}/kernel.cpp {4} > {1}/log 2>&1", RBGP_TEST_COMPILER,
      folder_, RBGP_ON_HOST_FLAGS, RBGP_ON_HOST_SHIM, RBGP_ON_HOST_RUNTIME);
  if (std::system(command.c_str()) != 0) compile_failure_ = read_text(folder_ + "/log");
}

CudaOnHost::~CudaOnHost() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

CudaOnHostRun CudaOnHost::run(const CudaOnHostInputs& inputs, bool backwards) const {
  CudaOnHostRun result;
  result.failure = compile_failure_;
  if (!result.failure.empty()) return result;
  write_numbers(folder_ + "/values", inputs.values);
  write_numbers(folder_ + "/input", to_storage(dtype_, inputs.input));
  write_numbers(folder_ + "/bias", inputs.bias);
  write_numbers(folder_ + "/residual", to_storage(dtype_, inputs.residual));
  write_numbers(folder_ + "/row_order", inputs.row_order);
  write_numbers(folder_ + "/column_order", inputs.column_order);
  write_numbers(folder_ + "/scalars",
                std::vector<float>{inputs.alpha, inputs.beta, inputs.in_place ? 1.0F : 0.0F});
  // Leaks are not the kernel's: the program ends with its fibers.
  const std::string command = fmt::format(
      "ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0 "
      "{0}/kernel {0} {1} > {0}/log 2>&1",
      folder_, backwards ? "backward" : "forward");
  if (std::system(command.c_str()) != 0) {
    result.failure = read_text(folder_ + "/log");
    if (result.failure.empty()) result.failure = "the program failed without a word";
    return result;
  }
  const std::string bytes = read_text(folder_ + "/output");
  result.output.resize(bytes.size() / static_cast<std::size_t>(dtype_bytes(dtype_)));
  from_storage(dtype_, bytes.data(), result.output.size(), result.output.data());
  return result;
}

}  // namespace rbgp::test
