#include <support/kernel_run.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include <tuner/bench_inputs.hpp>

namespace rbgp::test {

KernelRun::KernelRun(const KernelCase& test_case, const Device& device, std::uint64_t seed)
    : kernel_(Kernel::create(
          {test_case.problem, Rbgp4Pattern::sample(test_case.config, seed), test_case.kernel},
          device)),
      values_(random_operands(test_case.problem.dtype,
                              test_case.problem.m * test_case.config.nnz_per_row(),
                              derive_seed(seed, 1))),
      epilogue_(test_case.problem, derive_seed(seed, 3)),
      packed_(device, kernel_.packed_bytes()),
      device_epilogue_(epilogue_, device) {
  kernel_.pack(values_.data(), packed_);
  set_input(random_operands(test_case.problem.dtype, test_case.problem.k * test_case.problem.n,
                            derive_seed(seed, 2)));
}

void KernelRun::set_input(std::vector<float> input) {
  input_ = std::move(input);
  device_input_ = upload(kernel_.device(), problem().dtype, input_);
}

std::vector<float> KernelRun::launch(const EpilogueArguments& epilogue) const {
  GuardedBuffer output(kernel_.device(), output_bytes());
  return launch(output, epilogue);
}

std::vector<float> KernelRun::launch_in_place() const {
  GuardedBuffer output(kernel_.device(), output_bytes());
  output.upload(to_storage(problem().dtype, epilogue_.residual()).data());
  EpilogueArguments arguments = epilogue();
  arguments.residual = output.data();
  return launch(output, arguments);
}

std::vector<float> KernelRun::launch(GuardedBuffer& output,
                                     const EpilogueArguments& epilogue) const {
  std::vector<std::byte> elements(output_bytes());
  GuardedBuffer workspace(kernel_.device(), kernel_.workspace_bytes());
  kernel_.launch(packed(), device_input(), output.data(), workspace.data(), nullptr, epilogue);
  kernel_.device().synchronize();
  EXPECT_TRUE(output.is_intact()) << "wrote beside the output";
  EXPECT_TRUE(workspace.is_intact()) << "wrote beside the workspace";
  output.download(elements.data());
  return from_storage(problem().dtype, elements);
}

std::size_t KernelRun::output_bytes() const {
  return static_cast<std::size_t>(problem().m * problem().n * dtype_bytes(problem().dtype));
}

std::vector<double> KernelRun::reference() const {
  std::vector<double> output(static_cast<std::size_t>(problem().m * problem().n));
  reference_product(pattern(), problem(), values_.data(), input_.data(), output.data(),
                    epilogue_.arguments());
  return output;
}

Difference difference(const std::vector<double>& wanted, const std::vector<float>& got) {
  EXPECT_EQ(wanted.size(), got.size());
  Difference result;
  double error = 0;
  double norm = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const double element = got[i];
    if (std::isfinite(wanted[i]) && std::isfinite(element)) {
      error += (element - wanted[i]) * (element - wanted[i]);
      norm += wanted[i] * wanted[i];
    } else if (std::isnan(wanted[i]) ? !std::isnan(element) : element != wanted[i]) {
      ++result.not_finite;
    }
  }
  result.relative_error = norm == 0 ? std::sqrt(error) : std::sqrt(error / norm);
  return result;
}

}  // namespace rbgp::test
