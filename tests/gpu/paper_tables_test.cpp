// All configurations of the paper's Tables 2 and 3, at its sizes: 4096 x 4096 times 4096 x 4096.
#include <gtest/gtest.h>

#include <bench/paper_tables.hpp>
#include <generator/kernel_family.hpp>
#include <gpu/cuda_devices.hpp>
#include <rbgp/kernel.hpp>
#include <rbgp/tuner.hpp>
#include <support/kernel_cases.hpp>
#include <tuner/bench_inputs.hpp>
#include <tuner/product_check.hpp>

namespace rbgp::test {
namespace {

constexpr std::int64_t kSize = kPaperTableSize;

void expect_right(const Device& device, const std::string& text) {
  SCOPED_TRACE(device.text() + " " + text);
  const Rbgp4Config config = Rbgp4Config::parse(text);
  ASSERT_EQ(config.rows(), kSize);
  ASSERT_EQ(config.cols(), kSize);
  const Problem problem{.m = kSize, .k = kSize, .n = kSize};
  const KernelSpec spec{problem, Rbgp4Pattern::sample(config, 1),
                        default_kernel(config, problem, device.properties())};
  const Kernel kernel = Kernel::create(spec, device);
  // One input for all configurations; checking a product is cheap, preparing the check is not.
  static const std::vector<float> host_input = random_floats(kSize * kSize, 2);
  static const ProductCheck check(problem, host_input.data(), 3);
  const std::vector<float> values = random_floats(kSize * config.nnz_per_row(), 4);
  std::vector<float> host_output(static_cast<std::size_t>(kSize * kSize));

  DeviceBuffer packed(device, kernel.packed_bytes());
  DeviceBuffer workspace(device, kernel.workspace_bytes());
  DeviceBuffer input(device, host_input.size() * sizeof(float));
  DeviceBuffer output(device, host_output.size() * sizeof(float));
  kernel.pack(values.data(), packed);
  input.upload(host_input.data(), input.bytes());
  output.fill(0xff);
  kernel.launch(packed.data(), input.data(), output.data(), workspace.data());
  device.synchronize();
  output.download(host_output.data(), output.bytes());
  const ProductCheck::Result result = check.check(spec.pattern, values.data(), host_output.data());
  EXPECT_EQ(result.failure, "") << kernel.describe();
  EXPECT_LT(result.relative_error, 1e-5);
}

TEST(PaperTables, SparsityDistribution) {
  CUDA_DEVICES_OR_SKIP(devices);
  for (const Device& device : devices)
    for (const std::string& config : paper_table2()) expect_right(device, config);
}

TEST(PaperTables, RowRepetition) {
  CUDA_DEVICES_OR_SKIP(devices);
  for (const Device& device : devices)
    for (const std::string& config : paper_table3()) expect_right(device, config);
}

// Without a device at least the configurations are right, and have a kernel.
TEST(PaperTables, HaveKernels) {
  const DeviceProperties device = synthetic_device(DeviceKind::cuda);
  std::vector<std::string> configs = paper_table2();
  for (const std::string& config : paper_table3()) configs.push_back(config);
  EXPECT_EQ(configs.size(), 27U);
  for (const std::string& text : configs) {
    const Rbgp4Config config = Rbgp4Config::parse(text);
    const Problem problem{.m = kSize, .k = kSize, .n = kSize};
    const KernelSpec spec{problem, Rbgp4Pattern::sample(config, 1),
                          default_kernel(config, problem, device)};
    EXPECT_NO_THROW(require_supported(spec, device)) << text;
  }
}

}  // namespace
}  // namespace rbgp::test
