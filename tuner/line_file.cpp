#include <tuner/line_file.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <rbgp/error.hpp>

namespace rbgp {

LineFile::LineFile(const std::filesystem::path& file, std::string_view name, Busy busy)
    : file_(file), name_(name) {
  // Another file may have been put in its place between opening it and locking it.
  for (;;) {
    descriptor_ = open_locked(busy);
    if (is_still_there(descriptor_)) return;
    ::close(descriptor_);
  }
}

LineFile::~LineFile() { ::close(descriptor_); }

void LineFile::fail_with(std::string_view what, int error_number) const {
  fail(code_of_errno(error_number), "{}: the {} cannot be {}: {}", file_.string(), name_, what,
       std::generic_category().message(error_number));
}

int LineFile::open_locked(Busy busy) const {
  // Non-blocking: a FIFO of that name must not stop the program.
  const int opened =
      ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
  if (opened < 0) fail_with("opened", errno);
  try {
    struct stat status{};
    if (::fstat(opened, &status) != 0) fail_with("opened", errno);
    require(S_ISREG(status.st_mode), ErrorCode::io, "{}: a {} has to be a regular file",
            file_.string(), name_);
    int result = 0;
    do {
      result = ::flock(opened, LOCK_EX | (busy == Busy::refuse ? LOCK_NB : 0));
    } while (result != 0 && errno == EINTR);
    require(result == 0 || errno != EWOULDBLOCK, ErrorCode::io,
            "{}: another rbgp tune is writing this {}; wait for it or name another file",
            file_.string(), name_);
    if (result != 0) fail_with("locked", errno);
  } catch (...) {
    ::close(opened);
    throw;
  }
  return opened;
}

bool LineFile::is_still_there(int descriptor) const {
  struct stat opened{}, named{};
  return ::fstat(descriptor, &opened) == 0 && ::stat(file_.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

std::string LineFile::read() const {
  std::string content;
  std::string block(1 << 16, '\0');
  for (;;) {
    const ssize_t count =
        ::pread(descriptor_, block.data(), block.size(), static_cast<off_t>(content.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_with("read", errno);
    if (count == 0) return content;
    content.append(block, 0, static_cast<std::size_t>(count));
  }
}

void LineFile::cut(std::size_t bytes) {
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0)
    fail_with("cut to its last whole line", errno);
  bytes_ = bytes;
}

void LineFile::append(std::string line) {
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
  fail_with("written", reason);
}

void LineFile::sync_folder() const {
  const auto folder = std::filesystem::absolute(file_).parent_path();
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return;
  ::fsync(opened);
  ::close(opened);
}

}  // namespace rbgp
