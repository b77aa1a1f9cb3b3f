// The one exception type of the library, and the checks that throw it.
//
// The library never prints, aborts or exits: whatever goes wrong reaches the caller as rbgp::Error.
// Its message is one line that says what to do; a longer text (a compiler log, say) is its detail.
#pragma once

#include <fmt/format.h>

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace rbgp {

enum class ErrorCode {
  invalid_argument,  // the caller's input is wrong: the message names field, value and what is allowed
  unsupported,  // this build, machine or device cannot do it
  compile_failed,  // NVRTC or LLVM refused the source: detail() holds its log
  load_failed,  // a compiled kernel, or a library opened at run time, does not load
  launch_failed,  // the device refused or reported an error
  device_fault,  // a kernel did what no kernel may: its CUDA context is lost to this process
  out_of_memory,  // the host or the device has not enough
  exhausted,  // the system has no more of what is needed: space on a disk, processes, open files
  io,  // a file cannot be read or written
  internal,  // a defect of this library
};

// The code's name as written in messages, journals and JSON ("invalid_argument").
std::string_view to_string(ErrorCode code);

// Of a failed system call: exhausted where its number says so, else io.
ErrorCode code_of_errno(int error_number);

class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, std::string detail = {},
        std::source_location where = std::source_location::current())
      : std::runtime_error(message), code_(code), detail_(std::move(detail)), where_(where) {}

  ErrorCode code() const noexcept { return code_; }
  const std::string& detail() const noexcept { return detail_; }
  const std::source_location& where() const noexcept { return where_; }

 private:
  ErrorCode code_;
  std::string detail_;
  std::source_location where_;
};

// A format string that remembers where it was written, so that a failed check names its caller.
template <typename... Args>
struct LocatedFormat {
  template <typename Text>
  // Implicit, so that a check reads like fmt::format.
  consteval LocatedFormat(const Text& text,
                          std::source_location location = std::source_location::current())
      : format(text), where(location) {}

  fmt::format_string<Args...> format;
  std::source_location where;
};

// Throws Error with a formatted one-line message.
template <typename... Args>
[[noreturn]] void fail(ErrorCode code, LocatedFormat<std::type_identity_t<Args>...> message,
                       Args&&... args) {
  throw Error(code, fmt::format(message.format, std::forward<Args>(args)...), {}, message.where);
}

// Throws Error unless the condition holds; the message is formatted only then.
template <typename... Args>
void require(bool condition, ErrorCode code, LocatedFormat<std::type_identity_t<Args>...> message,
             Args&&... args) {
  if (!condition) fail<Args...>(code, message, std::forward<Args>(args)...);
}

}  // namespace rbgp
