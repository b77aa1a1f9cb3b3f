#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include <generator/kernel_family.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/tuner.hpp>
#include <support/kernel_shapes.hpp>
#include <support/random_config.hpp>
#include <support/refusal.hpp>
#include <support/temporary_folder.hpp>

namespace rbgp {
namespace {

namespace fs = std::filesystem;
using test::has;
using test::refusal;

Plan plan_for(std::string_view target) {
  const Rbgp4Config config = Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=4x4@50,gb=1x1");
  const Problem problem{.m = 31, .k = 32, .n = 20};
  const DeviceProperties device = target_properties(target);
  return {
      .spec = {problem, Rbgp4Pattern::sample(config, 1), default_kernel(config, problem, device)},
      .seed = 1,
      .device = device};
}

// Targets that this build generates for; exporting for CUDA needs no compiler.
std::vector<std::string> targets() {
  std::vector<std::string> targets = {"sm_90a"};
  for (const KernelFamily& family : kernel_families())
    if (family.target == DeviceKind::host) targets = {"sm_90a", "host"};
  return targets;
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void expect_complete(const fs::path& folder, const std::string& target) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
    EXPECT_GT(fs::file_size(entry.path()), 0U) << entry.path();
    EXPECT_FALSE(has(entry.path().filename().string(), "tmp")) << entry.path();
  }
  EXPECT_TRUE(names.contains("CMakeLists.txt"));
  EXPECT_TRUE(names.contains("README.md"));
  EXPECT_TRUE(names.contains("plan.json"));
  EXPECT_TRUE(names.contains("element.h"));
  EXPECT_TRUE(names.contains(target == "host" ? "kernel.o" : "kernel.cu"));
  // No placeholder is left over.
  for (const std::string& name : names) {
    if (name == "kernel.o" || name == "plan.json") continue;
    const std::string text = text_of(folder / name);
    for (const char* placeholder :
         {"@M@", "@N@", "@CONFIG@", "@ARCH@", "@TASKS@", "@FORMULA@", "@DTYPE@", "@TOLERANCE@"})
      EXPECT_FALSE(has(text, placeholder)) << name << " " << placeholder;
  }
  const Plan plan = Plan::load(folder / "plan.json");
  EXPECT_EQ(plan.spec.pattern.config(), plan_for(target).spec.pattern.config());
}

TEST(Export, FolderIsComplete) {
  for (const std::string& target : targets()) {
    SCOPED_TRACE(target);
    const test::TemporaryFolder place;
    export_plan(plan_for(target), place.path() / "layer");
    expect_complete(place.path() / "layer", target);
    EXPECT_EQ(place.entries(), 1U) << "something is left beside the folder";
  }
}

TEST(Export, SaysWhatTheLayerComputes) {
  for (const std::string& target : targets()) {
    SCOPED_TRACE(target);
    const test::TemporaryFolder place;
    Plan plan = plan_for(target);
    plan.spec.problem.layout = Layout::nk;
    plan.spec.problem.epilogue = {.residual = true, .activation = Activation::gelu};
    plan.spec.kernel = default_kernel(plan.spec.pattern.config(), plan.spec.problem, plan.device);
    export_plan(plan, place.path() / "layer");
    expect_complete(place.path() / "layer", target);
    const std::string header = text_of(place.path() / "layer" / "layer.h");
    EXPECT_TRUE(has(header, "O = gelu(W I + beta R)")) << header;
    EXPECT_TRUE(has(header, "I is 20 x 32, O is\n * 20 x 31")) << header;
    const std::string pattern = text_of(place.path() / "layer" / "pattern.h");
    for (const char* line : {"RBGP_TRANSPOSED = 1", "RBGP_SCALE = 0", "RBGP_RESIDUAL = 1",
                             "RBGP_BIAS = 0", "RBGP_RELU = 0", "RBGP_GELU = 1"})
      EXPECT_TRUE(has(pattern, line)) << line;
  }
}

// The kernel applies a plan's order where it can, whether the plan asked for that part or not, and the folder
// has the order.
TEST(Export, KernelsApplyThePlansOrder) {
  for (const std::string& target : targets()) {
    SCOPED_TRACE(target);
    const test::TemporaryFolder place;
    Plan plan = plan_for(target);
    for (std::int64_t u = 31; u-- > 0;) plan.order.rows.push_back(u);
    export_plan(plan, place.path() / "layer");
    expect_complete(place.path() / "layer", target);
    EXPECT_TRUE(has(text_of(place.path() / "layer" / "layer.h"), "O = W I, rows by row_order"));
    const std::string pattern = text_of(place.path() / "layer" / "pattern.h");
    EXPECT_TRUE(has(pattern, "RBGP_ROW_ORDER = 1"));
    EXPECT_TRUE(has(pattern, "RBGP_COLUMN_ORDER = 0"));
    EXPECT_TRUE(has(pattern, "rbgp_row_order[] = {\n    30, 29, 28, 27,")) << pattern;
    const Plan back = Plan::load(place.path() / "layer" / "plan.json");
    EXPECT_TRUE(back.spec.problem.epilogue.row_order);
    EXPECT_EQ(back.order, plan.order);
  }
}

TEST(Export, HasElementsOfTheDtype) {
  constexpr std::pair<Dtype, const char*> kTypes[] = {{Dtype::tf32, "typedef float rbgp_element"},
                                                      {Dtype::bf16, "the bits of a bf16"},
                                                      {Dtype::f16, "the bits of an f16"}};
  for (const auto& [dtype, text] : kTypes) {
    const test::TemporaryFolder place;
    Plan plan = plan_for("sm_90a");
    plan.spec.problem.dtype = dtype;
    plan.spec.kernel = default_kernel(plan.spec.pattern.config(), plan.spec.problem, plan.device);
    for (std::int64_t v = plan.spec.problem.k; v-- > 0;) plan.order.cols.push_back(v);
    export_plan(plan, place.path() / "layer");
    expect_complete(place.path() / "layer", "sm_90a");
    EXPECT_TRUE(has(text_of(place.path() / "layer" / "element.h"), text)) << to_string(dtype);
    EXPECT_TRUE(has(text_of(place.path() / "layer" / "layer.h"), std::string(to_string(dtype))));
    const Problem problem = Plan::load(place.path() / "layer" / "plan.json").spec.problem;
    EXPECT_EQ(problem.dtype, dtype);
    EXPECT_EQ(problem.epilogue, Epilogue{.column_order = true});  // as its family applies orders
  }
}

TEST(Export, TakesAnEmptyFolderAndMakesMissingOnes) {
  const test::TemporaryFolder place;
  fs::create_directory(place.path() / "empty");
  export_plan(plan_for("sm_90a"), place.path() / "empty");
  expect_complete(place.path() / "empty", "sm_90a");
  export_plan(plan_for("sm_90a"), place.path() / "deep" / "er" / "");
  expect_complete(place.path() / "deep" / "er", "sm_90a");
  EXPECT_EQ(place.entries(), 2U);
}

TEST(Export, KernelSourceIsWhatEmitGives) {
  const test::TemporaryFolder place;
  const Plan plan = plan_for("sm_90a");
  export_plan(plan, place.path() / "same");
  EXPECT_EQ(text_of(place.path() / "same" / "kernel.cu"), emit_source(plan.spec, plan.device));
  export_plan(plan, place.path() / "other", "sm_100a");
  EXPECT_TRUE(has(text_of(place.path() / "other" / "kernel.cu"), "target sm_100a"));
}

// A kernel that copies boxes gets descriptions of packed values and I with each launch; others do not.
TEST(Export, LaunchesWithATensorMapWhereTheKernelTakesOne) {
  const test::TemporaryFolder place;
  Plan plan = plan_for("sm_90a");
  for (const KernelFamily& family : kernel_families()) {
    if (family.target != DeviceKind::cuda) continue;
    RandomWords random(1);
    if (test::on_tensor_cores(family)) {
      const Rbgp4Config fits = Rbgp4Config::parse("go=1x4,gr=1x1,gi=4x4@50,gb=64x16");
      plan.spec.pattern = Rbgp4Pattern::sample(fits, 1);
      plan.spec.problem = {
          .m = fits.rows(), .k = fits.cols(), .n = 64, .dtype = test::usual_dtype(family)};
    }
    const Rbgp4Config& config = plan.spec.pattern.config();
    const auto kernel =
        test::random_kernel(random, family, config, plan.spec.problem, plan.device, 10'000);
    ASSERT_TRUE(kernel) << family.name;
    plan.spec.kernel = *kernel;
    const fs::path folder = place.path() / family.name;
    export_plan(plan, folder);
    const std::string text = text_of(folder / "layer.cu");
    const KernelGeometry geometry =
        family.geometry({config, plan.spec.problem, *kernel, plan.device});
    const bool wanted = geometry.input_box.rows > 0;
    EXPECT_EQ(geometry.packed_box.rows > 0, wanted) << family.name;
    EXPECT_EQ(has(text, "cuTensorMapEncodeTiled"), wanted) << family.name;
    EXPECT_EQ(has(text, "arguments, packed_map, input_map"), wanted) << family.name;
    EXPECT_EQ(has(text, "launch.numAttrs = 1 &&"), geometry.overlaps_launches) << family.name;
    // sm_90a came with it, as tensor maps did.
    EXPECT_TRUE(has(text_of(folder / "CMakeLists.txt"), "VERSION_LESS 12.0")) << family.name;
    // Kernels multiply by alpha, and the problem has none.
    EXPECT_TRUE(has(text, "{0 ? epilogue->alpha : 1.0f,")) << family.name;
    EXPECT_FALSE(has(text, "@")) << family.name;
    // Which a layer names by macros of its own, and nvcc looks for none in a pragma.
    const std::string kernel_text = text_of(folder / "kernel.cu");
    for (std::size_t at = 0; (at = kernel_text.find("#pragma", at)) != std::string::npos; ++at) {
      const std::string pragma = kernel_text.substr(at, kernel_text.find('\n', at) - at);
      EXPECT_FALSE(has(pragma, "Config") || has(pragma, "Pattern")) << pragma;
    }
  }
}

// Rows of I that are half a tile apart take turns in a box.
TEST(Export, DescribesPairedRows) {
  const test::TemporaryFolder place;
  Plan plan = plan_for("sm_90a");
  const Rbgp4Config config = Rbgp4Config::parse("go=4x4@50,gr=4x1,gi=64x64@50,gb=1x1");
  plan.spec.pattern = Rbgp4Pattern::sample(config, 1);
  plan.spec.problem = {.m = config.rows(), .k = config.cols(), .n = 512, .dtype = Dtype::bf16};
  plan.spec.kernel = parse_kernel("wgmma block_groups=2 step_cols=64 densify=2", plan.device);
  export_plan(plan, place.path() / "paired");
  const std::string text = text_of(place.path() / "paired" / "layer.cu");
  EXPECT_TRUE(has(text,
                  "encode_map(input, 256, 512, 64, 64, CU_TENSOR_MAP_SWIZZLE_128B,\n"
                  "                                        32, &input_map)"))
      << text;
  EXPECT_TRUE(has(text_of(place.path() / "paired" / "CMakeLists.txt"), "VERSION_LESS 12.2"));
  EXPECT_TRUE(has(text,
                  "CU_TENSOR_MAP_SWIZZLE_NONE,\n"
                  "                                        0, &packed_map)"));
}

// For another architecture nothing is known of the device: a kernel that fills it has a block a tile.
TEST(Export, TheArchitectureOfThePlanIsNoOther) {
  const test::TemporaryFolder place;
  Plan plan = plan_for("sm_90a");
  const Rbgp4Config config = Rbgp4Config::parse("go=8x8@50,gr=1x1,gi=4x4,gb=64x16");
  plan.spec.pattern = Rbgp4Pattern::sample(config, 1);
  plan.spec.problem = {.m = config.rows(), .k = config.cols(), .n = 4096, .dtype = Dtype::bf16};
  plan.device.compute_units = 7;
  plan.spec.kernel = parse_kernel("wgmma", plan.device);
  export_plan(plan, place.path() / "plain");
  export_plan(plan, place.path() / "named", "sm_90a");
  const std::string plain = text_of(place.path() / "plain" / "layer.cu");
  EXPECT_TRUE(has(plain, "launch.gridDim = 7;")) << plain;
  EXPECT_EQ(text_of(place.path() / "named" / "layer.cu"), plain);
  EXPECT_EQ(text_of(place.path() / "named" / "kernel.cu"),
            text_of(place.path() / "plain" / "kernel.cu"));
}

// Nothing of a layer with a name of its own is called as in one without.
TEST(Export, NamesAreTheLayersOwn) {
  for (const std::string& target : targets()) {
    SCOPED_TRACE(target);
    const test::TemporaryFolder place;
    export_plan(plan_for(target), place.path() / "layer", {}, "conv5_1");
    expect_complete(place.path() / "layer", target);
    for (const auto& entry : fs::directory_iterator(place.path() / "layer")) {
      const std::string text = text_of(entry.path());
      EXPECT_FALSE(has(text, "rbgp_")) << entry.path();
      EXPECT_FALSE(has(text, "RBGP_")) << entry.path();
    }
    EXPECT_TRUE(has(text_of(place.path() / "layer" / "layer.h"), "CONV5_1_PACKED_BYTES"));
    EXPECT_TRUE(
        has(text_of(place.path() / "layer" / "CMakeLists.txt"), "add_library(conv5_1_layer"));
    for (const char* name : {"", "5conv", "conv-5", "conv 5", "a.b"})
      EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument,
                              [&] { export_plan(plan_for(target), place.path() / "x", {}, name); }),
                      "letters, digits"));
    EXPECT_EQ(place.entries(), 1U);
  }
}

TEST(Export, RefusesAFolderThatIsNotEmpty) {
  const test::TemporaryFolder place;
  std::ofstream(place.path() / "mine.txt") << "keep";
  const std::string message =
      refusal(ErrorCode::io, [&] { export_plan(plan_for("sm_90a"), place.path()); });
  EXPECT_TRUE(has(message, place.path().string())) << message;
  EXPECT_EQ(text_of(place.path() / "mine.txt"), "keep");
  EXPECT_EQ(place.entries(), 1U);
  refusal(ErrorCode::io, [&] { export_plan(plan_for("sm_90a"), place.path() / "mine.txt"); });
  EXPECT_EQ(place.entries(), 1U);
}

// Refused on the way: the folder is absent, and so is its temporary one.
TEST(Export, LeavesNothingBehindWhenItFails) {
  const test::TemporaryFolder place;
  Plan plan = plan_for("sm_90a");
  plan.spec.kernel.tunables["tile_rows"] = 1000;
  refusal(ErrorCode::invalid_argument, [&] { export_plan(plan, place.path() / "layer"); });
  EXPECT_EQ(place.entries(), 0U);
  plan = plan_for("sm_90a");
  plan.spec.kernel.family = "none";
  refusal(ErrorCode::invalid_argument, [&] { export_plan(plan, place.path() / "layer"); });
  EXPECT_EQ(place.entries(), 0U);
  refusal(ErrorCode::invalid_argument,
          [&] { export_plan(plan_for("sm_90a"), place.path() / "layer", "sm_none"); });
  EXPECT_EQ(place.entries(), 0U);
  refusal(ErrorCode::io, [&] { export_plan(plan_for("sm_90a"), "/dev/null/layer"); });
}

TEST(Export, AHostPlanHasNoArchitecture) {
  const test::TemporaryFolder place;
  Plan plan = plan_for("sm_90a");
  plan.device = target_properties("host");
  const std::string message = refusal(ErrorCode::invalid_argument,
                                      [&] { export_plan(plan, place.path() / "layer", "sm_90a"); });
  EXPECT_TRUE(has(message, "sm_90a")) << message;
  EXPECT_EQ(place.entries(), 0U);
}

}  // namespace
}  // namespace rbgp
