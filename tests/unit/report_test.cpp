#include <gtest/gtest.h>

#include <fstream>

#include <pipe/file_io.hpp>
#include <rbgp/report.hpp>
#include <support/refusal.hpp>
#include <support/temporary_folder.hpp>
#include <tuner/journal.hpp>
#include <tuner/report_plots.hpp>

namespace rbgp {
namespace {

namespace fs = std::filesystem;
using test::has;
using test::refusal;

SweepIdentity sample_sweep() {
  return {.problem = {.m = 48, .k = 96, .n = 33},
          .sparsity_percent = 75,
          .rows = 48,
          .cols = 96,
          .density = 0.25,
          .axes = "0123456789abcdef",
          .strategy = "random",
          .seed = 7,
          .device = {.kind = DeviceKind::cuda,
                     .name = "A <b>\"device\"</b> & more",
                     .arch = "sm_90a",
                     .compute_units = 132,
                     .driver = "13.0"},
          .compiler = "NVRTC 13.0",
          .generator_version = 4};
}

CandidateResult candidate(std::int64_t block_n, double ms, double gap) {
  return {.config = Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=6x6@50,gb=1x2"),
          .kernel = {block_n < 64 ? "simt_rbgp4mm" : "simt_tma", {{"block_n", block_n}}},
          .ok = true,
          .median_ms = ms,
          .spectral_gap = gap};
}

CandidateResult failed(std::int64_t block_n, const char* failure) {
  CandidateResult result = candidate(block_n, 0, 0);
  result.ok = false;
  result.failure = failure;
  const std::string text = failure;
  result.kind = parse_failure_kind(text.substr(0, text.find(':')));
  return result;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

class ReportTest : public testing::Test {
 protected:
  fs::path file(const char* name) const { return folder_.path() / name; }
  Report read(std::vector<fs::path> files) const { return read_report(files); }

  // Two candidates that are right, three that are not, and an end that times the first again.
  fs::path whole_sweep() const {
    Journal journal(file("whole.jsonl"), sample_sweep());
    journal.add(candidate(32, 0.5, 0.3));
    journal.add(failed(33, "wrong_result: row 3 of O is <wrong>"));
    journal.add(candidate(64, 0.75, 0.6));
    journal.add(failed(65, "launch_failed: error 700"));
    journal.add(failed(66, "wrong_result: relative error"));
    journal.add(FinalRecord{
        .finalists = {{.id = journal.id(candidate(32, 0, 0)), .rounds_ms = {0.9, 0.7, 0.8}}},
        .dense_rounds_ms = {3, 1.5, 2},
        .dense_library = "cuBLAS",
        .winner = journal.id(candidate(64, 0, 0))});
    return file("whole.jsonl");
  }

  test::TemporaryFolder folder_;
};

TEST_F(ReportTest, ReadsASweep) {
  const Report report = read({whole_sweep()});
  EXPECT_EQ(report.problem, sample_sweep().problem);
  EXPECT_EQ(report.device.name, sample_sweep().device.name);
  EXPECT_EQ(report.density, 0.25);
  ASSERT_EQ(report.candidates.size(), 5U);
  EXPECT_EQ(report.candidates[0].median_ms, 0.8);
  EXPECT_EQ(report.candidates[2].median_ms, 0.75);
  EXPECT_EQ(report.winner, 2U);
  EXPECT_EQ(report.dense_ms, 2);
  EXPECT_EQ(report.dense_library, "cuBLAS");
  EXPECT_FALSE(report.ceilings);
  const auto failures = report::failures_of(report);
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].name, "wrong_result");
  EXPECT_EQ(failures[0].count, 2U);
  EXPECT_EQ(failures[1].name, "launch_failed");
}

// Of a sweep that was resumed and ended twice the second end counts; what was not in it is brought to its conditions.
TEST_F(ReportTest, HasTheTimesOfTheLastFinals) {
  {
    Journal journal(file("twice.jsonl"), sample_sweep());
    for (const std::int64_t block_n : {32, 48, 64, 96, 128})
      journal.add(candidate(block_n, 0.01 * static_cast<double>(block_n), 0.3));
    const auto record = [&](std::vector<std::int64_t> finalists, double factor) {
      FinalRecord made;
      for (const std::int64_t block_n : finalists) {
        const double ms = 0.01 * factor * static_cast<double>(block_n);
        made.finalists.push_back(
            {.id = journal.id(candidate(block_n, 0, 0)), .rounds_ms = {ms, ms, ms}});
      }
      made.winner = made.finalists.front().id;
      return made;
    };
    journal.add(record({32, 128}, 0.5));
    journal.add(record({48, 64, 96}, 1.25));
    journal.add(
        FinalRecord{.winner = journal.id(candidate(48, 0, 0))});  // one that was interrupted
  }
  const Report report = read({file("twice.jsonl")});
  const std::vector<double> expected = {0.4, 0.6, 0.8, 1.2, 1.6};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_DOUBLE_EQ(report.candidates[i].median_ms, expected[i]);
    EXPECT_EQ(report.candidates[i].finalist, i > 0 && i < 4) << i;
  }
  EXPECT_EQ(report.winner, 1U);
  EXPECT_EQ(count(report.notes.back(), "1.25 times"), 1U) << report.notes.back();
}

TEST_F(ReportTest, PutsShardsTogether) {
  const fs::path first = whole_sweep();
  {
    Journal journal(file("other.jsonl"), sample_sweep());
    journal.add(candidate(64, 9, 0.6));  // there already
    journal.add(candidate(128, 0.1, 0.2));
    journal.add(DeviceCeilings{.multiply_adds_per_ms = 3e10, .bytes_per_ms = 3e9});
    journal.add(FinalRecord{.winner = journal.id(candidate(128, 0, 0))});
  }
  const Report report = read({first, file("other.jsonl"), first});
  ASSERT_EQ(report.candidates.size(), 6U);
  EXPECT_EQ(report.candidates[2].median_ms, 0.75);
  EXPECT_EQ(report.candidates[5].median_ms, 0.1);
  EXPECT_EQ(report.winner, 5U);
  EXPECT_EQ(report.journals, 3U);
  ASSERT_TRUE(report.ceilings);
  EXPECT_EQ(report.ceilings->bytes_per_ms, 3e9);
}

TEST_F(ReportTest, LeavesOutATornLineAndTheFileAsItIs) {
  const fs::path journal = whole_sweep();
  const std::string text = read_whole(journal);
  const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
  for (std::size_t bytes = last; bytes < text.size(); bytes += 7) {
    std::ofstream(journal, std::ios::binary) << text.substr(0, bytes);
    const Report report = read({journal});
    EXPECT_EQ(report.candidates.size(), 5U);
    EXPECT_FALSE(report.winner);
    EXPECT_EQ(read_whole(journal), text.substr(0, bytes));
  }
}

TEST_F(ReportTest, RefusesWhatIsNoJournalOfTheSweep) {
  const fs::path good = whole_sweep();
  const std::string whole = read_whole(good);
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    return text.replace(text.find(from), from.size(), to);
  };
  struct Row {
    std::string text;
    const char* part;
  };
  const Row rows[] = {
      {"", "bad: it is empty"},
      {"notes", "bad: it is no journal"},
      {"notes\n", "bad: it is no journal"},
      {sample_sweep().header_line(), "bad: it is no journal"},  // without its end
      {changed("\"version\":2", "\"version\":1"), "version 1; this build reads version 2"},
      {changed("\"n\":33", "\"n\":0"), "at least 1"},
      {changed("\"driver\":\"13.0\",", ""), "its header does not read"},
      {changed("\"median_ms\"", "\"median\""), "bad: line 2: "},
      {changed("\"block_n\":64", "\"block_n\":63"), "bad: line 4: the id"},
      {changed("\"dense_rounds_ms\"", "\"dense\""), "bad: line 7: "},
      {whole + "{\"kind\":\"ceilings\",\"multiply_adds_per_ms\":0,\"bytes_per_ms\":1}\n",
       "line 8: ceilings are positive"},
  };
  for (const Row& row : rows) {
    std::ofstream(file("bad"), std::ios::binary) << row.text;
    const std::string message = refusal(ErrorCode::invalid_argument, [&] { read({file("bad")}); });
    EXPECT_TRUE(has(message, row.part)) << message;
  }
  SweepIdentity other = sample_sweep();
  other.problem.n = 34;
  {
    const Journal journal(file("other"), other);
  }
  const std::string message =
      refusal(ErrorCode::invalid_argument, [&] { read({good, file("other")}); });
  EXPECT_TRUE(has(message, "problem.n is 34 there and 33 here")) << message;
  EXPECT_TRUE(has(message, good.string())) << message;
  EXPECT_TRUE(has(refusal(ErrorCode::io, [&] { read({file("missing")}); }), "missing"));
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { read({}); }), "no journal"));
}

TEST_F(ReportTest, HeaderReadsBack) {
  const SweepIdentity sweep = sample_sweep();
  const SweepIdentity again = SweepIdentity::parse(sweep.header_line());
  EXPECT_EQ(again.header_line(), sweep.header_line());
}

TEST_F(ReportTest, PageHoldsWhatWasFound) {
  const Report report = read({whole_sweep()});
  const std::string page = report_html(report);
  for (const char* part :
       {"48 x 96 x 33 f32, 75 % sparse", "driver 13.0", "NVRTC 13.0", "cuBLAS", "0.75 ms", "2.67 ×",
        "0.600", "random, seed 7", "simt_tma block_n=64", "5</b>", "candidates tried, 3 failed",
        "<td>wrong_result</td>", "<td>launch_failed</td>", "launch_failed: error 700",
        "The journal has no ceilings"})
    EXPECT_TRUE(has(page, part)) << part;
  EXPECT_EQ(count(page, "<tr class=\"plan\">"), 3U);  // the leaderboard, and either front
  // Every plot but the roofline, wide and narrow.
  EXPECT_EQ(count(page, "<svg "), 2 * (report::plots().size() - 1));
  EXPECT_EQ(page, report_html(report));
}

TEST_F(ReportTest, PageIsEscapedAndFetchesNothing) {
  const std::string page = report_html(read({whole_sweep()}));
  EXPECT_TRUE(has(page, "A &lt;b&gt;&quot;device&quot;&lt;/b&gt; &amp; more"));
  EXPECT_TRUE(has(page, "row 3 of O is &lt;wrong&gt;"));
  for (const char* part : {"<b>\"device", "<wrong>", "http://", "https://", "url(", "<script",
                           "<link", "<img", " src=", "nan", "inf\""})
    EXPECT_FALSE(has(page, part)) << part;
}

TEST_F(ReportTest, RooflineWhereThereAreCeilings) {
  Report report = read({whole_sweep()});
  report.ceilings = DeviceCeilings{.multiply_adds_per_ms = 3e10, .bytes_per_ms = 3e9};
  const std::vector<ReportPlot> plots = report_plots(report);
  ASSERT_EQ(plots.size(), report::plots().size());
  for (const ReportPlot& plot : plots) {
    EXPECT_TRUE(plot.svg.starts_with("<?xml")) << plot.name;
    EXPECT_FALSE(has(plot.svg, "var(--")) << plot.name;
    EXPECT_FALSE(has(plot.svg, "nan")) << plot.name;
  }
  EXPECT_EQ(plots.back().name, "roofline");
  EXPECT_TRUE(has(plots.back().svg, ">TFLOP/s, logarithmic<"));
  EXPECT_FALSE(has(plots.back().svg, "e+")) << plots.back().svg;
  report.ceilings = DeviceCeilings{.multiply_adds_per_ms = 1e8, .bytes_per_ms = 1e7};
  EXPECT_TRUE(has(report_plots(report).back().svg, ">GFLOP/s, logarithmic<"));
  EXPECT_EQ(report_plots(read({file("whole.jsonl")})).size(), plots.size() - 1);
}

TEST_F(ReportTest, SaysOnceWhatShardsHaveInCommon) {
  for (const char* name : {"first", "second"}) {
    Journal journal(file(name), sample_sweep());
    journal.note("space: 7 patterns");
    journal.note(name);
  }
  const Report both = read({file("first"), file("second")});
  EXPECT_EQ(both.notes, (std::vector<std::string>{"space: 7 patterns", "first", "second"}));
}

TEST_F(ReportTest, RanksAsTheCommandLineDoes) {
  Report report;
  report.candidates = {candidate(8, 2, 0.1),  failed(16, "hang: 60 s"), candidate(24, 1, 0.2),
                       candidate(32, 1, 0.4), candidate(40, 3, 0.1),    candidate(48, 1, 0.4)};
  report.candidates[0].finalist = true;
  report.candidates[4].finalist = true;
  EXPECT_EQ(report::ranking_of(report), (std::vector<std::size_t>{0, 4, 3, 5, 2}));
}

// Widths of DejaVu Sans at 12 pixels, as a browser measures them.
TEST(ReportLegend, LeavesRoomForNames) {
  struct Row {
    const char* name;
    double width;
  };
  for (const Row& row :
       {Row{"wgmma", 48.3}, Row{"mma", 31}, Row{"simt_rbgp4mm", 85}, Row{"σ2/σ1", 35}}) {
    const double width = report::text_width(row.name, 12);
    EXPECT_GE(width, row.width) << row.name;
    EXPECT_LE(width, 1.3 * row.width) << row.name;
  }
}

TEST_F(ReportTest, ListsTheFrontsAndMarksThePlan) {
  Report report = read({whole_sweep()});
  for (std::int64_t i = 0; i < 30; ++i)  // of a front, since each is slower and better
    report.candidates.push_back(candidate(128 + i, 1 + 0.01 * static_cast<double>(i),
                                          0.61 + 0.01 * static_cast<double>(i)));
  const std::string page = report_html(report);
  const auto section = [&](const std::string& name) {
    const std::size_t begin = page.find("<section id=\"" + name);
    return page.substr(begin, page.find("</section>", begin) - begin);
  };
  // The plan, and the 30; that of 0.8 ms has a smaller gap.
  EXPECT_TRUE(has(section("time-gap"), "<details>\n<summary>On the front: 31<"));
  EXPECT_TRUE(has(section("time-gap"), "simt_tma block_n=157"));
  EXPECT_FALSE(has(section("leaderboard"), "simt_tma block_n=157"));
  EXPECT_TRUE(has(section("time-repetition"), "<details open>\n<summary>On the front: 1<"));
  for (const char* name : {"time-gap", "time-repetition"}) {
    EXPECT_EQ(count(section(name), ">the plan<"), 2U) << name;  // wide and narrow
    EXPECT_EQ(count(section(name), "<tr class=\"plan\">"), 1U) << name;
  }
  report.winner.reset();
  EXPECT_FALSE(has(report_html(report), ">the plan<"));
}

// Nothing was right, nothing was tried, one was.
TEST_F(ReportTest, PageOfLittle) {
  {
    Journal journal(file("none"), sample_sweep());
  }
  const Report none = read({file("none")});
  EXPECT_TRUE(has(report_html(none), "No candidate was right and timed."));
  EXPECT_TRUE(report_plots(none).empty());
  Report wrong = none;
  wrong.candidates = {failed(1, "wrong_result: all of it")};
  EXPECT_EQ(report_plots(wrong).size(), 1U);
  EXPECT_TRUE(has(report_html(wrong), "candidates tried, 1 failed"));
  Report one = none;
  one.candidates = {candidate(32, 1, 0)};
  EXPECT_EQ(report_plots(one).size(), 4U);
  EXPECT_TRUE(has(report_html(one), "no plan yet"));
}

}  // namespace
}  // namespace rbgp
