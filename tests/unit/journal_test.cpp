#include <gtest/gtest.h>

#include <sys/resource.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <csignal>
#include <fstream>
#include <functional>
#include <limits>
#include <set>

#include <generator/kernel_family.hpp>
#include <pipe/file_io.hpp>
#include <support/kernel_cases.hpp>
#include <support/refusal.hpp>
#include <support/temporary_folder.hpp>
#include <tuner/journal.hpp>

namespace rbgp {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using test::has;
using test::refusal;

SweepIdentity sample_sweep() {
  return {.problem = {.m = 47, .k = 95, .n = 33},
          .sparsity_percent = 87.3,
          .rows = 48,
          .cols = 96,
          .density = 0.1,
          .axes = "0123456789abcdef",
          .strategy = "random",
          .seed = 18446744073709551615U,
          .device = {.kind = DeviceKind::cuda,
                     .name = "A \"quoted\" device",
                     .arch = "sm_90a",
                     .compute_units = 132,
                     .driver = "13.0"},
          .compiler = "NVRTC 13.0, 7 bytes",
          .generator_version = 4};
}

CandidateResult candidate(std::int64_t block_n) {
  return {.config = Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=6x6@50,gb=1x2"),
          .kernel = {"simt_rbgp4mm", {{"block_n", block_n}, {"unroll", 4}}},
          .ok = true,
          .median_ms = 0.1 / static_cast<double>(block_n),
          .spread = 1.0 / 3,
          .relative_error = 2.832643361870136e-08,
          .spectral_gap = 0.25};
}

CandidateResult failed_candidate() {
  CandidateResult failed = candidate(1);
  failed.ok = false;
  failed.kind = FailureKind::wrong_result;
  failed.code = "0123456789abcdef";
  failed.failure = "internal: \"quoted\"\ntwo lines, and no UTF-8: \xff";
  failed.median_ms = 0;
  failed.relative_error = std::numeric_limits<double>::quiet_NaN();
  return failed;
}

void expect_same(const CandidateResult& a, const CandidateResult& b) {
  EXPECT_EQ(a.config, b.config);
  EXPECT_EQ(a.kernel, b.kernel);
  EXPECT_EQ(a.ok, b.ok);
  EXPECT_EQ(a.median_ms, b.median_ms);
  EXPECT_EQ(a.spread, b.spread);
  EXPECT_EQ(a.relative_error, b.relative_error);
  EXPECT_EQ(a.spectral_gap, b.spectral_gap);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.code, b.code);
}

void write_text(const fs::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary) << text;
}

// A journal of three candidates, closed.
std::string three_candidates(const fs::path& file) {
  {
    Journal journal(file, sample_sweep());
    for (const std::int64_t block_n : {32, 64, 128}) journal.add(candidate(block_n));
  }
  return read_whole(file);
}

TEST(Journal, KeepsTheCeilingsThatItsSweepGoesBy) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "sweep.jsonl";
  {
    Journal journal(file, sample_sweep());
    EXPECT_FALSE(journal.ceilings());
    journal.add(DeviceCeilings{
        .bytes_per_ms = 3e9, .vector_multiply_adds_per_ms = 3.1e10, .empty_ms = 0.0007});
  }
  const Journal resumed(file, sample_sweep());
  ASSERT_TRUE(resumed.ceilings());
  EXPECT_EQ(resumed.ceilings()->multiply_adds_per_ms, 0);
  EXPECT_EQ(resumed.ceilings()->bytes_per_ms, 3e9);
  EXPECT_EQ(resumed.ceilings()->vector_multiply_adds_per_ms, 3.1e10);
  EXPECT_EQ(resumed.ceilings()->empty_ms, 0.0007);
}

TEST(Journal, ReadsBackWhatWasWritten) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "sweep.jsonl";
  {
    Journal journal(file, sample_sweep());
    EXPECT_TRUE(journal.known().empty());
    journal.add(candidate(32));
    journal.add(failed_candidate());
    journal.note("interrupted");
    journal.add(FinalRecord{.finalists = {{.id = journal.id(candidate(32)), .rounds_ms = {1, 2}}},
                            .dense_rounds_ms = {3},
                            .dense_library = "cuBLAS",
                            .winner = journal.id(candidate(32))});
  }
  std::vector<Json> lines;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
  ASSERT_EQ(lines.size(), 5U);
  constexpr const char* kKinds[] = {"header", "candidate", "candidate", "note", "final"};
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i]["kind"], kKinds[i]);
  EXPECT_EQ(lines[4]["winner"], lines[1]["id"]);
  EXPECT_EQ(lines[4]["finalists"][0]["rounds_ms"], Json({1.0, 2.0}));

  const Journal again(file, sample_sweep());
  ASSERT_EQ(again.known().size(), 2U);
  expect_same(again.known()[0], candidate(32));
  EXPECT_FALSE(again.known()[1].ok);
  EXPECT_TRUE(has(again.known()[1].failure, "\"quoted\"\ntwo lines"));
  EXPECT_TRUE(std::isnan(again.known()[1].relative_error));
  EXPECT_TRUE(has(read_whole(file), "resumed at line 6 with 2 candidates"));
}

TEST(Journal, KeepsWhatItsSweepBeganWith) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "sweep.jsonl";
  const CandidateResult known = candidate(32);
  {
    Journal journal(file, sample_sweep());
    EXPECT_TRUE(journal.began_with().empty());
    journal.begin_with({{known.config, known.kernel}});
  }
  const Journal again(file, sample_sweep());
  ASSERT_EQ(again.began_with().size(), 1U);
  EXPECT_EQ(again.began_with()[0].key(), Candidate({known.config, known.kernel}).key());
}

// One that failed in the finals, after it had been right.
TEST(Journal, TheLastLineOfACandidateCounts) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "sweep.jsonl";
  CandidateResult failed = candidate(32);
  failed.ok = false;
  failed.kind = FailureKind::hang;
  failed.failure = "in the finals: it ran past the limit of 1 s";
  failed.disturbance = "another process used the device";
  failed.at_power_limit = true;
  {
    Journal journal(file, sample_sweep());
    for (const std::int64_t block_n : {32, 64}) journal.add(candidate(block_n));
    journal.add(failed);
  }
  const Journal again(file, sample_sweep());
  ASSERT_EQ(again.known().size(), 2U);
  expect_same(again.known()[0], failed);
  EXPECT_EQ(again.known()[0].failure, failed.failure);
  EXPECT_EQ(again.known()[0].disturbance, failed.disturbance);
  EXPECT_TRUE(again.known()[0].at_power_limit);
  expect_same(again.known()[1], candidate(64));
  EXPECT_EQ(again.known()[1].disturbance, "");
  EXPECT_FALSE(again.known()[1].at_power_limit);
}

TEST(Journal, CutsATornLineAtEveryByte) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "sweep.jsonl";
  const std::string whole = three_candidates(file);
  const std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
  for (std::size_t bytes = last; bytes < whole.size(); ++bytes) {
    SCOPED_TRACE(bytes - last);
    write_text(file, whole.substr(0, bytes));
    {
      Journal journal(file, sample_sweep());
      EXPECT_EQ(journal.known().size(), 2U);
      journal.add(candidate(128));
    }
    const std::string text = read_whole(file);
    EXPECT_EQ(text.substr(0, last), whole.substr(0, last));
    EXPECT_EQ(has(text, "cut off"), bytes > last);
    const Journal again(file, sample_sweep());
    ASSERT_EQ(again.known().size(), 3U);
    expect_same(again.known().back(), candidate(128));
  }
}

TEST(Journal, BeginsAnewWhereTheHeaderIsTorn) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "sweep.jsonl";
  const std::string header = sample_sweep().header_line();
  for (std::size_t bytes = 0; bytes <= header.size(); bytes += 19) {
    write_text(file, header.substr(0, bytes));
    EXPECT_TRUE(Journal(file, sample_sweep()).known().empty());
    EXPECT_EQ(read_whole(file), header + "\n") << bytes;
  }
}

TEST(Journal, RefusesAnotherSweepAndNamesTheField) {
  struct Row {
    const char* field;
    std::function<void(SweepIdentity&)> change;
  };
  const Row kRows[] = {
      {"problem.n is 33 there and 34 here", [](SweepIdentity& s) { s.problem.n = 34; }},
      {"problem.dtype is \"f32\"", [](SweepIdentity& s) { s.problem.dtype = Dtype::f16; }},
      {"sparsity_percent", [](SweepIdentity& s) { s.sparsity_percent = 87.30000000000001; }},
      {"config", [](SweepIdentity& s) { s.config = "go=1x1,gr=1x1,gi=2x2,gb=1x1"; }},
      {"graphs", [](SweepIdentity& s) { s.graphs = "0"; }},
      {"search.rows", [](SweepIdentity& s) { s.rows = 64; }},
      {"search.density", [](SweepIdentity& s) { s.density = 0.125; }},
      {"search.family", [](SweepIdentity& s) { s.family = "wgmma"; }},
      {"search.axes", [](SweepIdentity& s) { s.axes.back() = '0'; }},
      {"strategy is \"random\"", [](SweepIdentity& s) { s.strategy = "local"; }},
      {"seed is 18446744073709551615", [](SweepIdentity& s) { s.seed = 1; }},
      {"shard is absent there and \"2/3\" here",
       [](SweepIdentity& s) { s.shard = {.index = 2, .count = 3}; }},
      {"timing is \"warm\"", [](SweepIdentity& s) { s.cold = true; }},
      {"fingerprint.name", [](SweepIdentity& s) { s.device.name = "another"; }},
      {"fingerprint.arch", [](SweepIdentity& s) { s.device.arch = "sm_80"; }},
      {"fingerprint.driver", [](SweepIdentity& s) { s.device.driver = "13.1"; }},
      {"fingerprint.compiler", [](SweepIdentity& s) { s.compiler.clear(); }},
      {"fingerprint.generator", [](SweepIdentity& s) { ++s.generator_version; }},
  };
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "sweep.jsonl";
  // Torn as well: what is refused is not even cut.
  const std::string whole = three_candidates(file) + "{\"kind\":";
  write_text(file, whole);
  for (const Row& row : kRows) {
    SweepIdentity sweep = sample_sweep();
    row.change(sweep);
    const std::string message = refusal(ErrorCode::invalid_argument, [&] { Journal(file, sweep); });
    EXPECT_TRUE(has(message, row.field)) << message;
    EXPECT_EQ(read_whole(file), whole);
  }
}

TEST(Journal, RefusesWhatIsNone) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "sweep.jsonl";
  const std::string whole = three_candidates(file);
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    return text.replace(text.find(from), from.size(), to);
  };
  struct Row {
    std::string content;
    const char* part;
  };
  const Row rows[] = {
      {"notes of mine\n", "no journal"},
      {"notes of mine", "no journal"},
      {"[1]\n", "no journal"},
      {"{\"kind\":\"note\"}\n", "no journal"},
      {replaced("\"version\":2", "\"version\":1"), "version is 1 there and 2 here"},
      {replaced("\"driver\":\"13.0\",", ""), "fingerprint.driver is absent there"},
      {replaced("\"seed\"", "\"more\":1,\"seed\""), "more is 1 there and absent here"},
      {replaced("\"block_n\":64", "\"block_n\":65"), "line 3: the id"},
      {replaced("\"median_ms\":", "\"median\":"), "line 2: "},
      {replaced("\"go=4x8@50", "\"go=4x8@51"), "line 2: "},
      {replaced("{\"kind\":\"candidate\"", "{\"kind\":\"candidate"), "line 2: "},
  };
  for (const Row& row : rows) {
    write_text(file, row.content);
    const std::string message =
        refusal(ErrorCode::invalid_argument, [&] { Journal(file, sample_sweep()); });
    EXPECT_TRUE(has(message, row.part)) << message;
    EXPECT_TRUE(has(message, file.string())) << message;
    EXPECT_EQ(read_whole(file), row.content);
  }
}

TEST(Journal, RefusesFilesThatCannotBeWritten) {
  const test::TemporaryFolder folder;
  for (const fs::path& file :
       {folder.path(), folder.path() / "no" / "folder", fs::path("/dev/full")})
    EXPECT_TRUE(has(refusal(ErrorCode::io, [&] { Journal(file, sample_sweep()); }), file.string()));
}

TEST(Journal, IsOneTunersAtATime) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "sweep.jsonl";
  {
    const Journal journal(file, sample_sweep());
    const std::string message = refusal(ErrorCode::io, [&] { Journal(file, sample_sweep()); });
    EXPECT_TRUE(has(message, "another rbgp tune")) << message;
  }
  EXPECT_TRUE(Journal(file, sample_sweep()).known().empty());
}

// A full disk, as far as a process can make one: a limit of the size of its files.
TEST(Journal, IsIntactOnAFullDisk) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "sweep.jsonl";
  {
    Journal journal(file, sample_sweep());
    journal.add(candidate(32));
    const std::string whole = read_whole(file);
    const auto former_action = std::signal(SIGXFSZ, SIG_IGN);
    struct rlimit former{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &former), 0);
    struct rlimit limit = former;
    limit.rlim_cur = whole.size() + 20;
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const std::string message = refusal(ErrorCode::exhausted, [&] { journal.add(candidate(64)); });
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &former), 0);
    std::signal(SIGXFSZ, former_action);
    EXPECT_TRUE(has(message, "cannot be written")) << message;
    EXPECT_EQ(read_whole(file), whole);
    journal.add(candidate(64));  // there is room again
  }
  EXPECT_EQ(Journal(file, sample_sweep()).known().size(), 2U);
}

TEST(Journal, IdsAreStableAndDistinct) {
  const SweepIdentity sweep = sample_sweep();
  const CandidateResult one = candidate(32);
  // Journals of former runs hold it: it changes only with the generator's version.
  EXPECT_EQ(sweep.candidate_id(one.config, one.kernel), "8b2b67041ee07f20");

  std::set<std::string> ids = {sweep.candidate_id(one.config, one.kernel)};
  const auto expect_new = [&](const SweepIdentity& of, const Rbgp4Config& config,
                              const KernelConfig& kernel) {
    const std::string id = of.candidate_id(config, kernel);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), id.npos);
    EXPECT_EQ(id.size(), 16U);
    EXPECT_TRUE(ids.insert(id).second) << kernel.to_string();
  };
  const std::function<void(SweepIdentity&)> changes[] = {
      [](SweepIdentity& s) { s.problem.n = 34; },
      [](SweepIdentity& s) { s.problem.layout = Layout::nk; },
      [](SweepIdentity& s) { s.problem.epilogue.bias = true; },
      [](SweepIdentity& s) { s.seed = 1; },
      [](SweepIdentity& s) { s.graphs = "0123456789abcdef"; },
      [](SweepIdentity& s) { s.device.arch = "sm_80"; },
      [](SweepIdentity& s) { ++s.generator_version; },
  };
  for (const auto& change : changes) {
    SweepIdentity other = sweep;
    change(other);
    expect_new(other, one.config, one.kernel);
  }
  expect_new(sweep, Rbgp4Config::parse("go=4x8@50,gr=1x1,gi=12x6@50,gb=1x2"), one.kernel);
  for (std::int64_t block_n = 33; block_n < 1000; ++block_n)
    expect_new(sweep, one.config, candidate(block_n).kernel);
  // What does not determine a candidate does not change its id.
  SweepIdentity same = sweep;
  same.strategy = "local";
  same.device.driver = "13.1";
  EXPECT_EQ(same.candidate_id(one.config, one.kernel), sweep.candidate_id(one.config, one.kernel));
}

TEST(Journal, DigestsTellGraphsAndAxesApart) {
  const Rbgp4Config config = Rbgp4Config::parse("go=8x8@50,gr=1x1,gi=8x8@50,gb=1x1");
  EXPECT_EQ(graphs_digest(Rbgp4Pattern::sample(config, 1)),
            graphs_digest(Rbgp4Pattern::sample(config, 1)));
  EXPECT_NE(graphs_digest(Rbgp4Pattern::sample(config, 1)),
            graphs_digest(Rbgp4Pattern::sample(config, 2)));
  const KernelFamily& family = kernel_families().front();
  const DeviceProperties device = test::synthetic_device(family.target);
  const Problem problem{.m = 64, .k = 64, .n = 8};
  const SearchSpace one(problem, config, device, family);
  const SearchSpace patterns(problem, 64, 64, 0.25, device, family);
  const SearchSpace* const first[] = {&one};
  const SearchSpace* const second[] = {&patterns};
  EXPECT_EQ(axes_digest(first).size(), 16U);
  EXPECT_NE(axes_digest(first), axes_digest(second));
}

}  // namespace
}  // namespace rbgp
