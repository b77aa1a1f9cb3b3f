#include "runtime/nvrtc.hpp"

#include <gtest/gtest.h>

#include <rbgp/error.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace rbgp::runtime {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSaxpy = R"(
extern "C" __global__ void saxpy(int n, float a, const float* x, float* y) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] += a * x[i];
}
)";

#define NVRTC_OR_SKIP(nvrtc)                         \
  std::string reason_of_skip;                        \
  const Nvrtc* nvrtc = Nvrtc::find(&reason_of_skip); \
  if (nvrtc == nullptr) GTEST_SKIP() << "no NVRTC on this machine: " << reason_of_skip

// Sets environment variables and puts the old values back.
class Environment {
 public:
  void set(const char* name, const std::string& value) {
    const char* old = std::getenv(name);
    before_.emplace_back(name, old != nullptr ? std::optional<std::string>(old) : std::nullopt);
    setenv(name, value.c_str(), 1);
  }
  ~Environment() {
    for (auto at = before_.rbegin(); at != before_.rend(); ++at) {
      if (at->second)
        setenv(at->first, at->second->c_str(), 1);
      else
        unsetenv(at->first);
    }
  }

 private:
  std::vector<std::pair<const char*, std::optional<std::string>>> before_;
};

TEST(CudaArch, Parses) {
  const CudaArch plain = parse_cuda_arch("sm_75");
  EXPECT_EQ(plain.number, 75);
  EXPECT_EQ(plain.suffix, 0);
  EXPECT_EQ(parse_cuda_arch("sm_90a").suffix, 'a');
  EXPECT_EQ(parse_cuda_arch("sm_120f").number, 120);
  for (const char* bad : {"", "sm_", "sm_a", "90", "sm_90b", "sm_90aa", "sm_-9", "sm_090",
                          "compute_90", "sm_90 ", " sm_90", "sm_99999999999", "SM_90"}) {
    try {
      parse_cuda_arch(bad);
      FAIL() << bad;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument) << bad;
    }
  }
}

TEST(NvrtcSearch, LooksInTheStatedOrder) {
  std::string pattern = (fs::temp_directory_path() / "rbgp-nvrtc-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  const fs::path root = pattern;
  const fs::path files[] = {
      root / "toolkit/lib64/libnvrtc.so.13",
      root / "wheels/nvidia/cu13/lib/libnvrtc.so.13",
      root / "venv/lib/python3.11/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12",
  };
  for (const fs::path& file : files) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "no library";
    std::ofstream(file.parent_path() / "libnvrtc.alt.so.13") << "never looked at";
  }
  Environment environment;
  environment.set("RBGP_NVRTC", "");
  environment.set("CUDA_HOME", (root / "toolkit").string());
  environment.set("CUDA_PATH", "");
  environment.set("RBGP_WHEELS", (root / "wheels").string());
  environment.set("VIRTUAL_ENV", (root / "venv").string());

  const std::vector<NvrtcCandidate> list = nvrtc_candidates();
  const auto place = [&](const fs::path& file) {
    const auto at = std::find_if(list.begin(), list.end(), [&](const NvrtcCandidate& candidate) {
      return candidate.file == file.string();
    });
    return at - list.begin();
  };
  EXPECT_EQ(place(files[0]), 0);
  EXPECT_LT(place(files[0]), place(files[1]));
  EXPECT_LT(place(files[1]), place(files[2]));
  EXPECT_LT(place(files[2]), place("libnvrtc.so.13"));
  EXPECT_EQ(list.back().origin, "loader path");
  for (const NvrtcCandidate& candidate : list)
    EXPECT_EQ(candidate.file.find(".alt."), std::string::npos) << candidate.file;

  environment.set("RBGP_NVRTC", (root / "toolkit/lib64").string());
  ASSERT_EQ(nvrtc_candidates().size(), 1U);
  EXPECT_EQ(nvrtc_candidates().front().file, files[0].string());
  environment.set("RBGP_NVRTC", "/no/such/file");
  ASSERT_EQ(nvrtc_candidates().size(), 1U);
  std::string reason;
  EXPECT_EQ(Nvrtc::open(nvrtc_candidates(), &reason), nullptr);
  EXPECT_NE(reason.find("/no/such/file"), std::string::npos) << reason;
  EXPECT_NE(reason.find("pip install nvidia-cuda-nvrtc"), std::string::npos) << reason;
  fs::remove_all(root);
}

TEST(NvrtcSearch, RefusesALibraryThatIsNotNvrtc) {
  const std::vector<NvrtcCandidate> candidates = {{"libm.so.6", "RBGP_NVRTC"}};
  std::string reason;
  EXPECT_EQ(Nvrtc::open(candidates, &reason), nullptr);
  EXPECT_NE(reason.find("nvrtcVersion"), std::string::npos) << reason;
}

TEST(Nvrtc, DescribesItself) {
  NVRTC_OR_SKIP(nvrtc);
  EXPECT_GE(std::stoi(nvrtc->version()), 12);
  EXPECT_TRUE(fs::exists(nvrtc->path())) << nvrtc->path();
  EXPECT_FALSE(nvrtc->origin().empty());
  EXPECT_NE(nvrtc->identity().find(nvrtc->version()), std::string::npos);
  EXPECT_TRUE(nvrtc->supports("sm_90a"));
  EXPECT_TRUE(nvrtc->supports("sm_80"));
  EXPECT_FALSE(nvrtc->supports("sm_80a"));
  EXPECT_FALSE(nvrtc->supports("sm_90f"));
  EXPECT_FALSE(nvrtc->supports("sm_20"));
}

TEST(Nvrtc, CompilesForEveryArchitecture) {
  NVRTC_OR_SKIP(nvrtc);
  ASSERT_FALSE(nvrtc->architectures().empty());
  for (const int number : nvrtc->architectures()) {
    for (const char* suffix : {"", "a", "f"}) {
      const std::string arch = "sm_" + std::to_string(number) + suffix;
      if (!nvrtc->supports(arch)) continue;
      const CudaBinary binary = nvrtc->compile(kSaxpy, "saxpy.cu", arch);
      ASSERT_GT(binary.cubin.size(), 4U) << arch;
      EXPECT_EQ(static_cast<char>(binary.cubin[1]), 'E') << arch;  // an ELF file
      EXPECT_NE(binary.ptx.find(".target " + arch), std::string::npos) << arch;
      EXPECT_NE(binary.ptx.find("saxpy"), std::string::npos) << arch;
      EXPECT_EQ(binary.log, "") << arch;
    }
  }
}

TEST(Nvrtc, IsDeterministic) {
  NVRTC_OR_SKIP(nvrtc);
  EXPECT_EQ(nvrtc->compile(kSaxpy, "saxpy.cu", "sm_90a").cubin,
            nvrtc->compile(kSaxpy, "saxpy.cu", "sm_90a").cubin);
}

TEST(Nvrtc, CompilesInSeveralThreads) {
  NVRTC_OR_SKIP(nvrtc);
  std::vector<std::size_t> sizes(4);
  std::vector<std::thread> threads;
  for (std::size_t& size : sizes)
    threads.emplace_back([&] { size = nvrtc->compile(kSaxpy, "saxpy.cu", "sm_80").cubin.size(); });
  for (std::thread& thread : threads) thread.join();
  for (const std::size_t size : sizes) EXPECT_EQ(size, sizes[0]);
  EXPECT_GT(sizes[0], 0U);
}

TEST(Nvrtc, ReportsTheFirstErrorInOneLine) {
  NVRTC_OR_SKIP(nvrtc);
  const std::string source = std::string(kSaxpy) +
                             "__global__ void unused_value() { int unused; }\n"
                             "__global__ void broken() { return 1 +; }\n"
                             "__global__ void worse() { undeclared(); }\n";
  try {
    nvrtc->compile(source, "broken.cu", "sm_80");
    FAIL() << "compiled a broken source";
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(error.code(), ErrorCode::compile_failed);
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_NE(message.find("broken.cu(7): error"), std::string::npos) << message;
    EXPECT_NE(message.find("sm_80"), std::string::npos) << message;
    EXPECT_NE(error.detail().find("undeclared"), std::string::npos) << error.detail();
  }
}

TEST(Nvrtc, ReportsOtherRefusals) {
  NVRTC_OR_SKIP(nvrtc);
  const std::vector<std::string> bad_option = {"--no-such-option"};
  const auto code_of = [&](const std::string& arch, std::span<const std::string> options) {
    try {
      nvrtc->compile(kSaxpy, "saxpy.cu", arch, options);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      return error.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(code_of("sm_80", bad_option), ErrorCode::compile_failed);
  EXPECT_EQ(code_of("sm_20", {}), ErrorCode::unsupported);
  EXPECT_EQ(code_of("sm_80; rm", {}), ErrorCode::invalid_argument);
}

TEST(Nvrtc, KeepsWarnings) {
  NVRTC_OR_SKIP(nvrtc);
  const std::string source = "extern \"C\" __global__ void f(int* p) { int unused; *p = 1; }\n";
  const CudaBinary binary = nvrtc->compile(source, "warns.cu", "sm_80");
  EXPECT_NE(binary.log.find("warns.cu(1): warning"), std::string::npos) << binary.log;
  EXPECT_FALSE(binary.cubin.empty());
}

TEST(Nvrtc, PassesOptionsOn) {
  NVRTC_OR_SKIP(nvrtc);
  const std::string source = "extern \"C\" __global__ void f(int* p) { *p = VALUE; }\n";
  const std::vector<std::string> options = {"-DVALUE=42"};
  EXPECT_NE(nvrtc->compile(source, "f.cu", "sm_80", options).ptx.find("42"), std::string::npos);
}

}  // namespace
}  // namespace rbgp::runtime
