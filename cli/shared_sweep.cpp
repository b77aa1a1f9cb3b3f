#include <cli/shared_sweep.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <cli/json_fields.hpp>
#include <cli/option_checks.hpp>
#include <cli/sweep.hpp>
#include <rbgp/error.hpp>
#include <rbgp/journal.hpp>

namespace rbgp::cli {
namespace {

std::string rank_journal(const TuneRequest& request, int rank, int size) {
  return fmt::format("{}.{}-of-{}", request.journal, rank + 1, size);
}

// This rank's part of the sweep, on its share of the machine's devices.
TuneRequest part_of(const TuneRequest& request, const Ranks& ranks) {
  std::vector<Device> devices = {request.device};
  devices.insert(devices.end(), request.further_devices.begin(), request.further_devices.end());
  const auto turn = static_cast<std::size_t>(ranks.local_rank());
  const auto turns = static_cast<std::size_t>(ranks.local_size());
  std::vector<Device> mine;
  for (std::size_t i = turn; i < devices.size(); i += turns) mine.push_back(devices[i]);
  if (mine.empty()) mine.push_back(devices[turn % devices.size()]);
  TuneRequest part = request;
  part.device = mine.front();
  part.further_devices.assign(mine.begin() + 1, mine.end());
  part.sharers = ranks.sharers();
  part.shard = {.index = ranks.rank() + 1, .count = ranks.size()};
  part.journal = journal_of(request, ranks);
  return part;
}

// What a rank tells the first: its error, or nothing, and its journal. Another machine's file is not here.
Json measured_part(const TuneRequest& part, const Ranks& ranks, const StopSignal& stop) {
  Json told = {{"code", 0}, {"error", ""}};
  try {
    told["ended"] = to_string(sweep(part, stop, ranks.rank() == 0).ended);
  } catch (const Error& error) {
    told["code"] = static_cast<int>(error.code());
    told["error"] = error.what();
  } catch (const std::exception& error) {
    told["code"] = static_cast<int>(ErrorCode::internal);
    told["error"] = error.what();
  }
  std::ifstream stream(part.journal, std::ios::binary);
  told["journal"] = std::string(std::istreambuf_iterator<char>(stream), {});
  return told;
}

void merge_parts(const std::vector<Json>& parts, const std::string& journal) {
  std::vector<JournalText> texts;
  for (std::size_t rank = 0; rank < parts.size(); ++rank) {
    std::string text = parts[rank].at("journal").get<std::string>();
    if (text.find('\n') != std::string::npos)
      texts.push_back({fmt::format("journal of rank {}", rank), std::move(text)});
  }
  if (!texts.empty()) merge_journals(texts, journal);
}

void require_all_done(const std::vector<Json>& parts) {
  for (std::size_t rank = 0; rank < parts.size(); ++rank)
    if (const auto error = parts[rank].at("error").get<std::string>(); !error.empty())
      throw Error(static_cast<ErrorCode>(parts[rank].at("code").get<int>()),
                  fmt::format("rank {}: {}", rank, error));
}

// The end of a sweep all of which is in its journal.
TuneResult end_of(TuneRequest request, const std::vector<Json>& parts, const StopSignal& stop) {
  request.max_candidates = 1;  // nothing further is measured: what is known is more
  TuneResult result = sweep(request, stop);
  result.ended = SearchEnd::space;
  for (const Json& part : parts)  // the least of a whole sweep
    result.ended = std::max(result.ended, parse_search_end(part.at("ended").get<std::string>()));
  return result;
}

}  // namespace

std::string journal_of(const TuneRequest& request, const Ranks& ranks) {
  if (ranks.size() == 1) return request.journal;
  return rank_journal(request, ranks.rank(), ranks.size());
}

void require_as_many_ranks(const TuneRequest& request, const Ranks& ranks) {
  constexpr int kMostLookedFor = 1024;
  if (request.journal.empty() || (ranks.size() == 1 && has_line(request.journal))) return;
  for (int size = 2; size <= kMostLookedFor; ++size) {
    const std::string other = rank_journal(request, 0, size);
    require(size == ranks.size() || !has_line(other), ErrorCode::invalid_argument,
            "{}: a sweep of {} ranks, and here {}: resume it with {}, merge its journals, or name "
            "another --journal",
            other, size, ranks.size() == 1 ? "is one" : fmt::format("are {}", ranks.size()), size);
  }
}

std::optional<TuneResult> sweep_with_ranks(const TuneRequest& request, const Ranks& ranks,
                                           const StopSignal& stop) {
  if (ranks.size() == 1) return sweep(request, stop);
  require(!request.journal.empty(), ErrorCode::invalid_argument,
          "{} ranks share a sweep by its journal: --journal is missing", ranks.size());
  const TuneRequest part = part_of(request, ranks);
  const std::vector<std::string> told = ranks.gather(
      measured_part(part, ranks, stop).dump(-1, ' ', false, Json::error_handler_t::replace));
  if (ranks.rank() != 0) return std::nullopt;
  std::vector<Json> parts;
  for (const std::string& text : told) parts.push_back(Json::parse(text));
  merge_parts(parts, request.journal);
  require_all_done(parts);
  TuneResult result = end_of(request, parts, stop);
  const auto devices = 1 + static_cast<int>(request.further_devices.size());
  if (ranks.local_size() > devices)
    result.notes.push_back(fmt::format(
        "{} ranks measured on {} device{} of one machine at once: their times, and so who "
        "came into the finals, are less certain",
        ranks.local_size(), devices, devices > 1 ? "s" : ""));
  return result;
}

void tune_shard(const TuneRequest& request, bool json, const StopSignal& stop) {
  require(Ranks::world().size() == 1, ErrorCode::invalid_argument,
          "--shard {}: the ranks of mpirun share the sweep already", to_string(request.shard));
  const TuneResult result = sweep(request, stop);
  const auto right = std::count_if(result.ranking.begin(), result.ranking.end(),
                                   [](const CandidateResult& each) { return each.ok; });
  const auto failed = static_cast<std::int64_t>(result.ranking.size()) - right;
  const double best_ms = right > 0 ? result.ranking.front().median_ms : 0;
  if (json) {
    print_json({{"problem", problem_json(request.problem)},
                {"shard", to_string(request.shard)},
                {"candidates", result.ranking.size()},
                {"failed", failed},
                {"best_ms", best_ms},
                {"ended", to_string(result.ended)},
                {"interrupted", result.interrupted},
                {"notes", result.notes},
                {"journal", request.journal}});
    return;
  }
  fmt::print("shard {}: {} candidates, {} failed", to_string(request.shard), result.ranking.size(),
             failed);
  if (right > 0) fmt::print(", best {:.4g} ms", best_ms);
  fmt::print("; {}\n", describe(result.ended));
  for (const std::string& note : result.notes) fmt::print("note: {}\n", note);
  fmt::print("journal: {}; merge it with those of the other shards: rbgp journal merge\n",
             request.journal);
}

}  // namespace rbgp::cli
