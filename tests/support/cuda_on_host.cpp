#include <support/cuda_on_host.hpp>

#include <cstdlib>
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

// The instructions that only a GPU has are in templates of their own: the shim's functions stand in.
std::string with_host_copies(std::string source) {
  constexpr std::pair<const char*, const char*> kStandIns[] = {
      {"async_copy.cuh", "cuda_on_host_async_copy.hpp"},
      {"bulk_copy.cuh", "cuda_on_host_bulk_copy.hpp"},
      {"f16.cuh", "cuda_on_host_f16.hpp"},
  };
  for (const auto& [name, stand_in] : kStandIns) {
    const std::string copies = kernel_template(name);
    if (const std::size_t at = source.find(copies); at != std::string::npos)
      source.replace(at, copies.size(), support_file(stand_in));
  }
  return source;
}

}  // namespace

CudaOnHost::CudaOnHost(const KernelSpec& spec, const DeviceProperties& device,
                       const std::string& source)
    : dtype_(spec.problem.dtype),
      outputs_(static_cast<std::size_t>(spec.problem.m * spec.problem.n)) {
  std::string pattern = (fs::temp_directory_path() / "rbgp-cuda-on-host-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  const KernelFamily& family = find_family(spec.kernel.family);
  const KernelGeometry geometry =
      family.geometry({spec.pattern.config(), spec.problem, spec.kernel, device});
  std::ofstream(folder_ + "/kernel.cpp")
      << fmt::format(
             "#include <sanitizer/asan_interface.h>\n"
             "#define RBGP_SHARED_BYTES {}\n#define RBGP_OUTPUT_BYTES {}\n"
             "#define RBGP_PACKED_BYTES {}\n#define RBGP_BLOCKS {}\n"
             "#define RBGP_K {}\n#define RBGP_N {}\n"
             "#define RBGP_BOX_ROWS {}\n#define RBGP_BOX_COLS {}\n",
             geometry.shared_bytes,
             outputs_ * static_cast<std::size_t>(dtype_bytes(spec.problem.dtype)),
             geometry.packed_bytes, geometry.grid[0], spec.problem.k, spec.problem.n,
             geometry.input_box.rows, geometry.input_box.cols)
      << support_file("cuda_on_host_shim.hpp") << with_host_copies(source)
      << support_file("cuda_on_host_main.cpp");
  const std::string command = fmt::format(
      "{0} -std=c++17 -O1 -w -fsanitize=address,undefined -fno-sanitize-recover=all "
      "-o {1}/kernel {1}/kernel.cpp > {1}/log 2>&1",
      RBGP_TEST_COMPILER, folder_);
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
