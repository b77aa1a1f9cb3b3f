#include <gtest/gtest.h>

#include <array>

#include <generator/cuda_source.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/wisdom.hpp>
#include <support/temporary_folder.hpp>

namespace rbgp {
namespace {

WisdomEntry entry(std::int64_t n, double ms) {
  const Rbgp4Config config = Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=6x6@50,gb=1x2");
  return {.plan = {.spec = {{.m = config.rows(), .k = config.cols(), .n = n},
                            Rbgp4Pattern::sample(config, 1),
                            parse_kernel("host_rbgp4mm", Device::host().properties())},
                   .seed = 1,
                   .device = Device::host().properties(),
                   .median_ms = ms},
          .generator_version = kGeneratorVersion};
}

TEST(Wisdom, KeepsTheFasterOfAKey) {
  Wisdom wisdom;
  EXPECT_TRUE(wisdom.add(entry(8, 2)));
  EXPECT_FALSE(wisdom.add(entry(8, 3)));
  EXPECT_TRUE(wisdom.add(entry(8, 1)));
  EXPECT_TRUE(wisdom.add(entry(9, 5)));
  ASSERT_EQ(wisdom.entries().size(), 2U);
  EXPECT_EQ(wisdom.entries()[0]->plan.median_ms, 1);
}

TEST(Wisdom, KeepsWhatItsPreferencePrefers) {
  const auto of = [](const char* text, double ms, Preference prefer) {
    WisdomEntry made = entry(8, ms);
    made.plan.spec.pattern = Rbgp4Pattern::sample(Rbgp4Config::parse(text), 1);
    made.prefer = prefer;
    return made;
  };
  // Both 48 x 96 and a quarter full.
  const char* const small = "go=4x8@50,gr=2x1,gi=6x6@50,gb=1x2";
  const char* const large = "go=2x2,gr=2x1,gi=12x24@75,gb=1x2";
  const double ratio = of(large, 1, Preference::gap).plan.spec.pattern.spectral_gap() /
                       of(small, 1, Preference::gap).plan.spec.pattern.spectral_gap();
  ASSERT_GT(ratio, 1.1);
  ASSERT_LT(ratio, 1.2);
  struct Row {
    Preference prefer;
    double ms;  // of the one with the larger gap; the other takes 1
    bool is_kept;
  };
  constexpr Row kRows[] = {{Preference::time, 0.9, true},     {Preference::time, 1.1, false},
                           {Preference::gap, 1.2, true},      {Preference::gap, 1.3, false},
                           {Preference::gap, 0.9, true},      {Preference::balanced, 1.1, true},
                           {Preference::balanced, 1.2, false}};
  for (const Row& row : kRows) {
    SCOPED_TRACE(fmt::format("{} {}", to_string(row.prefer), row.ms));
    Wisdom wisdom;
    EXPECT_TRUE(wisdom.add(of(small, 1, row.prefer)));
    EXPECT_EQ(wisdom.add(of(large, row.ms, row.prefer)), row.is_kept);
    ASSERT_EQ(wisdom.entries().size(), 1U);
    EXPECT_EQ(wisdom.entries()[0]->plan.median_ms, row.is_kept ? row.ms : 1);
    EXPECT_FALSE(wisdom.add(of(row.is_kept ? large : small, row.is_kept ? row.ms : 1, row.prefer)));
  }
}

TEST(Wisdom, SaysWhatASweepMayBeginWith) {
  const auto of = [](std::int64_t n, const char* config) {
    WisdomEntry made = entry(n, 1);
    made.plan.spec.pattern = Rbgp4Pattern::sample(Rbgp4Config::parse(config), 1);
    const Problem eight{.m = 48, .k = 96, .n = 8};
    made.plan.spec.kernel = default_kernel(Rbgp4Config::parse(config), eight, made.plan.device);
    return made;
  };
  const char* const config = "go=4x8@50,gr=2x1,gi=6x6@50,gb=1x2";
  Wisdom wisdom;
  for (const std::int64_t n : {64, 8, 16}) wisdom.add(of(n, config));
  WisdomEntry odd = of(24, "go=4x4@50,gr=2x1,gi=6x12@50,gb=1x2");
  odd.cold = true;
  wisdom.add(odd);
  odd.plan.device.arch = "another";
  odd.plan.spec.pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=4x8@50,gr=1x1,gi=12x12@50,gb=1x1"), 1);
  wisdom.add(odd);

  TuneRequest request{.problem = {.m = 48, .k = 96, .n = 20}, .sparsity_percent = 75};
  const auto configs = [&] {
    std::vector<std::string> texts;
    for (const Candidate& candidate : known_candidates(wisdom, request))
      texts.push_back(candidate.config.to_string());
    return texts;
  };
  using Texts = std::vector<std::string>;
  // Each once, the nearest first; of another timing, too, but not of another architecture.
  EXPECT_EQ(configs(), Texts({"go=4x4@50,gr=2x1,gi=6x12@50,gb=1x2", config}));
  request.problem.n = 8;
  EXPECT_EQ(configs().front(), config);
  request.problem.m = 96;  // another Go
  EXPECT_EQ(configs().front(), "go=8x8@50,gr=2x1,gi=6x6@50,gb=1x2");
  request.problem.k = 97;
  EXPECT_EQ(configs(), Texts());
  request.problem.k = 96;
  request.strategy = "random";
  EXPECT_EQ(configs(), Texts());
  request.strategy = "halving";
  request.config = Rbgp4Config::parse(config);
  EXPECT_EQ(configs(), Texts());
}

TEST(Wisdom, KeysDifferByWhatPlansAreNotComparedBy) {
  std::vector<WisdomEntry> others(5, entry(8, 1));
  others[0].prefer = Preference::gap;
  others[1].cold = true;
  others[2].generator_version += 1;
  others[3].plan.device.name = "another";
  others[4].plan.spec.problem.layout = Layout::nk;
  for (const WisdomEntry& other : others) EXPECT_NE(other.key(), entry(8, 1).key());
}

TEST(Wisdom, AddsToAFileWhatIsFaster) {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "wisdom";
  Wisdom first, second;
  first.add(entry(8, 2));
  first.add(entry(9, 2));
  second.add(entry(8, 1));
  second.add(entry(9, 3));
  EXPECT_EQ(first.save_into(file), 2U);
  EXPECT_EQ(second.save_into(file), 1U);
  EXPECT_EQ(second.save_into(file), 0U);
  const std::array files = {file, folder.path() / "absent"};
  const Wisdom read = Wisdom::load(files);
  ASSERT_EQ(read.entries().size(), 2U);
  EXPECT_EQ(read.entries()[0]->plan.median_ms, 1);
  EXPECT_EQ(read.entries()[1]->plan.median_ms, 2);
  EXPECT_EQ(read.entries()[0]->plan.to_json(), entry(8, 1).plan.to_json());
}

}  // namespace
}  // namespace rbgp
