#include <rbgp/wisdom.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include <generator/cuda_source.hpp>
#include <pipe/file_io.hpp>
#include <pipe/json_problem.hpp>
#include <rbgp/error.hpp>
#include <runtime/disk_cache.hpp>
#include <tuner/journal_lines.hpp>
#include <tuner/line_file.hpp>

namespace rbgp {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// What a preference goes by.
CandidateResult as_candidate(const Plan& plan) {
  return {.config = plan.spec.pattern.config(),
          .kernel = plan.spec.kernel,
          .ok = true,
          .median_ms = plan.median_ms,
          .spectral_gap = plan.spec.pattern.spectral_gap()};
}

constexpr int kVersion = 1;

std::string header_line() { return Json{{"kind", "wisdom"}, {"version", kVersion}}.dump(); }

std::string entry_line(const WisdomEntry& entry) {
  const Json json = {{"kind", "entry"},
                     {"generator", entry.generator_version},
                     {"prefer", to_string(entry.prefer)},
                     {"timing", entry.cold ? "cold" : "warm"},
                     {"plan", Json::parse(entry.plan.to_json())}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

WisdomEntry entry_of(const Json& json) {
  WisdomEntry entry{.plan = Plan::from_json(json.at("plan").dump()),
                    .prefer = parse_preference(json.at("prefer").get<std::string>()),
                    .cold = json.at("timing") == "cold",
                    .generator_version = json.at("generator").get<int>()};
  require(entry.plan.median_ms > 0, ErrorCode::invalid_argument, "its plan has no time");
  return entry;
}

bool is_wisdom_header(std::string_view line, std::string_view name) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("kind") || json.at("kind") != "wisdom") return false;
  require(json.contains("version") && json.at("version") == kVersion, ErrorCode::invalid_argument,
          "{}: wisdom of version {}; this build reads version {}", name,
          json.contains("version") ? json.at("version").dump() : "none", kVersion);
  return true;
}

// Adds the entries of a file; the number of bytes of its whole lines.
std::size_t read_lines(std::string_view text, std::string_view name, Wisdom& wisdom) {
  std::size_t bytes = 0;
  std::size_t lines = 0;
  for (std::size_t end = 0; (end = text.find('\n', bytes)) != text.npos; bytes = end + 1) {
    const std::string_view line = text.substr(bytes, end - bytes);
    if (++lines == 1) {
      require(is_wisdom_header(line, name), ErrorCode::invalid_argument,
              "{}: it is no wisdom of rbgp tune", name);
      continue;
    }
    try {
      const Json json = Json::parse(line);
      if (json.at("kind") == "entry") wisdom.add(entry_of(json));
    } catch (const Json::exception& error) {
      fail(ErrorCode::invalid_argument, "{}: line {}: {}", name, lines, json_problem(error));
    } catch (const Error& error) {
      fail(ErrorCode::invalid_argument, "{}: line {}: {}", name, lines, error.what());
    }
  }
  const bool is_torn_header =
      lines > 0 || header_line().substr(0, text.size()) == text.substr(0, header_line().size());
  require(is_torn_header, ErrorCode::invalid_argument, "{}: it is no wisdom of rbgp tune", name);
  return bytes;
}

// Of the finalists the fastest: a journal does not say what its winner was preferred for.
WisdomEntry entry_of(const JournalContent& journal, const std::string& name) {
  const SweepIdentity& sweep = journal.sweep;
  // One that was resumed and then interrupted has an end behind it all the same.
  const auto last = std::find_if(journal.finals.rbegin(), journal.finals.rend(),
                                 [](const FinalRecord& each) { return !each.finalists.empty(); });
  require(last != journal.finals.rend(), ErrorCode::invalid_argument,
          "{}: the sweep did not come to its end; resume it", name);
  require(sweep.graphs.empty(), ErrorCode::invalid_argument,
          "{}: the sweep is of graphs that its journal does not hold", name);
  const FinalRecord& record = *last;
  const auto time_of = [](const FinalRecord::Finalist& finalist) {
    return steady_median(finalist.rounds_ms);
  };
  const auto best =
      std::min_element(record.finalists.begin(), record.finalists.end(),
                       [&](const auto& a, const auto& b) { return time_of(a) < time_of(b); });
  require(!record.is_disturbed(*best), ErrorCode::invalid_argument,
          "{}: the machine was too busy in the sweep's finals; tune again to have them run again",
          name);
  const auto found = std::find_if(journal.candidates.begin(), journal.candidates.end(),
                                  [&](const auto& entry) { return entry.id == best->id; });
  require(found != journal.candidates.end() && found->result.ok, ErrorCode::invalid_argument,
          "{}: finalist {} is not among its candidates, or failed later", name, best->id);
  return {.plan = {.spec = {sweep.problem, Rbgp4Pattern::sample(found->result.config, sweep.seed),
                            found->result.kernel},
                   .seed = sweep.seed,
                   .device = sweep.device,
                   .median_ms = time_of(*best),
                   .dense_ms = steady_median(record.dense_rounds_ms),
                   .dense_library = record.dense_library},
          .cold = sweep.cold,
          .generator_version = sweep.generator_version};
}

}  // namespace

std::string WisdomEntry::key() const {
  const DeviceProperties& device = plan.device;
  return fmt::format("{} {} {} {}, {}, {:.9g} dense, {}, {}, generator {}", to_string(device.kind),
                     device.name, device.arch, device.compute_units, plan.spec.problem.to_string(),
                     plan.spec.pattern.config().density(), to_string(prefer),
                     cold ? "cold" : "warm", generator_version);
}

bool WisdomEntry::is_of_this_generator() const { return generator_version == kGeneratorVersion; }

bool WisdomEntry::is_for(const DeviceProperties& here) const {
  const DeviceProperties& there = plan.device;
  const bool any_chip = here.name == here.arch;
  return there.kind == here.kind && there.arch == here.arch &&
         (any_chip || (there.name == here.name && there.compute_units == here.compute_units));
}

WisdomEntry wisdom_of(const TuneRequest& request, const TuneResult& result) {
  return {.plan = result.plan,
          .prefer = request.prefer,
          .cold = request.cold,
          .generator_version = kGeneratorVersion};
}

std::optional<fs::path> Wisdom::default_file() {
  const auto folder = runtime::DiskCache::default_directory();
  if (!folder) return std::nullopt;
  return *folder / "wisdom.jsonl";
}

Wisdom Wisdom::load(std::span<const fs::path> files) {
  Wisdom wisdom;
  std::error_code unreachable;
  for (const fs::path& file : files)
    if (fs::exists(file, unreachable)) read_lines(read_whole(file), file.string(), wisdom);
  return wisdom;
}

Wisdom Wisdom::import(const fs::path& file) {
  const std::string text = read_whole(file);
  const std::string name = file.string();
  Wisdom wisdom;
  if (text.starts_with(kHeaderStart))
    wisdom.add(entry_of(JournalContent::parse(text, name), name));
  else
    read_lines(text, name, wisdom);
  return wisdom;
}

bool Wisdom::add(WisdomEntry entry) {
  std::string key = entry.key();
  const auto found = entries_.find(key);
  if (found != entries_.end()) {
    const std::array both = {as_candidate(found->second.plan), as_candidate(entry.plan)};
    if (preferred_candidate(both, entry.prefer, 0) == 0) return false;
  }
  entries_.insert_or_assign(std::move(key), std::move(entry));
  return true;
}

std::vector<const WisdomEntry*> Wisdom::entries() const {
  std::vector<const WisdomEntry*> all;
  for (const auto& [key, entry] : entries_) all.push_back(&entry);
  return all;
}

void Wisdom::write(const fs::path& file) const {
  std::string text = header_line() + "\n";
  for (const auto& [key, entry] : entries_) text += entry_line(entry) + "\n";
  write_whole(file, text);
}

std::size_t Wisdom::save_into(const fs::path& file) const {
  LineFile lines(file, "wisdom", LineFile::Busy::wait);
  Wisdom known;
  const std::size_t whole = read_lines(lines.read(), file.string(), known);
  lines.cut(whole);
  if (whole == 0) {
    lines.append(header_line());
    lines.sync_folder();
  }
  std::size_t added = 0;
  for (const auto& [key, entry] : entries_) {
    if (!known.add(entry)) continue;
    lines.append(entry_line(entry));
    ++added;
  }
  return added;
}

}  // namespace rbgp
