// Every host family over the shared list of kernel cases.
#include <gtest/gtest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <thread>

#include <generator/random_words.hpp>
#include <rbgp/tuner.hpp>
#include <support/gelu_points.hpp>
#include <support/kernel_run.hpp>
#include <support/refusal.hpp>

namespace rbgp::test {
namespace {

constexpr double kTolerance = 1e-5;
constexpr std::size_t kRandomCases = 60;

std::vector<KernelCase> host_cases(std::size_t random_count = kRandomCases) {
  std::vector<KernelCase> cases;
  for (const KernelFamily& family : kernel_families()) {
    if (family.target != DeviceKind::host) continue;
    const auto some = kernel_cases(family, Device::host().properties(), random_count);
    cases.insert(cases.end(), some.begin(), some.end());
  }
  return cases;
}

void expect_same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  ASSERT_EQ(a.size(), b.size());
  EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(float)), 0);
}

// A part of the list each, so that a parallel ctest spreads them.
class HostKernels : public testing::TestWithParam<std::size_t> {
 protected:
  static constexpr std::size_t kParts = 4;
  std::vector<KernelCase> part() const {
    std::vector<KernelCase> cases;
    const std::vector<KernelCase> all = host_cases();
    for (std::size_t i = GetParam(); i < all.size(); i += kParts) cases.push_back(all[i]);
    return cases;
  }
};
INSTANTIATE_TEST_SUITE_P(Part, HostKernels, testing::Range(std::size_t{0}, std::size_t{4}));

TEST_P(HostKernels, EqualTheReference) {
  for (const KernelCase& test_case : part()) {
    SCOPED_TRACE(test_case.name());
    const KernelRun run(test_case, Device::host());
    const std::vector<float> output = run.launch();
    const Difference error = difference(run.reference(), output);
    EXPECT_LT(error.relative_error, kTolerance);
    EXPECT_EQ(error.not_finite, 0);
    expect_same_bits(run.launch(), output);
  }
}

TEST_P(HostKernels, UpdateInPlace) {
  for (const KernelCase& test_case : part()) {
    if (!test_case.problem.epilogue.residual) continue;
    SCOPED_TRACE(test_case.name());
    const KernelRun run(test_case, Device::host());
    expect_same_bits(run.launch_in_place(), run.launch());
  }
}

// On the pattern NaN and infinities propagate; off it they are not read.
TEST_P(HostKernels, PropagateNanAndInfinity) {
  constexpr float kOdd[] = {std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()};
  RandomWords random(GetParam());
  for (const KernelCase& test_case : part()) {
    if (random.below(3) != 0) continue;
    SCOPED_TRACE(test_case.name());
    KernelRun run(test_case, Device::host());
    std::vector<float> input = run.input();
    for (const float odd : kOdd) input[random.below(input.size())] = odd;
    run.set_input(input);
    const Difference error = difference(run.reference(), run.launch());
    EXPECT_EQ(error.not_finite, 0);
    EXPECT_LT(error.relative_error, kTolerance);
  }
}

KernelCase small_case(Layout layout, const Epilogue& epilogue) {
  const Rbgp4Config config = Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=4x8@50,gb=2x1");
  Problem problem{.m = config.rows(), .k = config.cols(), .n = 37};
  problem.layout = layout;
  problem.epilogue = epilogue;
  return {config, problem, default_kernel(config, problem, Device::host().properties())};
}

// Where beta is 0, R is not read: NaN in it, and a null pointer, do not matter.
TEST(HostKernel, ReadsNoResidualWhereBetaIsZero) {
  for (const Layout layout : {Layout::kn, Layout::nk}) {
    SCOPED_TRACE(to_string(layout));
    const KernelRun plain(small_case(layout, {}), Device::host());
    const KernelRun run(small_case(layout, {.residual = true}), Device::host());
    const std::vector<float> nan(run.epilogue_data().residual().size(), std::nanf(""));
    const std::vector<float> wanted = plain.launch();
    expect_same_bits(run.launch({.beta = 0}), wanted);
    DeviceBuffer residual(Device::host(), nan.size() * sizeof(float));
    residual.upload(nan.data(), residual.bytes());
    expect_same_bits(
        run.launch({.beta = 0, .residual = static_cast<const float*>(residual.data())}), wanted);
  }
}

// Each element against the formula in double precision, from where the tail vanishes to where it is all.
TEST(HostKernel, GeluIsTheExactForm) {
  const std::vector<float> points = gelu_points();
  const Problem problem{.m = 1,
                        .k = 1,
                        .n = static_cast<std::int64_t>(points.size()),
                        .epilogue = {.activation = Activation::gelu}};
  const Device host = Device::host();
  const Kernel kernel = Kernel::create({problem, Rbgp4Pattern::sample(Rbgp4Config{}, 1),
                                        default_kernel(Rbgp4Config{}, problem, host.properties())},
                                       host);
  const float one = 1;
  DeviceBuffer packed(host, kernel.packed_bytes());
  DeviceBuffer input(host, points.size() * sizeof(float));
  DeviceBuffer output(host, input.bytes());
  DeviceBuffer workspace(host, kernel.workspace_bytes());
  kernel.pack(&one, packed);
  input.upload(points.data(), input.bytes());
  kernel.launch(packed.data(), input.data(), output.data(), workspace.data());
  std::vector<float> got(points.size());
  output.download(got.data(), output.bytes());
  expect_gelu(points, got);
}

TEST(HostKernel, RefusesNumbersThatDoNotFitTheEpilogue) {
  const KernelRun plain(small_case(Layout::kn, {}), Device::host());
  const KernelRun whole(small_case(Layout::nk, {.scale = true, .residual = true, .bias = true}),
                        Device::host());
  const auto refused = [](const KernelRun& run, const EpilogueArguments& arguments) {
    return refusal(ErrorCode::invalid_argument, [&] { run.launch(arguments); });
  };
  EpilogueArguments arguments = whole.epilogue();
  EXPECT_TRUE(has(refused(plain, {.alpha = 2}), "'scale'"));
  EXPECT_TRUE(has(refused(plain, {.bias = arguments.bias}), "'bias'"));
  EXPECT_TRUE(has(refused(plain, {.residual = arguments.residual}), "'residual'"));
  arguments.bias = nullptr;
  EXPECT_TRUE(has(refused(whole, arguments), "bias:"));
  arguments = whole.epilogue();
  arguments.residual = nullptr;
  EXPECT_TRUE(has(refused(whole, arguments), "R:"));
  const std::int32_t order[] = {0};
  EXPECT_TRUE(has(refused(plain, {.row_order = order}), "'row_order'"));
  EXPECT_TRUE(has(refused(plain, {.column_order = order}), "'column_order'"));
  const KernelRun moved(small_case(Layout::kn, {.row_order = true, .column_order = true}),
                        Device::host());
  EXPECT_TRUE(has(refused(moved, {.column_order = order}), "row_order: "));
  EXPECT_TRUE(has(refused(moved, {.row_order = order}), "one number a column"));
  arguments.residual = static_cast<const float*>(whole.epilogue().residual) + 1;
  EXPECT_TRUE(has(refused(whole, arguments), "16 bytes"));
}

TEST(HostKernel, LaunchesFromManyThreadsAgree) {
  const std::vector<KernelCase> cases = host_cases(0);
  for (std::size_t i = 0; i < cases.size(); i += 17) {
    SCOPED_TRACE(cases[i].name());
    const KernelRun run(cases[i], Device::host());
    const std::vector<float> alone = run.launch();
    std::vector<std::vector<float>> outputs(4);
    std::vector<std::thread> threads;
    for (std::vector<float>& output : outputs)
      threads.emplace_back([&] {
        for (int repeat = 0; repeat < 5; ++repeat) output = run.launch();
      });
    for (std::thread& thread : threads) thread.join();
    for (const std::vector<float>& output : outputs) expect_same_bits(output, alone);
  }
}

// Memory that ends where a page without access begins: a read past it ends the program.
class FencedMemory {
 public:
  explicit FencedMemory(std::size_t bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    mapped_ = (rounded + page - 1) / page * page + page;
    base_ = static_cast<std::byte*>(
        mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_NE(static_cast<void*>(base_), MAP_FAILED);
    EXPECT_EQ(mprotect(base_ + mapped_ - page, page, PROT_NONE), 0);
    data_ = base_ + mapped_ - page - rounded;
  }
  ~FencedMemory() { munmap(base_, mapped_); }
  FencedMemory(const FencedMemory&) = delete;
  FencedMemory& operator=(const FencedMemory&) = delete;
  void* data() const { return data_; }

 private:
  static constexpr std::size_t kAlignment = 16;  // what a launch asks for
  std::size_t mapped_;
  std::byte* base_;
  std::byte* data_;
};

TEST(HostKernel, TouchesNothingBesideItsMemory) {
  const std::vector<KernelCase> cases = host_cases(0);
  for (std::size_t i = 0; i < cases.size(); i += 3) {
    SCOPED_TRACE(cases[i].name());
    const KernelRun run(cases[i], Device::host());
    const std::vector<float> wanted = run.launch();
    const FencedMemory packed(run.kernel().packed_bytes());
    const FencedMemory input(run.input().size() * sizeof(float));
    const FencedMemory output(wanted.size() * sizeof(float));
    DeviceBuffer workspace(Device::host(), run.kernel().workspace_bytes());
    std::memcpy(packed.data(), run.packed(), run.kernel().packed_bytes());
    std::memcpy(input.data(), run.input().data(), run.input().size() * sizeof(float));
    run.kernel().launch(packed.data(), input.data(), output.data(), workspace.data(), nullptr,
                        run.epilogue());
    EXPECT_EQ(std::memcmp(output.data(), wanted.data(), wanted.size() * sizeof(float)), 0);
  }
}

TEST(HostKernel, RefusesBadPointers) {
  const KernelCase test_case = host_cases(0).front();
  const KernelRun run(test_case, Device::host());
  const Kernel& kernel = run.kernel();
  DeviceBuffer output(Device::host(), 4096);
  DeviceBuffer workspace(Device::host(), kernel.workspace_bytes());
  const void* packed = run.packed();
  const void* input = run.device_input();
  const auto* odd = static_cast<const std::byte*>(input) + 4;
  const auto refused = [&](const void* p, const void* i, void* o) {
    return refusal(ErrorCode::invalid_argument, [&] { kernel.launch(p, i, o, workspace.data()); });
  };
  EXPECT_TRUE(has(refused(nullptr, input, output.data()), "packed values"));
  EXPECT_TRUE(has(refused(packed, nullptr, output.data()), "I:"));
  EXPECT_TRUE(has(refused(packed, odd, output.data()), "16 bytes"));
  EXPECT_TRUE(has(refused(packed, input, nullptr), "O:"));
  DeviceBuffer small(Device::host(), kernel.packed_bytes() - 1);
  refusal(ErrorCode::invalid_argument, [&] { kernel.pack(run.values().data(), small); });
  DeviceBuffer whole(Device::host(), kernel.packed_bytes());
  refusal(ErrorCode::invalid_argument, [&] { kernel.pack(nullptr, whole); });
  refusal(ErrorCode::invalid_argument, [&] { kernel.launch_pack(nullptr, whole.data()); });
  refusal(ErrorCode::invalid_argument, [&] { kernel.launch_pack(run.values().data(), nullptr); });
  EXPECT_TRUE(has(kernel.describe(), test_case.kernel.to_string())) << kernel.describe();
}

}  // namespace
}  // namespace rbgp::test
