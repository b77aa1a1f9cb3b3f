// A shared library opened at run time.
//
// The CUDA driver and NVRTC are opened this way, so that one binary starts on machines with and
// without them.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace rbgp::runtime {

// Owns one dlopen handle and closes it when destroyed: functions taken from the library must not
// outlive it. Movable, not copyable. Looking symbols up is thread-safe.
class DynamicLibrary {
 public:
  // Opens the first of `names` (file names or paths) that opens, with its symbols kept local.
  // Errors: load_failed with the loader's reason for every name.
  static DynamicLibrary open(std::span<const std::string> names);

  // The same, but nothing where none opens; then `reason`, unless null, says why in one line.
  static std::optional<DynamicLibrary> try_open(std::span<const std::string> names,
                                                std::string* reason = nullptr);

  DynamicLibrary(DynamicLibrary&& other) noexcept;
  DynamicLibrary& operator=(DynamicLibrary&& other) noexcept;
  ~DynamicLibrary();

  // The function `name` as a pointer of type Fn. Errors: load_failed where it is missing.
  template <typename Fn>
  Fn symbol(const char* name) const {
    return reinterpret_cast<Fn>(required_address(name));
  }

  // The same, but null where it is missing.
  template <typename Fn>
  Fn find_symbol(const char* name) const noexcept {
    return reinterpret_cast<Fn>(address(name));
  }

  // The file that the loader took, with symbolic links resolved.
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit DynamicLibrary(void* handle);
  void* address(const char* name) const noexcept;
  void* required_address(const char* name) const;

  void* handle_ = nullptr;
  std::filesystem::path path_;
};

}  // namespace rbgp::runtime
