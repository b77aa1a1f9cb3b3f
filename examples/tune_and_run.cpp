// Tunes a small layer, runs its fastest kernel on the device it was tuned for, checks the product.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <rbgp/rbgp.hpp>

int main() try {
  const rbgp::Problem problem{.m = 256, .k = 512, .n = 200};
  const rbgp::Device device = rbgp::Device::select("auto");
  const rbgp::TuneResult tuned = rbgp::tune(
      {.problem = problem, .sparsity_percent = 75, .device = device, .max_candidates = 20});
  const rbgp::Rbgp4Pattern& pattern = tuned.plan.spec.pattern;

  std::mt19937 engine(1);
  const auto random = [&] { return static_cast<float>(engine()) / 0x1p31F - 1; };
  std::vector<float> values(problem.m * pattern.nnz_per_row());  // the non-zeros of W
  std::vector<float> input(problem.k * problem.n), output(problem.m * problem.n);
  std::generate(values.begin(), values.end(), random);
  std::generate(input.begin(), input.end(), random);

  const rbgp::Kernel kernel = rbgp::Kernel::create(tuned.plan.spec, device);
  rbgp::DeviceBuffer w(device, kernel.packed_bytes()), workspace(device, kernel.workspace_bytes());
  rbgp::DeviceBuffer i(device, input.size() * 4), o(device, output.size() * 4);
  kernel.pack(values.data(), w);
  i.upload(input.data(), i.bytes());
  kernel.launch(w.data(), i.data(), o.data(), workspace.data());
  device.synchronize();
  o.download(output.data(), o.bytes());

  std::vector<double> expected(output.size());
  rbgp::reference_product(pattern, problem, values.data(), input.data(), expected.data());
  double difference = 0, norm = 0;
  for (std::size_t at = 0; at < output.size(); ++at) {
    difference += std::pow(output[at] - expected[at], 2);
    norm += std::pow(expected[at], 2);
  }
  const double error = std::sqrt(difference / norm);
  fmt::print("{} on {}: {:.3f} ms, dense {:.3f} ms, relative error {:.1e}\n", kernel.describe(),
             device.text(), tuned.plan.median_ms, tuned.plan.dense_ms, error);
  return error < 1e-5 ? 0 : 1;
} catch (const rbgp::Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
