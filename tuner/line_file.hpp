// A file of lines that grows at its end, one process at a time, and keeps every whole line whatever ends the
// process: journals and wisdom.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace rbgp {

// Open and locked against other processes until it is destroyed. Not thread-safe.
class LineFile {
 public:
  enum class Busy { refuse, wait };  // where another process has the file

  // Creates the file where it is missing. `name` is what error messages call it ("journal").
  // Errors: io where it cannot be opened or is no regular file, or, with `refuse`, another process has it.
  LineFile(const std::filesystem::path& file, std::string_view name, Busy busy);
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  // Everything in it. Errors: io.
  std::string read() const;
  // Cuts off what follows the first `bytes`, a torn line say; lines are appended there. Errors: io.
  void cut(std::size_t bytes);
  // Adds a line, given without its end, which is on the disk when the call returns. Errors: io, exhausted; then the
  // file ends as it did before the call. cut() comes before the first append.
  void append(std::string line);
  // A new file is on the disk only when its folder is.
  void sync_folder() const;

 private:
  int open_locked(Busy busy) const;
  bool is_still_there(int descriptor) const;
  [[noreturn]] void fail_with(std::string_view what, int error_number) const;

  std::filesystem::path file_;
  std::string name_;
  int descriptor_ = -1;
  std::size_t bytes_ = 0;  // of whole lines
};

}  // namespace rbgp
