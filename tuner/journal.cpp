#include <tuner/journal.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <rbgp/error.hpp>

namespace rbgp {
namespace {

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
void Journal::resume(std::string_view text) {
  const std::string difference = sweep_.difference(text.substr(0, text.find('\n')));
  require(difference.empty(), ErrorCode::invalid_argument, "{}: {}; name another file",
          file_.string(), difference);
  JournalContent content = JournalContent::parse(text, file_.string());
  for (JournalContent::Entry& entry : content.candidates) {
    index_.emplace(std::move(entry.id), known_.size());
    known_.push_back(std::move(entry.result));
  }
  bytes_ = content.bytes;
  const std::size_t torn = text.size() - bytes_;
  if (torn > 0) cut(bytes_);
  note(fmt::format("resumed at line {} with {} candidates{}", content.lines + 1, known_.size(),
                   torn > 0 ? fmt::format("; cut off {} bytes of a torn line", torn) : ""));
}

const CandidateResult* Journal::find(const Rbgp4Config& config, const KernelConfig& kernel) const {
  const auto found = index_.find(sweep_.candidate_id(config, kernel));
  return found != index_.end() ? &known_[found->second] : nullptr;
}

void Journal::add(const CandidateResult& candidate) {
  append(candidate_line(candidate, id(candidate)));
}

void Journal::add(const FinalRecord& record) { append(final_line(record)); }

void Journal::add(const DeviceCeilings& ceilings) { append(ceilings_line(ceilings)); }

void Journal::note(std::string_view text) { append(note_line(text)); }

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
