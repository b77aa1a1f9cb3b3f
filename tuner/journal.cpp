#include <tuner/journal.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <limits>
#include <system_error>

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
  // JSON has no NaN and no infinity: a wrong product's error is written as null.
  visit_measured(candidate, [&](const char* name, double value) { json[name] = value; });
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

CandidateResult candidate_of(const Json& json) {
  CandidateResult candidate{.config = Rbgp4Config::parse(json.at("config").get<std::string>()),
                            .kernel = {json.at("family").get<std::string>(), json.at("tunables")},
                            .ok = json.at("ok").get<bool>(),
                            .failure = json.at("failure").get<std::string>(),
                            .kind = parse_failure_kind(json.at("failure_kind").get<std::string>()),
                            .code = json.at("code").get<std::string>()};
  visit_measured(candidate, [&](const char* name, double& value) {
    const Json& field = json.at(name);
    value = field.is_null() ? std::numeric_limits<double>::quiet_NaN() : field.get<double>();
  });
  return candidate;
}

// Whether a file without a line end holds the beginning of a header, and not something of the user's.
bool is_torn_header(std::string_view content) {
  return content.substr(0, kHeaderStart.size()) == kHeaderStart.substr(0, content.size());
}

}  // namespace

Journal::Journal(const std::filesystem::path& file, const SweepIdentity& sweep)
    : file_(file), sweep_(sweep) {
  try {
    open_locked();
    const std::string content = read_all();
    if (content.find('\n') != std::string::npos) {
      resume(content);
      return;
    }
    require(is_torn_header(content), ErrorCode::invalid_argument,
            "{}: it is no journal of rbgp tune; name another file", file_.string());
    if (!content.empty()) cut(0);
    append(sweep_.header_line());
    // A new file is on the disk only when its folder is.
    const auto folder = std::filesystem::absolute(file_).parent_path();
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened >= 0) {
      ::fsync(opened);
      ::close(opened);
    }
  } catch (...) {
    if (descriptor_ >= 0) ::close(descriptor_);
    throw;
  }
}

Journal::~Journal() { ::close(descriptor_); }

void Journal::fail_with(std::string_view what, int error_number) const {
  fail(ErrorCode::io, "{}: {}: {}", file_.string(), what,
       std::generic_category().message(error_number));
}

void Journal::open_locked() {
  // Non-blocking: a FIFO of that name must not stop the program.
  descriptor_ =
      ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
  if (descriptor_ < 0) fail_with("the journal cannot be opened", errno);
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) fail_with("the journal cannot be opened", errno);
  require(S_ISREG(status.st_mode), ErrorCode::io, "{}: a journal has to be a regular file",
          file_.string());
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  require(errno != EWOULDBLOCK, ErrorCode::io,
          "{}: another rbgp tune is writing this journal; wait for it or name another file",
          file_.string());
  fail_with("the journal cannot be locked", errno);
}

std::string Journal::read_all() const {
  std::string content;
  std::string block(1 << 16, '\0');
  for (;;) {
    const ssize_t count =
        ::pread(descriptor_, block.data(), block.size(), static_cast<off_t>(content.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_with("the journal cannot be read", errno);
    if (count == 0) return content;
    content.append(block, 0, static_cast<std::size_t>(count));
  }
}

// Everything is read before anything is changed: what is no journal of this sweep stays as it is.
void Journal::resume(std::string_view content) {
  std::size_t lines = 0;
  for (std::size_t end = 0; (end = content.find('\n', bytes_)) != content.npos; bytes_ = end + 1)
    read_line(content.substr(bytes_, end - bytes_), ++lines);
  const std::size_t torn = content.size() - bytes_;
  if (torn > 0) cut(bytes_);
  note(fmt::format("resumed at line {} with {} candidates{}", lines + 1, known_.size(),
                   torn > 0 ? fmt::format("; cut off {} bytes of a torn line", torn) : ""));
}

void Journal::read_line(std::string_view line, std::size_t number) {
  if (number == 1) {
    const std::string difference = sweep_.difference(line);
    require(difference.empty(), ErrorCode::invalid_argument, "{}: {}; name another file",
            file_.string(), difference);
    return;
  }
  try {
    const Json json = Json::parse(line);
    if (json.at("kind") != "candidate") return;
    CandidateResult candidate = candidate_of(json);
    const std::string its_id = json.at("id").get<std::string>();
    require(its_id == id(candidate), ErrorCode::invalid_argument, "the id is not the candidate's");
    if (index_.emplace(its_id, known_.size()).second) known_.push_back(std::move(candidate));
  } catch (const Json::exception& error) {
    fail(ErrorCode::invalid_argument, "{}: line {}: {}", file_.string(), number, error.what());
  } catch (const Error& error) {
    fail(ErrorCode::invalid_argument, "{}: line {}: {}", file_.string(), number, error.what());
  }
}

const CandidateResult* Journal::find(const Rbgp4Config& config, const KernelConfig& kernel) const {
  const auto found = index_.find(sweep_.candidate_id(config, kernel));
  return found != index_.end() ? &known_[found->second] : nullptr;
}

void Journal::add(const CandidateResult& candidate) {
  append(candidate_line(candidate, id(candidate)));
}

void Journal::add(const FinalRecord& record) {
  Json finalists = Json::array();
  for (const FinalRecord::Finalist& finalist : record.finalists)
    finalists.push_back({{"id", finalist.id}, {"rounds_ms", finalist.rounds_ms}});
  const Json json = {{"kind", "final"},
                     {"finalists", std::move(finalists)},
                     {"twin_rounds_ms", record.twin_rounds_ms},
                     {"noise_floor", record.noise_floor},
                     {"dense_rounds_ms", record.dense_rounds_ms},
                     {"dense_library", record.dense_library},
                     {"winner", record.winner}};
  append(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Journal::note(std::string_view text) {
  const Json json = {{"kind", "note"}, {"text", text}};
  append(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Journal::append(std::string line) {
  line += '\n';
  ssize_t count = 0;
  std::size_t written = 0;
  // One call, unless a signal or a full disk makes it short: the next one says which.
  while (written < line.size()) {
    count = ::write(descriptor_, line.data() + written, line.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
  }
  if (count > 0 && ::fdatasync(descriptor_) == 0) {
    bytes_ += line.size();
    return;
  }
  const int reason = count == 0 ? ENOSPC : errno;
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes_)) != 0) {
    // Then the next run cuts the torn line off.
  }
  fail_with("the journal cannot be written", reason);
}

void Journal::cut(std::size_t bytes) {
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0)
    fail_with("the journal cannot be cut to its last whole line", errno);
}

}  // namespace rbgp
