#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <random>
#include <system_error>

#include <pipe/output_file.hpp>
#include <rbgp/error.hpp>

namespace rbgp {
namespace fs = std::filesystem;

std::string unlike_any() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

OutputFile::OutputFile(const fs::path& target) : shown_(target), target_(target) {
  std::error_code error;
  const fs::file_status status = fs::status(target_, error);
  if (fs::exists(status)) {
    require(fs::is_regular_file(status), ErrorCode::io,
            "{}: cannot be written: it exists and is not a regular file", shown_.string());
    target_ = fs::canonical(target_, error);
    if (error) fail_with(error.value());
  }
  require(target_.has_filename(), ErrorCode::io, "'{}' names no file to write", shown_.string());
  temporary_ = target_;
  temporary_.replace_filename(fmt::format(".{}.{}.part", target_.filename().string(), unlike_any()));
  descriptor_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail_with(errno);
}

OutputFile::~OutputFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(temporary_.c_str());
}

void OutputFile::fail_with(int error_number) const {
  fail(code_of_errno(error_number), "{}: cannot be written: {}", shown_.string(),
       std::generic_category().message(error_number));
}

void OutputFile::write(const void* data, std::size_t bytes) {
  const auto* next = static_cast<const std::uint8_t*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(descriptor_, next, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_with(errno);
    next += written;
    bytes -= static_cast<std::size_t>(written);
  }
}

void OutputFile::commit() {
  // A full disk may be reported only here.
  if (fsync(descriptor_) != 0) fail_with(errno);
  if (rename(temporary_.c_str(), target_.c_str()) != 0) fail_with(errno);
  close(descriptor_);
  descriptor_ = -1;
}

void OutputFile::require_writable(const fs::path& target) { const OutputFile probe(target); }

}  // namespace rbgp
