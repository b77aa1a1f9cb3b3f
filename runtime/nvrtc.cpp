#include "runtime/nvrtc.hpp"

#include "runtime/dynamic_library.hpp"

#include <rbgp/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>

namespace rbgp::runtime {

namespace {
using Program = struct NvrtcProgramState*;
}

// One row a function, as for the driver. All return nvrtcResult, an int; 0 is success.
// clang-format off
#define RBGP_NVRTC_FUNCTIONS(FN)                                                                  \
  FN(get_version, "nvrtcVersion", (int* major, int* minor))                                       \
  FN(arch_count, "nvrtcGetNumSupportedArchs", (int* count))                                       \
  FN(arch_list, "nvrtcGetSupportedArchs", (int* numbers))                                         \
  FN(create, "nvrtcCreateProgram",                                                                \
     (Program* program, const char* source, const char* name, int headers,                        \
      const char* const* header_texts, const char* const* header_names))                          \
  FN(destroy, "nvrtcDestroyProgram", (Program* program))                                          \
  FN(compile, "nvrtcCompileProgram",                                                              \
     (Program program, int count, const char* const* options))                                    \
  FN(cubin_size, "nvrtcGetCUBINSize", (Program program, std::size_t* bytes))                      \
  FN(cubin, "nvrtcGetCUBIN", (Program program, char* image))                                      \
  FN(ptx_size, "nvrtcGetPTXSize", (Program program, std::size_t* bytes))                          \
  FN(ptx, "nvrtcGetPTX", (Program program, char* text))                                           \
  FN(log_size, "nvrtcGetProgramLogSize", (Program program, std::size_t* bytes))                   \
  FN(log, "nvrtcGetProgramLog", (Program program, char* text))
// clang-format on

struct Nvrtc::Api {
  explicit Api(DynamicLibrary opened) : library(std::move(opened)) {}

// NOLINTNEXTLINE(bugprone-macro-parentheses): a member's name and its parameter list
#define RBGP_NVRTC_MEMBER(member, symbol, parameters) int(*member) parameters = nullptr;
  RBGP_NVRTC_FUNCTIONS(RBGP_NVRTC_MEMBER)
#undef RBGP_NVRTC_MEMBER

  DynamicLibrary library;
  std::optional<DynamicLibrary> builtins;
  std::string origin;
  int major = 0;
  int minor = 0;
  std::vector<int> architectures;

  // Fills everything but the library; the name of what is missing, or empty.
  std::string load();

  // The log, or another text that NVRTC hands out as size and bytes, without its final NUL.
  template <typename Size, typename Get>
  std::string text(Program program, Size size, Get get) const {
    std::size_t bytes = 0;
    if (size(program, &bytes) != 0 || bytes < 2) return {};
    std::string out(bytes, '\0');
    if (get(program, out.data()) != 0) return {};
    out.resize(out.find_last_not_of('\0') + 1);
    return out;
  }
};

std::string Nvrtc::Api::load() {
#define RBGP_NVRTC_LOAD(member, symbol, parameters)       \
  member = library.find_symbol<decltype(member)>(symbol); \
  if ((member) == nullptr) return symbol;
  RBGP_NVRTC_FUNCTIONS(RBGP_NVRTC_LOAD)
#undef RBGP_NVRTC_LOAD

  int count = 0;
  if (get_version(&major, &minor) != 0) return "a version";
  if (arch_count(&count) != 0 || count < 1) return "architectures";
  architectures.resize(static_cast<std::size_t>(count));
  if (arch_list(architectures.data()) != 0) return "architectures";
  std::sort(architectures.begin(), architectures.end());

  // NVRTC opens its builtins by bare name, which fails outside the loader path (a wheel, a toolkit
  // that ldconfig does not know) unless a library of that name is in the process already.
  const std::array<std::string, 1> names = {
      (library.path().parent_path() / fmt::format("libnvrtc-builtins.so.{}.{}", major, minor))
          .string()};
  builtins = DynamicLibrary::try_open(names);
  return {};
}

Nvrtc::Nvrtc(std::unique_ptr<const Api> api) : api_(std::move(api)) {}
Nvrtc::~Nvrtc() = default;

const Nvrtc* Nvrtc::find(std::string* reason) {
  struct Search {
    std::string reason;
    std::unique_ptr<const Nvrtc> nvrtc = open(nvrtc_candidates(), &reason);
  };
  // Leaked: a compile may still be running in another thread when static objects are destroyed.
  static const Search& found = *new Search;
  if (reason != nullptr) *reason = found.reason;
  return found.nvrtc.get();
}

std::unique_ptr<const Nvrtc> Nvrtc::open(std::span<const NvrtcCandidate> candidates,
                                         std::string* reason) {
  std::string refused;
  for (const NvrtcCandidate& candidate : candidates) {
    std::string why;
    std::optional<DynamicLibrary> library =
        DynamicLibrary::try_open(std::array{candidate.file}, &why);
    if (library) {
      auto api = std::make_unique<Api>(std::move(*library));
      api->origin = candidate.origin;
      const std::string missing = api->load();
      if (missing.empty()) return std::unique_ptr<const Nvrtc>(new Nvrtc(std::move(api)));
      why = fmt::format("{} gives no {}: it is too old", candidate.file, missing);
    }
    // That a name is not on the loader path is no news where other places were looked at.
    if (candidate.origin != "loader path" || library) refused += "; " + why;
  }
  if (reason != nullptr)
    *reason =
        "NVRTC is missing: pip install nvidia-cuda-nvrtc, install the CUDA toolkit, or set "
        "RBGP_NVRTC to its library" +
        refused;
  return nullptr;
}

std::string Nvrtc::version() const { return fmt::format("{}.{}", api_->major, api_->minor); }
std::string Nvrtc::path() const { return api_->library.path().string(); }
std::string Nvrtc::origin() const { return api_->origin; }

std::string Nvrtc::identity() const {
  // Patch releases share a version number; their files differ in size.
  std::error_code failed;
  const std::uintmax_t bytes = std::filesystem::file_size(api_->library.path(), failed);
  return fmt::format("NVRTC {}, {} bytes", version(), failed ? 0 : bytes);
}

const std::vector<int>& Nvrtc::architectures() const { return api_->architectures; }

CudaArch parse_cuda_arch(std::string_view text) {
  CudaArch arch;
  bool valid = text.starts_with("sm_");
  if (valid) {
    const char* begin = text.data() + 3;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(begin, end, arch.number);
    valid = error == std::errc() && arch.number > 0 && *begin != '0';
    if (valid && rest != end) {
      arch.suffix = *rest;
      valid = rest + 1 == end && (arch.suffix == 'a' || arch.suffix == 'f');
    }
  }
  require(valid, ErrorCode::invalid_argument,
          "CUDA architecture \"{}\": use sm_<number>, sm_<number>a or sm_<number>f, "
          "for example sm_90a",
          text);
  return arch;
}

bool Nvrtc::supports(std::string_view text) const {
  const CudaArch arch = parse_cuda_arch(text);
  // Architecture-specific features begin with 9.0, family-specific ones with 10.0 and CUDA 12.9.
  if (arch.suffix == 'a' && arch.number < 90) return false;
  const bool has_families = api_->major > 12 || (api_->major == 12 && api_->minor >= 9);
  if (arch.suffix == 'f' && (arch.number < 100 || !has_families)) return false;
  return std::binary_search(api_->architectures.begin(), api_->architectures.end(), arch.number);
}

std::vector<std::string> Nvrtc::options(const std::string& arch,
                                        std::span<const std::string> extra_options) {
  std::vector<std::string> list = {"--gpu-architecture=" + arch, "--std=c++17",
                                   "--device-as-default-execution-space"};
  list.insert(list.end(), extra_options.begin(), extra_options.end());
  return list;
}

namespace {

// The first line of a log that reports an error, else its first line.
std::string first_error(const std::string& log) {
  std::size_t at = log.find("error:");
  if (at == std::string::npos) at = log.find("error");
  if (at == std::string::npos) at = 0;
  const std::size_t before = at == 0 ? std::string::npos : log.rfind('\n', at);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  return log.substr(begin, log.find('\n', begin) - begin);
}

}  // namespace

CudaBinary Nvrtc::compile(const std::string& source, const std::string& name,
                          const std::string& arch,
                          std::span<const std::string> extra_options) const {
  require(supports(arch), ErrorCode::unsupported,
          "NVRTC {} ({}) does not compile for {}: it knows sm_{}; install one that does", version(),
          path(), arch, fmt::join(api_->architectures, ", sm_"));

  Program program = nullptr;
  require(api_->create(&program, source.c_str(), name.c_str(), 0, nullptr, nullptr) == 0,
          ErrorCode::compile_failed, "NVRTC {} takes no program {}", version(), name);
  const auto destroy = [this](Program done) { api_->destroy(&done); };
  const std::unique_ptr<NvrtcProgramState, decltype(destroy)> owner(program, destroy);

  const std::vector<std::string> texts = options(arch, extra_options);
  std::vector<const char*> pointers;
  pointers.reserve(texts.size());
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const int status = api_->compile(program, static_cast<int>(pointers.size()), pointers.data());

  CudaBinary binary;
  binary.log = api_->text(program, api_->log_size, api_->log);
  if (status != 0)
    throw Error(ErrorCode::compile_failed,
                fmt::format("NVRTC {} refused {} for {}: {}", version(), name, arch,
                            binary.log.empty() ? fmt::format("status {}", status)
                                               : first_error(binary.log)),
                binary.log);

  std::size_t bytes = 0;
  require(api_->cubin_size(program, &bytes) == 0 && bytes > 0, ErrorCode::compile_failed,
          "NVRTC {} gave no cubin of {} for {}", version(), name, arch);
  binary.cubin.resize(bytes);
  require(api_->cubin(program, reinterpret_cast<char*>(binary.cubin.data())) == 0,
          ErrorCode::compile_failed, "NVRTC {} gave no cubin of {} for {}", version(), name, arch);
  binary.ptx = api_->text(program, api_->ptx_size, api_->ptx);
  return binary;
}

}  // namespace rbgp::runtime
