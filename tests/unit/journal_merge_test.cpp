#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <vector>

#include <pipe/file_io.hpp>
#include <rbgp/error.hpp>
#include <rbgp/journal.hpp>
#include <support/refusal.hpp>
#include <support/temporary_folder.hpp>
#include <tuner/journal.hpp>

namespace rbgp {
namespace {

namespace fs = std::filesystem;
using test::has;
using test::refusal;

SweepIdentity sweep_of(Shard shard) {
  return {.problem = {.m = 48, .k = 96, .n = 33},
          .rows = 48,
          .cols = 96,
          .density = 0.25,
          .strategy = "exhaustive",
          .seed = 7,
          .shard = shard,
          .device = {.kind = DeviceKind::cuda, .name = "a device", .arch = "sm_90a"},
          .generator_version = 4};
}

CandidateResult candidate(std::int64_t block_n) {
  return {.config = Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=6x6@50,gb=1x2"),
          .kernel = {"simt_tma", {{"block_n", block_n}}},
          .ok = true,
          .median_ms = 1};
}

std::size_t candidates_in(const fs::path& file, Shard shard = {}) {
  return Journal(file, sweep_of(shard)).known().size();
}

class JournalMergeTest : public testing::Test {
 protected:
  // A shard's journal of these candidates, whosever they are, and the beginning of another line.
  fs::path shard(int index, std::initializer_list<std::int64_t> block_ns) {
    const fs::path file = folder_.path() / fmt::format("shard{}", index);
    {
      Journal journal(file, sweep_of({.index = index, .count = 2}));
      for (const std::int64_t block_n : block_ns) journal.add(candidate(block_n));
      journal.note(fmt::format("note of {}", index));
      if (index == 1) journal.end(SearchEnd::space);
      if (index == 2) journal.add(FinalRecord{.winner = journal.id(candidate(64))});
    }
    std::ofstream(file, std::ios::app) << "{\"kind\":";
    return file;
  }

  const test::TemporaryFolder folder_;
  const fs::path out_ = folder_.path() / "out";
};

TEST_F(JournalMergeTest, KeepsEachCandidateOnce) {
  const std::array journals = {shard(1, {16, 32}), shard(2, {32, 64})};
  const JournalMerge merge = merge_journals(std::span<const fs::path>(journals), out_);
  EXPECT_EQ(merge.journals, 2U);
  EXPECT_EQ(merge.candidates, 3U);
  EXPECT_EQ(merge.repeated, 1U);
  const std::string text = read_whole(out_);
  EXPECT_TRUE(has(text, "note of 1") && has(text, "note of 2") && has(text, "\"winner\""));
  EXPECT_FALSE(has(text, "\"shard\""));
  EXPECT_EQ(candidates_in(out_), 3U);
}

// Who merges learns which parts of the sweep are not whole, and why; so does who reads the merged journal.
TEST_F(JournalMergeTest, SaysWhichShardsAreUnfinished) {
  const fs::path second = shard(2, {64});
  const auto unfinished = [&] {
    const std::array journals = {shard(1, {16}), second};
    fs::remove(out_);
    return merge_journals(std::span<const fs::path>(journals), out_).unfinished;
  };
  ASSERT_EQ(unfinished().size(), 1U);
  EXPECT_TRUE(has(unfinished().front(), "shard 2/2 did not come to its end: its tuner was killed"));
  EXPECT_TRUE(has(read_whole(out_), "shard 2/2 did not come to its end"));
  const auto ended = [&](SearchEnd end) {
    Journal(second, sweep_of({.index = 2, .count = 2})).end(end);
    return unfinished();
  };
  EXPECT_TRUE(has(ended(SearchEnd::interruption).front(), "interrupted"));
  EXPECT_EQ(JournalContent::parse(read_whole(out_), "").ended, SearchEnd::interruption);
  EXPECT_TRUE(has(ended(SearchEnd::count).front(), "interrupted"));  // nothing was added since
  EXPECT_TRUE(ended(SearchEnd::space).empty());
  EXPECT_TRUE(ended(SearchEnd::budget).empty());
  EXPECT_EQ(JournalContent::parse(read_whole(out_), "").ended, SearchEnd::space);
  EXPECT_FALSE(has(read_whole(out_), "did not come to its end"));
}

// A merged journal says so until the shard is finished and merged again, whichever is named first.
TEST_F(JournalMergeTest, ForgetsThatAShardWasUnfinished) {
  const fs::path second = shard(2, {64});
  const auto merged = [&](std::initializer_list<fs::path> journals) {
    const std::vector<fs::path> named(journals);
    return merge_journals(std::span<const fs::path>(named), out_).unfinished.size();
  };
  EXPECT_EQ(merged({second}), 2U);  // and the first is missing
  EXPECT_EQ(merged({out_, shard(1, {16})}), 1U);
  const fs::path former = folder_.path() / "former";
  fs::copy_file(out_, former);
  Journal(second, sweep_of({.index = 2, .count = 2})).end(SearchEnd::space);
  EXPECT_EQ(merged({out_, second}), 0U);
  EXPECT_FALSE(has(read_whole(out_), "did not come to its end"));
  EXPECT_EQ(merged({out_, second, former}), 0U);
}

// What was measured since goes before an end that was written, and where nothing was, it holds.
TEST_F(JournalMergeTest, KnowsWhetherAShardWentOn) {
  const fs::path first = shard(1, {16});
  const auto unfinished = [&] {
    const std::array journals = {first, shard(2, {64})};
    fs::remove(out_);
    return merge_journals(std::span<const fs::path>(journals), out_).unfinished.size();
  };
  const SweepIdentity sweep = sweep_of({.index = 1, .count = 2});
  EXPECT_EQ(unfinished(), 1U);  // the second
  Journal(first, sweep).end(SearchEnd::budget);
  EXPECT_EQ(unfinished(), 1U);
  Journal(first, sweep).add(candidate(128));
  EXPECT_EQ(unfinished(), 2U);
  Journal(first, sweep).end(SearchEnd::budget);
  EXPECT_EQ(unfinished(), 2U);
  Journal(first, sweep).end(SearchEnd::space);
  EXPECT_EQ(unfinished(), 1U);
}

TEST_F(JournalMergeTest, MissesShards) {
  const std::array second = {shard(2, {64})};
  const JournalMerge merge = merge_journals(std::span<const fs::path>(second), out_);
  ASSERT_EQ(merge.unfinished.size(), 2U);
  EXPECT_EQ(merge.unfinished.front(), "not among these journals: shard 1/2");
  const std::array again = {out_, shard(1, {16})};
  EXPECT_EQ(merge_journals(std::span<const fs::path>(again), out_).unfinished.size(), 1U);
  // Tuned on until nothing is left, the merged journal is whole.
  EXPECT_TRUE(has(read_whole(out_), "did not come to its end"));
  Journal(out_, sweep_of({})).end(SearchEnd::space);
  EXPECT_TRUE(JournalContent::parse(read_whole(out_), "").notes.back().starts_with("resumed"));
  const std::array whole = {out_};
  EXPECT_TRUE(
      merge_journals(std::span<const fs::path>(whole), folder_.path() / "copy").unfinished.empty());
  EXPECT_FALSE(has(read_whole(folder_.path() / "copy"), "did not come to its end"));
}

TEST_F(JournalMergeTest, AddsToWhatIsThere) {
  const std::array first = {shard(1, {16, 32})};
  merge_journals(std::span<const fs::path>(first), out_);
  const std::array again = {out_, shard(2, {64})};
  EXPECT_EQ(merge_journals(std::span<const fs::path>(again), out_).candidates, 3U);
  EXPECT_EQ(candidates_in(out_), 3U);
  // Not over a file that is not named, nor while a tuner has it.
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument,
                          [&] { merge_journals(std::span<const fs::path>(first), out_); }),
                  "there already"));
  const Journal tuner(out_, sweep_of({}));
  EXPECT_TRUE(
      has(refusal(ErrorCode::io, [&] { merge_journals(std::span<const fs::path>(again), out_); }),
          "another rbgp tune"));
}

TEST_F(JournalMergeTest, RefusesAnotherSweep) {
  SweepIdentity other = sweep_of({.index = 2, .count = 2});
  other.problem.n = 34;
  const fs::path file = folder_.path() / "other";
  Journal(file, other).add(candidate(16));
  const std::array journals = {shard(1, {16}), file};
  const std::string message = refusal(ErrorCode::invalid_argument, [&] {
    merge_journals(std::span<const fs::path>(journals), out_);
  });
  EXPECT_TRUE(has(message, "problem.n is 34 there and 33 here")) << message;
  EXPECT_FALSE(fs::exists(out_));
}

}  // namespace
}  // namespace rbgp
