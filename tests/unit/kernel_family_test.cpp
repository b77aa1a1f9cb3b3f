#include <gtest/gtest.h>

#include <fmt/format.h>

#include <functional>
#include <set>

#include <generator/kernel_family.hpp>
#include <pipe/compile_spec.hpp>
#include <rbgp/codegen.hpp>
#include <support/kernel_cases.hpp>
#include <support/kernel_shapes.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;

// A spec that the family's default tunables may or may not support, on a device of its kind.
KernelSpec spec_of(const KernelFamily& family, const DeviceProperties& device) {
  const Rbgp4Config config =
      Rbgp4Config::parse(test::on_tensor_cores(family) ? "go=4x4@50,gr=4x1,gi=8x4@50,gb=16x16"
                                                       : "go=4x4@50,gr=4x1,gi=8x8@50,gb=2x1");
  KernelSpec spec{
      {.m = config.rows(), .k = config.cols(), .n = 64, .dtype = test::usual_dtype(family)},
      Rbgp4Pattern::sample(config, 1),
      {std::string(family.name), {}}};
  for (const Tunable& tunable : family.tunables(device))
    spec.kernel.tunables[tunable.name] = tunable.values.front();
  return spec;
}

TEST(KernelFamilies, TableIsWellFormed) {
  std::set<std::string_view> names;
  ASSERT_FALSE(kernel_families().empty());
  for (const KernelFamily& family : kernel_families()) {
    EXPECT_TRUE(names.insert(family.name).second) << family.name << " twice";
    EXPECT_FALSE(family.summary.empty()) << family.name;
    EXPECT_FALSE(family.entry.empty()) << family.name;
    EXPECT_EQ(&find_family(family.name), &family);
    std::set<std::string> tunables;
    for (const Tunable& tunable : family.tunables(test::synthetic_device(family.target))) {
      EXPECT_TRUE(tunables.insert(tunable.name).second) << tunable.name << " twice";
      const std::set<std::int64_t> values(tunable.values.begin(), tunable.values.end());
      EXPECT_FALSE(values.empty()) << tunable.name;
      EXPECT_EQ(values.size(), tunable.values.size()) << tunable.name << " has a value twice";
    }
  }
}

TEST(KernelFamilies, UnknownNamesListTheKnown) {
  const std::string message =
      refusal(ErrorCode::invalid_argument, [] { find_family("no_such_family"); });
  for (const KernelFamily& family : kernel_families())
    EXPECT_TRUE(has(message, std::string(family.name))) << message;
}

// Whatever a tunable is set to, a family answers, in one line, and what it calls supported has a
// geometry that makes sense.
TEST(KernelFamilies, AnswerForAnyTunable) {
  for (const KernelFamily& family : kernel_families()) {
    const DeviceProperties device = test::synthetic_device(family.target);
    const KernelSpec spec = spec_of(family, device);
    int refused = 0;
    for (const auto& [name, usual] : spec.kernel.tunables) {
      for (const std::int64_t value : {0, 1, 2, 3, 5, 7, 12, 64, 1000, 1009, 1 << 20}) {
        SCOPED_TRACE(fmt::format("{} {}={}", family.name, name, value));
        KernelConfig kernel = spec.kernel;
        kernel.tunables[name] = value;
        const KernelShape shape{spec.pattern.config(), spec.problem, kernel, device};
        if (const auto reason = family.unsupported(shape)) {
          ++refused;
          EXPECT_FALSE(reason->empty());
          EXPECT_EQ(reason->find('\n'), std::string::npos) << *reason;
          continue;
        }
        const KernelGeometry geometry = family.geometry(shape);
        EXPECT_GE(geometry.packed_bytes,
                  dtype_bytes(spec.problem.dtype) * spec.problem.m * spec.pattern.nnz_per_row());
        EXPECT_GE(geometry.workspace_bytes, 0);
        if (family.target == DeviceKind::cuda) {
          EXPECT_GE(geometry.grid[0] * geometry.grid[1] * geometry.grid[2], 1);
          const std::int64_t threads = geometry.block[0] * geometry.block[1] * geometry.block[2];
          EXPECT_TRUE(threads >= 1 && threads <= 1024) << threads;
          EXPECT_LE(geometry.shared_bytes, device.shared_bytes);
        } else {
          EXPECT_GE(geometry.tasks, 1);
        }
      }
    }
    EXPECT_GT(refused, 0) << family.name;
  }
}

TEST(KernelFamilies, RequireSupportedRefuses) {
  for (const KernelFamily& family : kernel_families()) {
    const DeviceProperties device = test::synthetic_device(family.target);
    const std::string name(family.name);
    const std::string tunable = family.tunables(device).front().name;
    const Problem fits = spec_of(family, device).problem;
    struct Row {
      const char* what;
      std::function<void(KernelSpec&, DeviceProperties&)> spoil;
      std::string part;
    };
    const Row rows[] = {
        {"m of 0", [](auto& spec, auto&) { spec.problem.m = 0; }, "at least 1"},
        {"negative n", [](auto& spec, auto&) { spec.problem.n = -1; }, "at least 1"},
        {"m too large", [](auto& spec, auto&) { ++spec.problem.m; },
         fmt::format("{} x {} problem", fits.m + 1, fits.k)},
        {"k too large", [](auto& spec, auto&) { ++spec.problem.k; },
         fmt::format("{} x {} pattern", fits.m, fits.k)},
        {"no family", [](auto& spec, auto&) { spec.kernel.family = "none"; }, "'none'"},
        {"other device",
         [&](auto&, auto& other) {
           other = test::synthetic_device(family.target == DeviceKind::cuda ? DeviceKind::host
                                                                            : DeviceKind::cuda);
         },
         name + " does not run on"},
        {"missing tunable", [&](auto& spec, auto&) { spec.kernel.tunables.erase(tunable); },
         tunable + " is missing"},
        {"unknown tunable", [](auto& spec, auto&) { spec.kernel.tunables["frobs"] = 1; },
         "no tunable frobs"},
        {"negative tunable", [&](auto& spec, auto&) { spec.kernel.tunables[tunable] = -1; },
         "out of range"},
        {"huge tunable", [&](auto& spec, auto&) { spec.kernel.tunables[tunable] = 1 << 21; },
         "out of range"},
        {"tile that divides nothing",
         [](auto& spec, auto&) { spec.kernel.tunables["tile_rows"] = 3; }, "tile_rows"},
    };
    for (const Row& row : rows) {
      SCOPED_TRACE(fmt::format("{}: {}", name, row.what));
      KernelSpec spec = spec_of(family, device);
      DeviceProperties target = device;
      row.spoil(spec, target);
      const std::string message =
          refusal(ErrorCode::invalid_argument, [&] { require_supported(spec, target); });
      EXPECT_TRUE(has(message, row.part)) << message;
      // Emission asks first: nothing is emitted for what is not supported.
      refusal(ErrorCode::invalid_argument, [&] { emit_source(spec, target); });
    }
  }
}

// On a device with room enough no value of a tunable is dead, and the shared list has all of them.
TEST(KernelCases, CoverEveryTunableValue) {
  for (const KernelFamily& family : kernel_families()) {
    const DeviceProperties device = test::synthetic_device(family.target);
    const std::vector<test::KernelCase> cases = test::kernel_cases(family, device, 10);
    EXPECT_GE(cases.size(), 90U) << family.name;
    for (const Tunable& tunable : family.tunables(device))
      for (const std::int64_t value : tunable.values) {
        const bool covered = std::any_of(cases.begin(), cases.end(), [&](const auto& known) {
          return known.kernel.at(tunable.name) == value;
        });
        EXPECT_TRUE(covered) << family.name << " " << tunable.name << "=" << value;
      }
    for (const test::KernelCase& test_case : cases)
      EXPECT_FALSE(
          family.unsupported({test_case.config, test_case.problem, test_case.kernel, device}))
          << test_case.name();
    for (const test::KernelCase& test_case : cases)
      EXPECT_NO_THROW(Rbgp4Pattern::sample(test_case.config, 1)) << test_case.name();
  }
}

// A family's orders meet each of its dtypes in both layouts, but for what it does not take.
TEST(KernelCases, HaveOrdersInEveryDtype) {
  for (const KernelFamily& family : kernel_families()) {
    const bool looks_up = family.name != "simt_tma" && family.name != "wgmma";
    const auto cases = test::kernel_cases(family, test::synthetic_device(family.target), 10);
    for (const Dtype dtype : kAllDtypes)
      for (const Layout layout : {Layout::kn, Layout::nk}) {
        const bool other_only =
            family.name == "simt_tma"
                ? layout == Layout::nk
                : family.name == "wgmma" && dtype == Dtype::tf32 && layout == Layout::kn;
        if (!family.multiplies(dtype) || other_only) continue;
        SCOPED_TRACE(fmt::format("{} {} {}", family.name, to_string(dtype), to_string(layout)));
        const auto with = [&](bool Epilogue::* part) {
          return std::any_of(cases.begin(), cases.end(), [&](const test::KernelCase& known) {
            return known.problem.dtype == dtype && known.problem.layout == layout &&
                   known.problem.epilogue.*part;
          });
        };
        EXPECT_TRUE(with(&Epilogue::row_order));
        EXPECT_EQ(with(&Epilogue::column_order), looks_up);
      }
  }
}

TEST(KernelConfig, NamesWhatIsMissing) {
  const KernelConfig kernel{"family", {{"block_n", 64}, {"a", 1}}};
  EXPECT_EQ(kernel.at("block_n"), 64);
  EXPECT_EQ(kernel.to_string(), "family a=1 block_n=64");
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { (void)kernel.at("b"); }), "b"));
}

// Patterns whose tiles split alike, and two ways to ask for the row groups of a block.
TEST(KernelFamilies, SpecsOfOneKernelHaveOneSourceToCompile) {
  const DeviceProperties device = target_properties("sm_90a");
  const Problem problem{.m = 1024, .k = 1024, .n = 1024, .dtype = Dtype::bf16};
  const auto spec = [&](const char* config, const char* block_groups) {
    return KernelSpec{
        problem, Rbgp4Pattern::sample(Rbgp4Config::parse(config), 1),
        parse_kernel(fmt::format("wgmma block_n=256 consumers=2 block_groups={}", block_groups),
                     device)};
  };
  const KernelSpec one = spec("go=8x16@75,gr=16x1,gi=4x4,gb=2x16", "2");
  for (const KernelSpec& other : {spec("go=8x16@75,gr=2x1,gi=2x4,gb=32x16", "2"),
                                  spec("go=8x16@75,gr=16x1,gi=4x4,gb=2x16", "0")}) {
    EXPECT_EQ(kernel_source(one, device), kernel_source(other, device));
    EXPECT_NE(emit_source(one, device), emit_source(other, device));
    EXPECT_EQ(source_of(other, device).text, kernel_source(one, device));
  }
}

}  // namespace
}  // namespace rbgp
