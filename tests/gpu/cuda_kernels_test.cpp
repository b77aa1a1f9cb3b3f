// Every CUDA family over the shared list of kernel cases, on every CUDA device.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <thread>

#include <generator/kernel_family.hpp>
#include <generator/random_words.hpp>
#include <gpu/cuda_devices.hpp>
#include <rbgp/error.hpp>
#include <runtime/timer.hpp>
#include <support/kernel_run.hpp>
#include <support/kernel_shapes.hpp>
#include <support/random_config.hpp>
#include <support/refusal.hpp>
#include <tuner/bench_inputs.hpp>
#include <tuner/product_check.hpp>

namespace rbgp::test {
namespace {

constexpr std::size_t kRandomCases = 60;

// RBGP_TEST_FAMILY names one alone: under compute-sanitizer all of them take minutes.
bool is_wanted(const KernelFamily& family) {
  const char* const wanted = std::getenv("RBGP_TEST_FAMILY");
  return family.target == DeviceKind::cuda &&
         (wanted == nullptr || *wanted == '\0' || find_family(wanted).name == family.name);
}

std::vector<KernelCase> cuda_cases(const Device& device, std::size_t random_count = kRandomCases) {
  std::vector<KernelCase> cases;
  for (const KernelFamily& family : kernel_families()) {
    if (!is_wanted(family)) continue;
    const auto some = kernel_cases(family, device.properties(), random_count);
    cases.insert(cases.end(), some.begin(), some.end());
  }
  return cases;
}

void expect_same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  ASSERT_EQ(a.size(), b.size());
  EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(float)), 0);
}

// A part of the list each: compiling takes most of the time.
class CudaKernels : public testing::TestWithParam<std::size_t> {
 protected:
  static constexpr std::size_t kParts = 8;
  std::vector<KernelCase> part(const Device& device) const {
    std::vector<KernelCase> cases;
    const std::vector<KernelCase> all = cuda_cases(device);
    for (std::size_t i = GetParam(); i < all.size(); i += kParts) cases.push_back(all[i]);
    return cases;
  }
};
INSTANTIATE_TEST_SUITE_P(Part, CudaKernels, testing::Range(std::size_t{0}, std::size_t{8}));

// Every stride-th case. One that does not compile or launch does not hide the others.
template <typename Test>
void for_each_case(const Device& device, const std::vector<KernelCase>& cases, std::size_t stride,
                   Test test) {
  for (std::size_t i = 0; i < cases.size(); i += stride) {
    SCOPED_TRACE(device.text() + " " + cases[i].name());
    try {
      test(cases[i]);
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

bool multiplies_zeros(const KernelCase& test_case, const Device& device) {
  return find_family(test_case.kernel.family)
      .geometry({test_case.config, test_case.problem, test_case.kernel, device.properties()})
      .explicit_zeros;
}

void expect_reference(const KernelCase& test_case, const Device& device, RandomWords& random) {
  constexpr float kOdd[] = {std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()};
  const double tolerance =
      product_tolerance(test_case.problem.dtype, test_case.config.nnz_per_row());
  KernelRun run(test_case, device);
  const std::vector<float> output = run.launch();
  Difference error = difference(run.reference(), output);
  EXPECT_LT(error.relative_error, tolerance);
  EXPECT_EQ(error.not_finite, 0);
  expect_same_bits(run.launch(), output);
  if (test_case.problem.epilogue.residual) expect_same_bits(run.launch_in_place(), output);

  std::vector<float> input = run.input();
  // Infinities of I may become NaN in f32x3.
  const std::size_t odd_count = test_case.problem.dtype == Dtype::f32x3 ? 1 : std::size(kOdd);
  for (std::size_t i = 0; i < odd_count; ++i) input[random.below(input.size())] = kOdd[i];
  run.set_input(input);
  const std::vector<float> odd_output = run.launch();
  std::vector<double> wanted = run.reference();
  if (multiplies_zeros(test_case, device)) {
    // What lies between the sparse product and the dense one of the masked W is right.
    std::vector<float> dense(wanted.size(), 0.0f);
    propagate_nonfinite(run.pattern(), test_case.problem, input.data(), dense.data(),
                        run.epilogue_data().arguments());
    for (std::size_t i = 0; i < dense.size(); ++i)
      if (std::isnan(dense[i]) && std::isnan(odd_output[i])) wanted[i] = dense[i];
  }
  error = difference(wanted, odd_output);
  EXPECT_LT(error.relative_error, tolerance);
  EXPECT_EQ(error.not_finite, 0);
}

TEST_P(CudaKernels, EqualTheReference) {
  CUDA_DEVICES_OR_SKIP(devices);
  for (const Device& device : devices) {
    RandomWords random(GetParam());
    for_each_case(device, part(device), 1, [&](const KernelCase& test_case) {
      expect_reference(test_case, device, random);
    });
  }
}

// time_launches captures the launch in a graph and replays it: what it leaves in O is the product.
void expect_reference_in_graph(const KernelCase& test_case, const Device& device) {
  const KernelRun run(test_case, device);
  const std::vector<float> wanted = run.launch();
  const Dtype dtype = run.problem().dtype;
  std::vector<std::byte> stored(wanted.size() * static_cast<std::size_t>(dtype_bytes(dtype)));
  GuardedBuffer output(device, stored.size());
  GuardedBuffer workspace(device, run.kernel().workspace_bytes());
  const runtime::Samples samples = runtime::time_launches(
      device,
      [&](void* stream) {
        run.kernel().launch(run.packed(), run.device_input(), output.data(), workspace.data(),
                            stream, run.epilogue());
      },
      {.min_seconds = 0, .min_samples = 3, .max_samples = 3, .launches_per_sample = 4});
  EXPECT_EQ(samples.ms.size(), 3U);
  EXPECT_GT(samples.median(), 0);
  output.download(stored.data());
  expect_same_bits(from_storage(dtype, stored), wanted);
  EXPECT_TRUE(output.is_intact());
}

TEST(CudaKernel, RunsInACudaGraph) {
  CUDA_DEVICES_OR_SKIP(devices);
  for (const Device& device : devices)
    for_each_case(device, cuda_cases(device, 0), 13, [&](const KernelCase& test_case) {
      expect_reference_in_graph(test_case, device);
    });
}

// What comes of W multiplied with its own product again and again: each launch reads what the one before it wrote, and
// writes what that one read.
std::vector<float> chained(const KernelRun& run, bool one_by_one) {
  constexpr int kLaunches = 12;
  const Device& device = run.kernel().device();
  const Problem& problem = run.problem();
  const std::int64_t elements = problem.m * problem.n;
  std::vector<std::byte> stored(static_cast<std::size_t>(elements * dtype_bytes(problem.dtype)));
  std::array<DeviceBuffer, 2> products = {DeviceBuffer(device, stored.size()),
                                          DeviceBuffer(device, stored.size())};
  const void* from = run.device_input();
  for (int i = 0; i < kLaunches; ++i) {
    void* const to = products[i % products.size()].data();
    run.kernel().launch(run.packed(), from, to);
    if (one_by_one) device.synchronize();
    from = to;
  }
  device.synchronize();
  products[(kLaunches - 1) % products.size()].download(stored.data(), stored.size());
  return from_storage(problem.dtype, stored);
}

// Launches overlap with those before them, and wait themselves for what these leave.
TEST(CudaKernel, LaunchesInARowSeeEachOthersProducts) {
  CUDA_DEVICES_OR_SKIP(devices);
  constexpr int kTimes = 20;
  for (const Device& device : devices)
    for (const KernelFamily& family : kernel_families()) {
      if (family.target != DeviceKind::cuda) continue;
      const Rbgp4Config config =
          Rbgp4Config::parse(on_tensor_cores(family) ? "go=4x8@50,gr=1x1,gi=4x8@50,gb=64x16"
                                                     : "go=16x16@50,gr=1x1,gi=8x32,gb=8x2");
      Problem problem{
          .m = config.rows(), .k = config.cols(), .n = 4096, .dtype = usual_dtype(family)};
      fit_problem(family, problem);
      ASSERT_EQ(problem.m, problem.k);
      RandomWords random(1);
      for (int i = 0; i < 4; ++i) {
        const auto kernel = random_kernel(random, family, config, problem, device.properties());
        if (!kernel) continue;
        SCOPED_TRACE(device.text() + " " + kernel->to_string());
        const KernelRun run({config, problem, *kernel}, device);
        const std::vector<float> wanted = chained(run, true);
        for (int time = 0; time < kTimes; ++time) expect_same_bits(chained(run, false), wanted);
      }
    }
}

TEST(CudaKernel, LaunchesFromManyThreadsAgree) {
  CUDA_DEVICES_OR_SKIP(devices);
  for (const Device& device : devices)
    for_each_case(device, cuda_cases(device, 0), 31, [&](const KernelCase& test_case) {
      const KernelRun run(test_case, device);
      const std::vector<float> alone = run.launch();
      std::vector<std::vector<float>> outputs(4);
      std::vector<std::thread> threads;
      for (std::vector<float>& output : outputs)
        threads.emplace_back([&] { output = run.launch(); });
      for (std::thread& thread : threads) thread.join();
      for (const std::vector<float>& output : outputs) expect_same_bits(output, alone);
    });
}

// Packing from device memory on a stream, captured or not, leaves the bits that packing from host memory does.
TEST(CudaKernel, PacksFromDeviceMemory) {
  CUDA_DEVICES_OR_SKIP(devices);
  for (const Device& device : devices)
    for_each_case(device, cuda_cases(device, 0), 17, [&](const KernelCase& test_case) {
      const KernelRun run(test_case, device);
      DeviceBuffer values(device, run.values().size() * sizeof(float));
      values.upload(run.values().data(), values.bytes());
      DeviceBuffer wanted(device, run.kernel().packed_bytes());
      wanted.fill(0xff);  // as what it is compared with: some kernels pack less than their bound
      run.kernel().pack(run.values().data(), wanted);
      GuardedBuffer packed(device, wanted.bytes());
      runtime::time_launches(
          device,
          [&](void* stream) {
            run.kernel().launch_pack(static_cast<const float*>(values.data()), packed.data(),
                                     stream);
          },
          {.min_seconds = 0, .min_samples = 1, .max_samples = 1, .launches_per_sample = 2});
      std::vector<std::byte> expected(wanted.bytes()), found(wanted.bytes());
      wanted.download(expected.data(), expected.size());
      packed.download(found.data());
      EXPECT_EQ(expected, found);
      EXPECT_TRUE(packed.is_intact());
    });
}

TEST(CudaKernel, HasMemoryWithTheChecksumOfTheHost) {
  CUDA_DEVICES_OR_SKIP(devices);
  const std::vector<float> numbers = random_floats(100'003, 5);
  const auto checksum_on = [&](const Device& device, std::size_t bytes) {
    DeviceBuffer buffer(device, bytes);
    buffer.upload(numbers.data(), bytes);
    return runtime::Checksum(device).of(buffer);
  };
  for (const Device& device : devices)
    for (const std::size_t bytes : {1UL, 8UL, 4096UL, 400'011UL})
      EXPECT_EQ(checksum_on(device, bytes), checksum_on(Device::host(), bytes)) << bytes;
}

TEST(CudaKernel, RefusesBadPointers) {
  CUDA_DEVICES_OR_SKIP(devices);
  const KernelRun run(cuda_cases(devices.front(), 0).front(), devices.front());
  DeviceBuffer output(devices.front(), 4096);
  const auto* odd = static_cast<const std::byte*>(run.device_input()) + 4;
  const std::string message = refusal(
      ErrorCode::invalid_argument, [&] { run.kernel().launch(run.packed(), odd, output.data()); });
  EXPECT_TRUE(has(message, "16 bytes")) << message;
  refusal(ErrorCode::invalid_argument,
          [&] { run.kernel().launch(run.packed(), run.device_input(), nullptr); });
}

}  // namespace
}  // namespace rbgp::test
