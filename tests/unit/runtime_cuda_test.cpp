// The whole pipe on a GPU: compile, load, launch, capture, time.
#include "runtime/compiler.hpp"
#include "runtime/device_state.hpp"
#include "runtime/module.hpp"
#include "runtime/nvrtc.hpp"
#include "runtime/timer.hpp"

#include <gtest/gtest.h>

#include <rbgp/error.hpp>

#include <cstring>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace rbgp::runtime {
namespace {

const Source kKernels = {.kind = SourceKind::cuda,
                         .name = "kernels.cu",
                         .text = R"(
extern "C" __global__ void saxpy(int n, float a, const float* x, float* y) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] += a * x[i];
}
// Writes the last word of its dynamic shared memory.
extern "C" __global__ void use_shared(int words, int* out) {
  extern __shared__ int memory[];
  memory[words - 1] = words;
  __syncthreads();
  *out = memory[words - 1];
}
extern "C" __global__ void spin(long long cycles) {
  const long long start = clock64();
  while (clock64() - start < cycles) {}
}
extern "C" __global__ void trap() { asm("trap;"); }
)",
                         .options = {},
                         .passes = IrPasses::none};

class CudaTest : public testing::Test {
 protected:
  void SetUp() override {
    if (Device::all().size() < 2) GTEST_SKIP() << "no CUDA device";
    std::string reason;
    if (Nvrtc::find(&reason) == nullptr) GTEST_SKIP() << "no NVRTC on this machine: " << reason;
    device_ = Device::select("cuda:0");
    binary_ = compile(kKernels, device_.properties().arch, nullptr);
    module_ = Module::load(binary_, device_);
  }

  Device device_ = Device::host();
  Binary binary_;
  std::shared_ptr<const Module> module_;
};

struct Saxpy {
  static constexpr int kCount = 100'003;

  Saxpy(const Device& device, const CudaFunction& loaded)
      : function(loaded), x(device, kCount * sizeof(float)), y(device, kCount * sizeof(float)) {
    const std::vector<float> ones(kCount, 1.0F);
    x.upload(ones.data(), x.bytes());
    y.fill(0);
  }

  void launch(void* stream) {
    int n = kCount;
    float a = 2.0F;
    void* px = x.data();
    void* py = y.data();
    void* arguments[] = {&n, &a, &px, &py};
    function.launch({(kCount + 255) / 256, 1, 1}, {256, 1, 1}, 0, arguments, stream);
  }

  std::vector<float> result() const {
    std::vector<float> host(kCount);
    y.download(host.data(), y.bytes());
    return host;
  }

  CudaFunction function;
  DeviceBuffer x, y;
};

TEST_F(CudaTest, LoadsTheCubinAndLaunches) {
  EXPECT_EQ(module_->fallback(), "");
  Saxpy saxpy(device_, module_->cuda_function("saxpy", 0));
  const CudaFunctionAttributes& attributes = saxpy.function.attributes();
  EXPECT_GT(attributes.registers, 0);
  EXPECT_EQ(attributes.local_bytes, 0);
  EXPECT_EQ(attributes.shared_bytes, 0);
  EXPECT_GE(attributes.max_threads, 256);
  saxpy.launch(nullptr);
  saxpy.launch(nullptr);
  device_.synchronize();
  for (const float value : saxpy.result()) ASSERT_EQ(value, 4.0F);
}

TEST_F(CudaTest, AFunctionKeepsItsModule) {
  Saxpy saxpy(device_, module_->cuda_function("saxpy", 0));
  module_.reset();
  saxpy.launch(nullptr);
  for (const float value : saxpy.result()) ASSERT_EQ(value, 2.0F);
}

TEST_F(CudaTest, LaunchesFromAThreadWithoutAContext) {
  Saxpy saxpy(device_, module_->cuda_function("saxpy", 0));
  std::thread([&] {
    saxpy.launch(nullptr);
    CUcontext current = nullptr;
    device_.state()->driver().context_get_current(&current);
    EXPECT_EQ(current, nullptr) << "the thread was not given its context back";
  }).join();
  for (const float value : saxpy.result()) ASSERT_EQ(value, 2.0F);
}

TEST_F(CudaTest, FallsBackToPtxAndSaysSo) {
  Binary refused = binary_;
  refused.image.assign(100, std::byte{0});
  const auto module = Module::load(refused, device_);
  EXPECT_NE(module->fallback().find("PTX"), std::string::npos) << module->fallback();
  Saxpy saxpy(device_, module->cuda_function("saxpy", 0));
  saxpy.launch(nullptr);
  for (const float value : saxpy.result()) ASSERT_EQ(value, 2.0F);

  refused.ptx = "this is no PTX";
  try {
    Module::load(refused, device_);
    FAIL() << "loaded rubbish";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::load_failed);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    EXPECT_FALSE(error.detail().empty());
  }
}

TEST_F(CudaTest, SharedMemory) {
  DeviceBuffer out(device_, sizeof(int));
  const std::int64_t most = device_.properties().shared_bytes;
  for (const std::int64_t bytes : {std::int64_t{4}, std::int64_t{48 * 1024}, most}) {
    const CudaFunction function = module_->cuda_function("use_shared", bytes);
    int words = static_cast<int>(bytes / 4);
    void* pointer = out.data();
    void* arguments[] = {&words, &pointer};
    function.launch({1, 1, 1}, {32, 1, 1}, static_cast<unsigned>(bytes), arguments, nullptr);
    int result = 0;
    out.download(&result, sizeof(result));
    EXPECT_EQ(result, words);
  }
  try {
    module_->cuda_function("use_shared", most + 1);
    FAIL() << "got more shared memory than there is";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
  }
}

TEST_F(CudaTest, ReportsMissingFunctionsAndBadLaunches) {
  EXPECT_THROW(module_->cuda_function("no_such_kernel", 0), Error);
  EXPECT_THROW(module_->host_function("saxpy"), Error);
  const CudaFunction spin = module_->cuda_function("spin", 0);
  long long cycles = 1;
  void* arguments[] = {&cycles};
  try {
    spin.launch({1, 1, 1}, {4096, 1, 1}, 0, arguments, nullptr);
    FAIL() << "launched a block of 4096 threads";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::launch_failed);
    EXPECT_NE(std::string(error.what()).find("spin: CUDA_ERROR_INVALID_VALUE"), std::string::npos)
        << error.what();
  }
}

TEST_F(CudaTest, TimesThroughAGraph) {
  const CudaFunction spin = module_->cuda_function("spin", 0);
  const auto launch_of = [&](long long cycles) {
    return [&spin, cycles](void* stream) {
      long long count = cycles;
      void* arguments[] = {&count};
      spin.launch({1, 1, 1}, {1, 1, 1}, 0, arguments, stream);
    };
  };
  time_launches(device_, launch_of(200'000));  // until the clocks have settled
  const Samples quick = time_launches(device_, launch_of(20'000));
  const Samples slow = time_launches(device_, launch_of(200'000));
  EXPECT_GE(quick.ms.size(), 11U);
  EXPECT_GT(quick.launches_per_sample, slow.launches_per_sample);
  const double ratio = slow.median() / quick.median();
  EXPECT_GT(ratio, 5.0);
  EXPECT_LT(ratio, 12.0);
  EXPECT_LT(slow.spread(), 0.5);
  RecordProperty("quick_us", std::to_string(1000 * quick.median()));
}

// y grows with every launch on a copy: replays go through all copies equally often.
TEST_F(CudaTest, TimerRotatesOverCopies) {
  const CudaFunction function = module_->cuda_function("saxpy", 0);
  std::vector<std::unique_ptr<Saxpy>> copies;
  for (int i = 0; i < 3; ++i) copies.push_back(std::make_unique<Saxpy>(device_, function));
  LaunchTimer timer(
      device_, 3,
      [&](int copy, void* stream) { copies.at(static_cast<std::size_t>(copy))->launch(stream); },
      {.min_seconds = 0, .min_samples = 2, .max_samples = 4, .launches_per_sample = 6});
  const float before = copies.front()->result().front();
  EXPECT_GT(before, 0.0F);
  EXPECT_GT(timer.sample().median(), 0);
  EXPECT_EQ(timer.sample().launches_per_sample, 6);
  const std::vector<float> result = copies.front()->result();
  EXPECT_GT(result.front(), before);
  for (const std::unique_ptr<Saxpy>& copy : copies) EXPECT_EQ(copy->result(), result);
}

// Timers of a comparison live side by side and end in any order.
TEST_F(CudaTest, TimersTakeTurns) {
  Saxpy saxpy(device_, module_->cuda_function("saxpy", 0));
  const auto launch = [&](int, void* stream) { saxpy.launch(stream); };
  const TimingOptions options{.min_seconds = 0, .min_samples = 2, .max_samples = 20};
  auto first = std::make_unique<LaunchTimer>(device_, 1, launch, options);
  LaunchTimer second(device_, 1, launch, options);
  for (int round = 0; round < 2; ++round) {
    EXPECT_GT(first->sample().median(), 0);
    EXPECT_GT(second.sample().median(), 0);
  }
  first.reset();
  EXPECT_GT(second.sample().median(), 0);
}

TEST_F(CudaTest, KnowsTheSharedCache) {
  const std::int64_t bytes = shared_cache_bytes(device_);
  EXPECT_GE(bytes, 1 << 18);
  EXPECT_LE(bytes, std::int64_t{1} << 30);
}

TEST_F(CudaTest, TimerSurvivesALaunchThatThrows) {
  int calls = 0;
  const auto broken = [&](void*) {
    if (++calls > 3) throw std::runtime_error("broken");
  };
  EXPECT_THROW(time_launches(device_, broken, {.launches_per_sample = 2}), std::runtime_error);
  Saxpy saxpy(device_, module_->cuda_function("saxpy", 0));
  const Samples samples = time_launches(
      device_, [&](void* stream) { saxpy.launch(stream); },
      {.min_seconds = 0, .min_samples = 3, .max_samples = 5, .launches_per_sample = 7});
  EXPECT_GE(samples.ms.size(), 3U);
  EXPECT_LE(samples.ms.size(), 5U);
  EXPECT_GT(samples.median(), 0.0);
}

// A kernel that traps takes the context with it, so this runs in a process of its own.
TEST_F(CudaTest, ReportsWhatAKernelDidWrong) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto trap = [this] {
    module_->cuda_function("trap", 0).launch({1, 1, 1}, {1, 1, 1}, 0, nullptr, nullptr);
    try {
      device_.synchronize();
    } catch (const Error& error) {
      std::fprintf(stderr, "%s\n", error.what());
      module_.reset();  // must not throw, although the device is lost
      _exit(error.code() == ErrorCode::device_fault ? 3 : 4);
    }
    _exit(0);
  };
  EXPECT_EXIT(trap(), testing::ExitedWithCode(3), "cuda:0: CUDA_ERROR_.*restart");
}

}  // namespace
}  // namespace rbgp::runtime
