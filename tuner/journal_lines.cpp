#include <tuner/journal_lines.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <map>

#include <pipe/json_problem.hpp>
#include <rbgp/error.hpp>

namespace rbgp {
namespace {

using Json = nlohmann::ordered_json;

// The measured fields of a candidate, for writing and for reading.
template <typename Candidate, typename Visit>
void visit_measured(Candidate& candidate, const Visit& visit) {
  visit("median_ms", candidate.median_ms);
  visit("spread", candidate.spread);
  visit("relative_error", candidate.relative_error);
  visit("spectral_gap", candidate.spectral_gap);
}

// A message of a compiler may be no UTF-8.
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

CandidateResult candidate_of(const Json& json) {
  CandidateResult candidate{.config = Rbgp4Config::parse(json.at("config").get<std::string>()),
                            .kernel = {json.at("family").get<std::string>(), json.at("tunables")},
                            .ok = json.at("ok").get<bool>(),
                            .failure = json.at("failure").get<std::string>(),
                            .kind = parse_failure_kind(json.at("failure_kind").get<std::string>()),
                            .code = json.at("code").get<std::string>()};
  candidate.disturbance = json.value("disturbance", "");
  candidate.at_power_limit = json.value("at_power_limit", false);
  visit_measured(candidate, [&](const char* name, double& value) {
    const Json& field = json.at(name);
    value = field.is_null() ? std::numeric_limits<double>::quiet_NaN() : field.get<double>();
  });
  return candidate;
}

// JSON has no infinity: null.
std::vector<double> rounds_of(const Json& json) {
  std::vector<double> rounds;
  for (const Json& ms : json)
    rounds.push_back(ms.is_null() ? std::numeric_limits<double>::infinity() : ms.get<double>());
  return rounds;
}

FinalRecord final_of(const Json& json) {
  FinalRecord record{.twin_rounds_ms = rounds_of(json.at("twin_rounds_ms")),
                     .noise_floor = json.at("noise_floor").get<double>(),
                     .dense_rounds_ms = rounds_of(json.at("dense_rounds_ms")),
                     .dense_library = json.at("dense_library").get<std::string>(),
                     .winner = json.at("winner").get<std::string>(),
                     .dense_disturbed = json.value("dense_disturbed", false)};
  for (const Json& finalist : json.at("finalists"))
    record.finalists.push_back({.id = finalist.at("id").get<std::string>(),
                                .rounds_ms = rounds_of(finalist.at("rounds_ms")),
                                .disturbed = finalist.value("disturbed", false)});
  return record;
}

DeviceCeilings ceilings_of(const Json& json) {
  const DeviceCeilings ceilings{
      .multiply_adds_per_ms = json.value("multiply_adds_per_ms", 0.0),
      .bytes_per_ms = json.at("bytes_per_ms").get<double>(),
      .vector_multiply_adds_per_ms = json.value("vector_multiply_adds_per_ms", 0.0),
      .empty_ms = json.value("empty_ms", 0.0)};
  const double peak = std::max(ceilings.multiply_adds_per_ms, ceilings.vector_multiply_adds_per_ms);
  require(peak > 0 && ceilings.bytes_per_ms > 0 && ceilings.multiply_adds_per_ms >= 0 &&
              ceilings.vector_multiply_adds_per_ms >= 0 && ceilings.empty_ms >= 0,
          ErrorCode::invalid_argument, "ceilings are positive");
  return ceilings;
}

// A note of an unfinished shard begins with it, behind kShard, and ends with the reason.
constexpr std::string_view kUnfinished = " did not come to its end: ";
constexpr std::string_view kShard = "shard ";

std::vector<Candidate> known_of(const Json& json) {
  std::vector<Candidate> known;
  for (const Json& each : json.at("candidates"))
    known.push_back({Rbgp4Config::parse(each.at("config").get<std::string>()),
                     {each.at("family").get<std::string>(), each.at("tunables")}});
  return known;
}

class Reader {
 public:
  explicit Reader(JournalContent& content) : content_(content) {}

  void read(std::string_view line) {
    const Json json = Json::parse(line);
    const std::string kind = json.at("kind").get<std::string>();
    if (kind == "candidate") read_candidate(json);
    if (kind == "final") content_.finals.push_back(final_of(json));
    if (kind == "ceilings") content_.ceilings = ceilings_of(json);
    if (kind == "known") content_.known = known_of(json);
    if (kind == "end") content_.ended = parse_search_end(json.at("search").get<std::string>());
    if (kind == "note") content_.notes.push_back(json.at("text").get<std::string>());
  }

 private:
  void read_candidate(const Json& json) {
    CandidateResult candidate = candidate_of(json);
    std::string id = json.at("id").get<std::string>();
    require(id == content_.sweep.candidate_id(candidate.config, candidate.kernel),
            ErrorCode::invalid_argument, "the id is not the candidate's");
    const auto [known, is_new] = index_.emplace(id, content_.candidates.size());
    if (is_new) {
      content_.candidates.push_back({std::move(id), std::move(candidate)});
      content_.ended.reset();  // it went on
    } else {  // it failed in the finals
      content_.candidates[known->second].result = std::move(candidate);
    }
  }

  JournalContent& content_;
  std::map<std::string, std::size_t> index_;  // of candidates, by id
};

}  // namespace

RoundCount FinalRecord::rounds() const {
  RoundCount count;
  for (const Finalist& finalist : finalists) count.add(finalist.rounds_ms);
  count.add(twin_rounds_ms);
  count.add(dense_rounds_ms);
  return count;
}

bool FinalRecord::is_disturbed(const Finalist& finalist) const {
  return finalist.disturbed || dense_disturbed || rbgp::is_disturbed(finalist.rounds_ms) ||
         rbgp::is_disturbed(dense_rounds_ms);
}

std::string candidate_line(const CandidateResult& candidate, const std::string& id) {
  Json json = {{"kind", "candidate"},
               {"id", id},
               {"config", candidate.config.to_string()},
               {"family", candidate.kernel.family},
               {"tunables", candidate.kernel.tunables},
               {"ok", candidate.ok},
               {"failure_kind", to_string(candidate.kind)},
               {"failure", candidate.failure},
               {"code", candidate.code}};
  if (!candidate.disturbance.empty()) json["disturbance"] = candidate.disturbance;
  if (candidate.at_power_limit) json["at_power_limit"] = true;
  // JSON has no NaN and no infinity: a wrong product's error is written as null.
  visit_measured(candidate, [&](const char* name, double value) { json[name] = value; });
  return line_of(json);
}

std::string final_line(const FinalRecord& record) {
  Json finalists = Json::array();
  for (const FinalRecord::Finalist& finalist : record.finalists) {
    finalists.push_back({{"id", finalist.id}, {"rounds_ms", finalist.rounds_ms}});
    if (finalist.disturbed) finalists.back()["disturbed"] = true;
  }
  Json json = {{"kind", "final"},
               {"finalists", std::move(finalists)},
               {"twin_rounds_ms", record.twin_rounds_ms},
               {"noise_floor", record.noise_floor},
               {"dense_rounds_ms", record.dense_rounds_ms},
               {"dense_library", record.dense_library},
               {"winner", record.winner}};
  if (record.dense_disturbed) json["dense_disturbed"] = true;
  return line_of(json);
}

std::string ceilings_line(const DeviceCeilings& ceilings) {
  Json json = {{"kind", "ceilings"}, {"bytes_per_ms", ceilings.bytes_per_ms}};
  const auto add = [&](const char* name, double value) {
    if (value > 0) json[name] = value;
  };
  add("multiply_adds_per_ms", ceilings.multiply_adds_per_ms);
  add("vector_multiply_adds_per_ms", ceilings.vector_multiply_adds_per_ms);
  add("empty_ms", ceilings.empty_ms);
  return line_of(json);
}

std::string known_line(std::span<const Candidate> known) {
  Json candidates = Json::array();
  for (const Candidate& each : known)
    candidates.push_back({{"config", each.config.to_string()},
                          {"family", each.kernel.family},
                          {"tunables", each.kernel.tunables}});
  return line_of({{"kind", "known"}, {"candidates", std::move(candidates)}});
}

std::string note_line(std::string_view text) { return line_of({{"kind", "note"}, {"text", text}}); }

std::string end_line(SearchEnd end) {
  return line_of({{"kind", "end"}, {"search", to_string(end)}});
}

std::string unfinished_note(const Shard& shard, const std::optional<SearchEnd>& end) {
  if (end == SearchEnd::space || end == SearchEnd::count) return {};
  return fmt::format("{}{}{}{}", kShard, to_string(shard), kUnfinished,
                     end ? describe(*end) : "its tuner was killed, or is at work");
}

std::string unfinished_shard(std::string_view note) {
  const std::size_t end = note.find(kUnfinished);
  if (end == note.npos || !note.starts_with(kShard)) return {};
  return std::string(note.substr(kShard.size(), end - kShard.size()));
}

JournalContent JournalContent::parse(std::string_view text, std::string_view name) {
  JournalContent content;
  Reader reader(content);
  for (std::size_t end = 0; (end = text.find('\n', content.bytes)) != text.npos;
       content.bytes = end + 1) {
    const std::string_view line = text.substr(content.bytes, end - content.bytes);
    ++content.lines;
    try {
      if (content.lines == 1)
        content.sweep = SweepIdentity::parse(line);
      else
        reader.read(line);
    } catch (const Json::exception& error) {
      fail(ErrorCode::invalid_argument, "{}: line {}: {}", name, content.lines,
           json_problem(error));
    } catch (const std::exception& error) {
      if (content.lines == 1) fail(ErrorCode::invalid_argument, "{}: {}", name, error.what());
      fail(ErrorCode::invalid_argument, "{}: line {}: {}", name, content.lines, error.what());
    }
  }
  require(content.lines > 0, ErrorCode::invalid_argument, "{}: {}", name,
          text.empty() ? "it is empty" : "it is no journal of rbgp tune");
  if (content.ended == SearchEnd::space)
    std::erase_if(content.notes,
                  [](const std::string& note) { return !unfinished_shard(note).empty(); });
  return content;
}

}  // namespace rbgp
