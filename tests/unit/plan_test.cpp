#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <functional>

#include <generator/kernel_family.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/plan.hpp>
#include <support/kernel_cases.hpp>
#include <support/kernel_shapes.hpp>
#include <support/random_config.hpp>
#include <support/refusal.hpp>
#include <support/temporary_folder.hpp>

namespace rbgp {
namespace {

using Json = nlohmann::ordered_json;
using test::has;
using test::refusal;

Plan sample_plan() {
  const Rbgp4Config config = Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=6x6@50,gb=1x2");
  return {.spec = {{.m = 47,
                    .k = 95,
                    .n = 33,
                    .layout = Layout::nk,
                    .epilogue = {.scale = true, .activation = Activation::gelu}},
                   Rbgp4Pattern::sample(config, 18446744073709551615U),
                   parse_kernel("simt_rbgp4mm block_n=64 unroll=4",
                                test::synthetic_device(DeviceKind::cuda))},
          .seed = 18446744073709551615U,
          .device = {.kind = DeviceKind::cuda,
                     .name = "A \"quoted\" device",
                     .arch = "sm_90a",
                     .compute_units = 132,
                     .shared_bytes = 232448,
                     .memory_bytes = 150'000'000'000,
                     .driver = "13.0"},
          .median_ms = 0.1234567890123,
          .dense_ms = 1.5,
          .dense_library = "cuBLAS 13.0"};
}

void expect_equal(const Plan& got, const Plan& wanted) {
  EXPECT_EQ(got.spec.problem, wanted.spec.problem);
  EXPECT_EQ(got.spec.pattern.config(), wanted.spec.pattern.config());
  EXPECT_EQ(got.spec.pattern.go().adjacency(), wanted.spec.pattern.go().adjacency());
  EXPECT_EQ(got.spec.pattern.gi().adjacency(), wanted.spec.pattern.gi().adjacency());
  EXPECT_EQ(got.spec.kernel, wanted.spec.kernel);
  EXPECT_EQ(got.seed, wanted.seed);
  EXPECT_EQ(got.device.kind, wanted.device.kind);
  EXPECT_EQ(got.device.name, wanted.device.name);
  EXPECT_EQ(got.device.arch, wanted.device.arch);
  EXPECT_EQ(got.device.compute_units, wanted.device.compute_units);
  EXPECT_EQ(got.device.vector_floats, wanted.device.vector_floats);
  EXPECT_EQ(got.device.vector_registers, wanted.device.vector_registers);
  EXPECT_EQ(got.device.shared_bytes, wanted.device.shared_bytes);
  EXPECT_EQ(got.device.memory_bytes, wanted.device.memory_bytes);
  EXPECT_EQ(got.device.driver, wanted.device.driver);
  EXPECT_EQ(got.median_ms, wanted.median_ms);
  EXPECT_EQ(got.dense_ms, wanted.dense_ms);
  EXPECT_EQ(got.dense_library, wanted.dense_library);
  EXPECT_EQ(got.order, wanted.order);
}

TEST(Plan, SurvivesJson) {
  const Plan plan = sample_plan();
  const Plan back = Plan::from_json(plan.to_json());
  expect_equal(back, plan);
  EXPECT_EQ(back.to_json(), plan.to_json());
}

// Of a family that got a tunable since the plan was written, the kernel is what it was.
TEST(Plan, TakesATunableThatItLacksAsItsFirstValue) {
  const Plan plan = sample_plan();
  for (const char* lost : {"unroll", "repeat_n"}) {
    Json json = Json::parse(plan.to_json());
    ASSERT_EQ(json["kernel"]["tunables"].erase(lost), 1U);
    const Plan back = Plan::from_json(json.dump());
    const auto tunables = find_family("simt_rbgp4mm").tunables(plan.device);
    const auto first = std::find_if(tunables.begin(), tunables.end(), [&](const Tunable& tunable) {
      return tunable.name == lost;
    });
    EXPECT_EQ(back.spec.kernel.at(lost), first->values.front()) << lost;
    EXPECT_EQ(back.spec.kernel.at("block_n"), 64);
  }
  Json json = Json::parse(plan.to_json());
  json["kernel"]["family"] = "of_another_build";
  EXPECT_EQ(Plan::from_json(json.dump()).spec.kernel.tunables, plan.spec.kernel.tunables);
}

// Written only where rows or columns were moved: plans without it are as they were.
TEST(Plan, KeepsTheOrderOfRowsAndColumns) {
  Plan plan = sample_plan();
  EXPECT_FALSE(has(plan.to_json(), "order"));
  MatrixOrder order;
  for (std::int64_t u = 0; u < 47; ++u) order.rows.push_back((u * 5 + 3) % 47);
  for (std::int64_t v = 0; v < 95; ++v) order.cols.push_back((v * 2 + 1) % 95);
  for (const MatrixOrder& each :
       {MatrixOrder{order.rows, {}}, MatrixOrder{{}, order.cols}, order}) {
    plan.order = each;
    const Plan back = Plan::from_json(plan.to_json());
    EXPECT_EQ(back.order, each);
    expect_equal(back, plan);
  }
}

// What a kernel applies of an order: rows always, columns where the family looks rows of I up.
TEST(Plan, OrdersAreAppliedByKernelsThatCan) {
  const DeviceProperties device{.kind = DeviceKind::cuda, .arch = "sm_90a", .shared_bytes = 232448};
  MatrixOrder order;
  for (std::int64_t u = 64; u-- > 0;) order.rows.push_back(u);
  order.cols = order.rows;
  for (const KernelFamily& family : kernel_families()) {
    if (family.target != DeviceKind::cuda) continue;
    SCOPED_TRACE(family.name);
    const Rbgp4Config config =
        Rbgp4Config::parse(test::on_tensor_cores(family) ? "go=1x1,gr=1x1,gi=1x1,gb=64x64"
                                                         : "go=4x8@50,gr=2x1,gi=8x8@50,gb=1x1");
    const Problem problem{.m = 64, .k = 64, .n = 64, .dtype = test::usual_dtype(family)};
    RandomWords random(1);
    const auto kernel = test::random_kernel(random, family, config, problem, device, 10'000);
    ASSERT_TRUE(kernel);
    const KernelSpec spec{problem, Rbgp4Pattern::sample(config, 1), *kernel};
    EXPECT_EQ(apply_order(spec, {}, device).problem, problem);
    EXPECT_EQ(apply_order(spec, {order.rows, {}}, device).problem.epilogue,
              (Epilogue{.row_order = true}));
    const bool looks_up = family.name != "simt_tma" && family.name != "wgmma";
    EXPECT_EQ(apply_order(spec, {{}, order.cols}, device).problem.epilogue,
              (Epilogue{.column_order = looks_up}));
    KernelSpec both = spec;
    both.problem.epilogue.column_order = true;
    const auto reason = family.unsupported({config, both.problem, *kernel, device});
    EXPECT_EQ(reason.has_value(), !looks_up);
    EXPECT_TRUE(looks_up || has(reason.value_or(""), "column_order") ||
                has(reason.value_or(""), "in their order"));
  }
}

TEST(Plan, SurvivesAFile) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "plan.json";
  Plan plan = sample_plan();
  plan.save(file);
  plan.median_ms = 2;
  plan.save(file);  // over the old one
  expect_equal(Plan::load(file), plan);
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(Plan, EveryFieldIsNeeded) {
  const Json whole = Json::parse(sample_plan().to_json());
  for (const auto& [section, fields] : whole.items()) {
    Json cut = whole;
    cut.erase(section);
    SCOPED_TRACE(section);
    const std::string message =
        refusal(ErrorCode::invalid_argument, [&] { Plan::from_json(cut.dump()); });
    EXPECT_TRUE(has(message, section)) << message;
    if (!fields.is_object()) continue;
    for (const auto& [field, value] : fields.items()) {
      if (field == "layout" || field == "epilogue") continue;
      cut = whole;
      cut[section].erase(field);
      SCOPED_TRACE(field);
      const std::string missing =
          refusal(ErrorCode::invalid_argument, [&] { Plan::from_json(cut.dump()); });
      EXPECT_TRUE(has(missing, field)) << missing;
    }
  }
}

// Plans from before there were layouts and epilogues.
TEST(Plan, LayoutAndEpilogueDefault) {
  Json plan = Json::parse(sample_plan().to_json());
  plan["problem"].erase("layout");
  plan["problem"].erase("epilogue");
  const Problem problem = Plan::from_json(plan.dump()).spec.problem;
  EXPECT_EQ(problem, (Problem{.m = 47, .k = 95, .n = 33}));
}

// Cut anywhere, the text is no plan; only the last newline is not needed.
TEST(Plan, TruncatedTextIsRefused) {
  const std::string text = sample_plan().to_json();
  for (std::size_t length = 0; length + 1 < text.size(); length += 1 + length / 40)
    refusal(ErrorCode::invalid_argument, [&] { Plan::from_json(text.substr(0, length)); });
  EXPECT_NO_THROW(Plan::from_json(text.substr(0, text.size() - 1)));
}

TEST(Plan, RefusesOtherContents) {
  struct Row {
    const char* what;
    std::function<void(Json&)> spoil;
    const char* part;
  };
  const Row rows[] = {
      {"newer version", [](Json& plan) { plan["version"] = 2; }, "reads version 1"},
      {"version 0", [](Json& plan) { plan["version"] = 0; }, "plan of version 0"},
      {"version text", [](Json& plan) { plan["version"] = "1"; }, "version is \"1\""},
      {"version 1.5", [](Json& plan) { plan["version"] = 1.5; }, "version is 1.5"},
      {"list", [](Json& plan) { plan = Json::array({1, 2}); }, "not a plan"},
      {"m of 0", [](Json& plan) { plan["problem"]["m"] = 0; }, "0 x 95 x 33"},
      {"m too large", [](Json& plan) { plan["problem"]["m"] = 49; }, "49 x 95"},
      {"k too large", [](Json& plan) { plan["problem"]["k"] = 97; }, "47 x 97"},
      {"n negative", [](Json& plan) { plan["problem"]["n"] = -1; }, "-1"},
      {"m text", [](Json& plan) { plan["problem"]["m"] = "many"; }, "no integer"},
      {"m with a fraction", [](Json& plan) { plan["problem"]["m"] = 47.5; }, "m is 47.5"},
      {"a fraction of a tunable",
       [](Json& plan) { plan["kernel"]["tunables"].begin().value() = 64.5; },
       "64.5, which is no integer"},
      {"n beyond all", [](Json& plan) { plan["problem"]["n"] = 1e300; }, "n is 1e+300"},
      {"dtype", [](Json& plan) { plan["problem"]["dtype"] = "f99"; }, "f99"},
      {"layout", [](Json& plan) { plan["problem"]["layout"] = "mn"; }, "kn, nk"},
      {"layout number", [](Json& plan) { plan["problem"]["layout"] = 1; }, "not a plan"},
      {"epilogue", [](Json& plan) { plan["problem"]["epilogue"] = "bias,tanh"; }, "'tanh'"},
      {"config", [](Json& plan) { plan["pattern"]["config"] = "go=4x8@51"; }, "go=4x8@51"},
      {"sizes", [](Json& plan) { plan["pattern"]["config"] = "go=8x8@50,gr=2x1,gi=6x6@50,gb=1x2"; },
       "adjacency rows"},
      {"degree", [](Json& plan) { plan["pattern"]["config"] = "go=4x8,gr=2x1,gi=6x6@50,gb=1x2"; },
       "adjacency row"},
      // Far more edges than memory: refused by what the plan lists, not by running out.
      {"huge graph",
       [](Json& plan) { plan["pattern"]["config"] = "go=1048576x1048576,gr=2x1,gi=6x6@50,gb=1x2"; },
       "adjacency rows"},
      {"an edge twice", [](Json& plan) { plan["pattern"]["gi"][0] = {0, 0, 1}; }, "ascend"},
      {"no such vertex", [](Json& plan) { plan["pattern"]["gi"][0] = {0, 1, 6}; }, "entry 6 is"},
      {"vertex of 33 bits",  // cut to 32 it would be the one that stands there
       [](Json& plan) {
         Json& vertex = plan["pattern"]["gi"][0][0];
         vertex = vertex.get<std::int64_t>() + (std::int64_t{1} << 32);
       },
       "is no vertex"},
      {"half a vertex", [](Json& plan) { plan["pattern"]["gi"][0][0] = 0.5; }, "entry 0.5 is"},
      {"row too short", [](Json& plan) { plan["pattern"]["go"][1].erase(0); }, "3 entries"},
      {"row is text", [](Json& plan) { plan["pattern"]["go"][1] = "abcd"; }, "plan"},
      {"not biregular",
       [](Json& plan) {
         for (Json& row : plan["pattern"]["gi"]) row = {0, 1, 2};
       },
       "degree 6"},
      {"tunable text", [](Json& plan) { plan["kernel"]["tunables"]["block_n"] = "x"; },
       "no integer"},
      {"negative tunable", [](Json& plan) { plan["kernel"]["tunables"].begin().value() = -1; },
       "=-1 is out of range"},
      {"huge tunable", [](Json& plan) { plan["kernel"]["tunables"].begin().value() = 1 << 21; },
       "out of range"},
      {"tunable beyond all",
       [](Json& plan) { plan["kernel"]["tunables"].begin().value() = UINT64_MAX; }, "64 bits"},
      {"negative seed", [](Json& plan) { plan["pattern"]["seed"] = -1; }, "seed is -1"},
      {"half a seed", [](Json& plan) { plan["pattern"]["seed"] = 0.5; }, "seed is 0.5"},
      {"negative time", [](Json& plan) { plan["measured"]["median_ms"] = -2; }, "median_ms is -2"},
      {"time is text", [](Json& plan) { plan["measured"]["dense_ms"] = "fast"; }, "of type number"},
      {"no units", [](Json& plan) { plan["device"]["compute_units"] = 0; }, "compute_units is 0"},
      {"units beyond an int",
       [](Json& plan) { plan["device"]["compute_units"] = (std::int64_t{1} << 32) + 2; },
       "compute_units is 4294967298"},
      {"half a register", [](Json& plan) { plan["device"]["vector_registers"] = 0.5; },
       "vector_registers is 0.5"},
      {"negative memory", [](Json& plan) { plan["device"]["memory_bytes"] = -1; },
       "memory_bytes is -1"},
      {"no such device", [](Json& plan) { plan["device"]["kind"] = "npu"; }, "npu"},
      {"a device without a name", [](Json& plan) { plan["device"].erase("name"); },
       "field 'name' is missing"},
      // Of a processor, whose kernels are as wide as its vectors.
      {"vectors of nothing",
       [](Json& plan) {
         plan["device"]["kind"] = "host";
         plan["device"]["vector_floats"] = 0;
       },
       "vector_floats is 0"},
      {"order is a list", [](Json& plan) { plan["order"] = {1, 2}; }, "order is [1,2]"},
      {"order too short", [](Json& plan) { plan["order"]["rows"] = {0, 1, 2}; },
       "rows has 3 entries, the matrix 47"},
      {"order of text", [](Json& plan) { plan["order"]["cols"] = {"a"}; }, "order.cols"},
      {"order of halves", [](Json& plan) { plan["order"]["rows"] = {0.5}; }, "entry 0.5"},
      {"row twice",
       [](Json& plan) {
         for (int u = 0; u < 47; ++u) plan["order"]["rows"].push_back(u == 46 ? 0 : u);
       },
       "entry 0 at 46"},
      {"no such column",
       [](Json& plan) {
         for (int v = 1; v <= 95; ++v) plan["order"]["cols"].push_back(v);
       },
       "entry 95 at 94 is not from 0 to 94"},
      {"device kind", [](Json& plan) { plan["device"]["kind"] = "tpu"; }, "cuda and host"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Json plan = Json::parse(sample_plan().to_json());
    row.spoil(plan);
    const std::string message =
        refusal(ErrorCode::invalid_argument, [&] { Plan::from_json(plan.dump()); });
    EXPECT_TRUE(has(message, row.part)) << message;
  }
}

TEST(Plan, FilesAreNamedInErrors) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "bad.json";
  EXPECT_TRUE(has(refusal(ErrorCode::io, [&] { Plan::load(file); }), file.string()));
  EXPECT_TRUE(
      has(refusal(ErrorCode::io, [&] { Plan::load(folder.path()); }), folder.path().string()));
  std::ofstream(file) << "{\"version\": 1";
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { Plan::load(file); }), file.string()));
}

TEST(Plan, AnUnwritablePlaceKeepsNothing) {
  const test::TemporaryFolder folder;
  const auto occupied = folder.path() / "folder";
  std::filesystem::create_directory(occupied);
  const std::filesystem::path places[] = {
      folder.path() / "missing" / "plan.json",
      occupied,              // a folder stands there
      "/dev/null/plan.json",
  };
  for (const auto& place : places) {
    const std::string message = refusal(ErrorCode::io, [&] { sample_plan().save(place); });
    EXPECT_TRUE(has(message, place.string())) << message;
    EXPECT_EQ(folder.entries(), 1U) << place;
  }
  EXPECT_TRUE(std::filesystem::is_empty(occupied));
}

}  // namespace
}  // namespace rbgp
