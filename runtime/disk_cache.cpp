#include "runtime/disk_cache.hpp"

#include "runtime/cache_file.hpp"

#include <rbgp/error.hpp>

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <system_error>

namespace rbgp::runtime {

namespace {

namespace fs = std::filesystem;

void initialize_sodium() {
  static const bool ready = sodium_init() >= 0;
  require(ready, ErrorCode::internal, "libsodium does not start");
}

// Makes the folder where it is missing; why it cannot serve as a cache, or an empty text. Code is
// loaded from it, so nobody but its user may be able to write there.
std::string prepare(const fs::path& directory) {
  std::error_code failed;
  fs::create_directories(directory.parent_path(), failed);
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    return fmt::format("cannot create {}: {}", directory.string(),
                       std::generic_category().message(errno));
  struct stat status{};
  if (::stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
    return fmt::format("{} is not a folder", directory.string());
  if (status.st_uid != ::geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return fmt::format("{} can be written by others: chown and chmod 700 it", directory.string());
  return {};
}

struct CachedFile {
  fs::path path;
  std::uint64_t bytes = 0;
  fs::file_time_type used;
};

// All entries of the folder. Temporary files that a stopped process left behind are deleted.
std::vector<CachedFile> list_entries(const fs::path& directory) {
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
  std::vector<CachedFile> found;
  std::error_code failed;
  for (fs::directory_iterator at(directory, failed), end; !failed && at != end;
       at.increment(failed)) {
    // Another process may delete a file between the listing and these questions.
    std::error_code gone;
    CachedFile file{.path = at->path(), .bytes = at->file_size(gone), .used = {}};
    if (gone) continue;
    file.used = at->last_write_time(gone);
    if (gone) continue;
    if (file.path.extension() == kCacheSuffix)
      found.push_back(std::move(file));
    else if (file.path.filename().string().starts_with(kCacheTemporary) && file.used < long_ago)
      fs::remove(file.path, gone);
  }
  return found;
}

}  // namespace

std::string cache_key(std::span<const std::string> inputs) {
  initialize_sodium();
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (const std::string& input : inputs) {
    const std::uint64_t size = input.size();
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(&size), sizeof(size));
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(input.data()), size);
  }
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256_final(&state, digest.data());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> text;
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  return text.data();
}

DiskCache::DiskCache(fs::path directory, std::uint64_t max_bytes)
    : directory_(std::move(directory)), max_bytes_(max_bytes), written_bytes_(max_bytes) {
  initialize_sodium();
  problem_ = prepare(directory_);
  usable_ = problem_.empty();
}

std::optional<fs::path> DiskCache::default_directory() {
  if (const char* chosen = std::getenv("RBGP_CACHE_DIR"); chosen != nullptr)
    return *chosen != '\0' ? std::optional(fs::path(chosen)) : std::nullopt;
  // The XDG rules: a relative path is to be ignored.
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
    return fs::path(cache) / "rbgp";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
    return fs::path(home) / ".cache" / "rbgp";
  return std::nullopt;
}

DiskCache* DiskCache::shared() {
  static DiskCache* const cache = [] {
    const std::optional<fs::path> directory = default_directory();
    return directory ? new DiskCache(*directory) : nullptr;
  }();
  return cache;
}

fs::path DiskCache::file(const std::string& key) const { return directory_ / (key + kCacheSuffix); }

std::optional<CacheEntry> DiskCache::find(const std::string& key) {
  CacheEntry entry;
  const CacheRead read = usable_ ? read_cache_file(file(key), key, entry) : CacheRead::absent;
  if (read == CacheRead::good) {
    ++hits_;
    return entry;
  }
  ++misses_;
  if (read == CacheRead::bad) {
    ++discarded_;
    std::error_code failed;
    fs::remove(file(key), failed);
  }
  return std::nullopt;
}

bool DiskCache::store(const std::string& key, const CacheEntry& entry) {
  if (!usable_) return false;
  const std::uint64_t bytes = cache_file_bytes(entry);
  if (bytes > max_bytes_) {
    set_problem(
        fmt::format("an entry of {} bytes is larger than the cache ({})", bytes, max_bytes_));
    return false;
  }
  std::string problem = write_cache_file(file(key), key, entry);
  const bool stored = problem.empty();
  set_problem(std::move(problem));
  if (!stored) return false;

  // Looking through the folder takes longer the fuller it is: once a sixteenth of the cap is enough.
  bool look = false;
  {
    const std::lock_guard lock(mutex_);
    written_bytes_ += bytes;
    look = written_bytes_ >= max_bytes_ / 16;
    if (look) written_bytes_ = 0;
  }
  if (look) trim(file(key));
  return true;
}

// The entry just written stays, whatever its size.
void DiskCache::trim(const fs::path& written) {
  std::vector<CachedFile> entries = list_entries(directory_);
  std::uint64_t total = 0;
  for (const CachedFile& entry : entries) total += entry.bytes;
  // A sixteenth below the cap, since as much may be written before the next look.
  const std::uint64_t wanted = max_bytes_ - max_bytes_ / 16;
  if (total <= wanted) return;
  std::sort(entries.begin(), entries.end(),
            [](const CachedFile& a, const CachedFile& b) { return a.used < b.used; });
  for (const CachedFile& entry : entries) {
    if (total <= wanted) break;
    if (entry.path == written) continue;
    std::error_code failed;
    fs::remove(entry.path, failed);
    if (!failed) total -= entry.bytes;
  }
}

std::string DiskCache::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

void DiskCache::set_problem(std::string text) {
  const std::lock_guard lock(mutex_);
  problem_ = std::move(text);
}

DiskCache::Statistics DiskCache::statistics() const {
  return {.hits = hits_, .misses = misses_, .discarded = discarded_};
}

}  // namespace rbgp::runtime
