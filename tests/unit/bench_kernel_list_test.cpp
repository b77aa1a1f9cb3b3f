#include <gtest/gtest.h>

#include <fstream>

#include <bench/kernel_list.hpp>
#include <generator/kernel_family.hpp>
#include <support/kernel_cases.hpp>
#include <support/refusal.hpp>
#include <support/temporary_folder.hpp>

namespace rbgp::bench {
namespace {

class KernelList : public testing::Test {
 protected:
  std::vector<KernelSpec> read(const std::string& text) {
    std::ofstream(file_) << text;
    return read_kernels(file_, problem_, test::synthetic_device(DeviceKind::cuda));
  }
  test::TemporaryFolder folder_;
  std::string file_ = (folder_.path() / "kernels.txt").string();
  Problem problem_{.m = 64, .k = 128, .n = 32, .dtype = Dtype::bf16, .layout = Layout::nk};
};

TEST_F(KernelList, TakesThoseOfTheProblem) {
  const std::vector<KernelSpec> specs = read(
      "# a comment\n"
      "\n"
      "bf16 nk go=1x4,gr=1x1,gi=1x2,gb=64x16 wgmma block_n=64 step_cols=32  # the one\n"
      "bf16 kn go=1x4,gr=1x1,gi=1x2,gb=64x16 wgmma\n"
      "f16 nk go=1x4,gr=1x1,gi=1x2,gb=64x16 wgmma\n"
      "bf16 nk go=1x8,gr=1x1,gi=1x2,gb=64x16 wgmma\n"
      "bf16 nk go=4x4@50,gr=1x1,gi=16x32,gb=1x1 simt_rbgp4mm\n");
  ASSERT_EQ(specs.size(), 2U);
  EXPECT_EQ(specs[0].kernel.at("block_n"), 64);
  EXPECT_EQ(specs[0].kernel.at("step_cols"), 32);
  EXPECT_EQ(specs[0].kernel.at("cluster_m"), 1);  // the first value
  EXPECT_EQ(specs[0].problem, problem_);
  EXPECT_EQ(specs[1].kernel.family, "simt_rbgp4mm");
  EXPECT_EQ(specs[1].pattern.config().to_string(), "go=4x4@50,gr=1x1,gi=16x32,gb=1x1");
}

TEST_F(KernelList, NamesTheLineThatIsWrong) {
  const std::string good = "bf16 nk go=1x4,gr=1x1,gi=1x2,gb=64x16 wgmma\n";
  for (const auto& [line, part] :
       {std::pair("bf17 nk go=1x4,gr=1x1,gi=1x2,gb=64x16 wgmma", "dtype 'bf17'"),
        {"bf16 nn go=1x4,gr=1x1,gi=1x2,gb=64x16 wgmma", "layout"},
        {"bf16 nk go=1x4 wgmma", "go=1x4"},
        {"bf16 nk go=1x4,gr=1x1,gi=1x2,gb=64x16 frobnicate", "frobnicate"},
        {"bf16 nk go=1x4,gr=1x1,gi=1x2,gb=64x16 wgmma size=1", "no tunable 'size'"},
        {"bf16 nk go=1x4,gr=1x1,gi=1x2,gb=64x16 wgmma block_n=big", "no TUNABLE=INTEGER"},
        {"bf16 nk", "kernels.txt:2"}}) {
    const std::string message =
        test::refusal(ErrorCode::invalid_argument, [&] { read(good + line + "\n"); });
    EXPECT_TRUE(test::has(message, part)) << message;
    EXPECT_TRUE(test::has(message, "kernels.txt:2: ")) << message;
  }
  test::refusal(ErrorCode::io, [&] {
    read_kernels(file_ + ".not", problem_, test::synthetic_device(DeviceKind::cuda));
  });
}

// How many of the lines of a list that comes with the project are of these columns; each must be of a kernel that its
// family supports.
std::size_t count_supported(const std::string& list, std::int64_t n) {
  const DeviceProperties h100 = test::synthetic_device(DeviceKind::cuda);
  std::size_t found = 0;
  for (const Dtype dtype : kAllDtypes)
    for (const Layout layout : {Layout::kn, Layout::nk}) {
      const Problem problem{.m = 4096, .k = 4096, .n = n, .dtype = dtype, .layout = layout};
      for (const KernelSpec& spec :
           read_kernels(fmt::format(RBGP_TEST_DATA "/../../bench/{}", list), problem, h100)) {
        EXPECT_EQ(find_family(spec.kernel.family)
                      .unsupported({spec.pattern.config(), problem, spec.kernel, h100})
                      .value_or(""),
                  "")
            << spec.kernel.to_string();
        ++found;
      }
    }
  return found;
}

TEST_F(KernelList, OfTheH100IsSupported) {
  EXPECT_GE(count_supported("kernels_hopper.txt", 4096), 30U);
  for (const int columns : {1, 8, 16, 64})
    EXPECT_EQ(count_supported("kernels_decoding.txt", columns), 4U);
}

}  // namespace
}  // namespace rbgp::bench
