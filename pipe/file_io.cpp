#include <pipe/file_io.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <rbgp/error.hpp>

namespace rbgp {

std::string read_whole(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  if (stream) content << stream.rdbuf();
  require(stream && !stream.bad() && !std::filesystem::is_directory(file), ErrorCode::io,
          "{}: cannot be read: {}", file.string(),
          std::filesystem::is_directory(file) ? "it is a folder" : std::strerror(errno));
  return std::move(content).str();
}

void write_whole(const std::filesystem::path& file, std::string_view content) {
  const std::string temporary = fmt::format("{}.{}.tmp", file.string(), getpid());
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  require(descriptor >= 0, ErrorCode::io, "{}: cannot be written: {}", file.string(),
          std::strerror(errno));
  bool written = true;
  for (std::size_t done = 0; written && done < content.size();) {
    const ssize_t count = write(descriptor, content.data() + done, content.size() - done);
    if (count < 0 && errno == EINTR) continue;
    written = count > 0;
    if (written) done += static_cast<std::size_t>(count);
  }
  written = written && fsync(descriptor) == 0;
  int reason = errno;
  written = close(descriptor) == 0 && written;
  if (written && rename(temporary.c_str(), file.c_str()) == 0) return;
  if (written) reason = errno;
  unlink(temporary.c_str());
  fail(ErrorCode::io, "{}: cannot be written: {}", file.string(), std::strerror(reason));
}

}  // namespace rbgp
