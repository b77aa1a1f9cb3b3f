#include "runtime/dynamic_library.hpp"

#include <dlfcn.h>
#include <link.h>

#include <rbgp/error.hpp>

#include <system_error>
#include <utility>

namespace rbgp::runtime {

namespace {

std::filesystem::path loaded_file(void* handle) {
  link_map* map = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, static_cast<void*>(&map)) != 0 || map == nullptr) return {};
  std::error_code failed;
  const std::filesystem::path resolved = std::filesystem::canonical(map->l_name, failed);
  return failed ? std::filesystem::path(map->l_name) : resolved;
}

}  // namespace

std::optional<DynamicLibrary> DynamicLibrary::try_open(std::span<const std::string> names,
                                                       std::string* reason) {
  std::string why;
  for (const std::string& name : names) {
    // Local: two versions of a library (a wheel's and the toolkit's) must not answer for each other.
    if (void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) return DynamicLibrary(handle);
    const char* error = dlerror();
    if (!why.empty()) why += "; ";
    why += error != nullptr ? std::string(error) : name + " does not open";
  }
  if (reason != nullptr) *reason = why.empty() ? "no library name given" : why;
  return std::nullopt;
}

DynamicLibrary DynamicLibrary::open(std::span<const std::string> names) {
  std::string reason;
  std::optional<DynamicLibrary> library = try_open(names, &reason);
  if (!library) fail(ErrorCode::load_failed, "no library opens: {}", reason);
  return std::move(*library);
}

DynamicLibrary::DynamicLibrary(void* handle) : handle_(handle), path_(loaded_file(handle)) {}

DynamicLibrary::DynamicLibrary(DynamicLibrary&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), path_(std::move(other.path_)) {}

DynamicLibrary& DynamicLibrary::operator=(DynamicLibrary&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(path_, other.path_);
  return *this;
}

DynamicLibrary::~DynamicLibrary() {
  if (handle_ != nullptr) dlclose(handle_);
}

void* DynamicLibrary::address(const char* name) const noexcept { return dlsym(handle_, name); }

void* DynamicLibrary::required_address(const char* name) const {
  void* found = address(name);
  require(found != nullptr, ErrorCode::load_failed, "{} has no function {}: it is too old",
          path_.string(), name);
  return found;
}

}  // namespace rbgp::runtime
