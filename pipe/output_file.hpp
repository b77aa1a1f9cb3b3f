// A file that appears complete or not at all: written under a temporary name beside its target and
// renamed when it is done.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace rbgp {

// For temporary names: process numbers come again, and other machines may share the folder.
std::string unlike_any();

class OutputFile {
 public:
  // Errors: io where the file cannot be created there.
  explicit OutputFile(const std::filesystem::path& target);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();  // removes the temporary file unless committed

  // Errors: io; exhausted where the disk is full.
  void write(const void* data, std::size_t bytes);
  void commit();

  // Throws what creating the target would throw, so that hours of work are not lost at its end.
  static void require_writable(const std::filesystem::path& target);

 private:
  [[noreturn]] void fail_with(int error_number) const;

  std::filesystem::path shown_;   // as the user wrote it
  std::filesystem::path target_;  // with links followed: a rename would replace the link
  std::filesystem::path temporary_;
  int descriptor_ = -1;
};

}  // namespace rbgp
