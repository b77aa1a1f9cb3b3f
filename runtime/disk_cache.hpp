// Compiled kernels on disk, shared by all processes of a user.
//
// One file an entry: a header (magic, version, sizes, SHA-256 over everything, the key included) and
// the bytes. Entries are written to a temporary file, flushed and renamed, so that a reader sees a
// whole entry or none, whatever other processes do or however the machine stops. The cache is never
// a reason to fail: a bad entry is deleted and counts as absent, and a folder that cannot be used
// only means that nothing is remembered.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rbgp::runtime {

struct CacheEntry {
  std::vector<std::byte> image;
  std::string ptx;
  std::string log;
};

// SHA-256 over the inputs, each with its length in front so that no two lists run together, as 64
// hexadecimal digits.
std::string cache_key(std::span<const std::string> inputs);

// Thread-safe, and safe against other processes that use the same folder.
class DiskCache {
 public:
  static constexpr std::uint64_t kDefaultMaxBytes = std::uint64_t{1} << 30;

  // Creates the folder, for this user alone, where it is missing. Above `max_bytes` the entries
  // that were not read for longest go. Never throws for what the file system does: see problem().
  explicit DiskCache(std::filesystem::path directory, std::uint64_t max_bytes = kDefaultMaxBytes);

  // RBGP_CACHE_DIR, else $XDG_CACHE_HOME/rbgp, else ~/.cache/rbgp. Nothing where RBGP_CACHE_DIR is
  // set and empty, or there is no home.
  static std::optional<std::filesystem::path> default_directory();

  // The process's cache in the default folder; null where there is none.
  static DiskCache* shared();

  // The entry, and marks it as used. Nothing where it is absent or bad.
  std::optional<CacheEntry> find(const std::string& key);

  // Writes the entry; false, with the reason in problem(), where that did not work.
  bool store(const std::string& key, const CacheEntry& entry);

  const std::filesystem::path& directory() const { return directory_; }
  std::filesystem::path file(const std::string& key) const;

  // Why nothing, or the last entry, was not stored, in one line; empty where all is well.
  std::string problem() const;

  struct Statistics {
    std::int64_t hits = 0;
    std::int64_t misses = 0;
    std::int64_t discarded = 0;  // bad entries deleted; each is a miss, too
  };
  Statistics statistics() const;

 private:
  void set_problem(std::string text);
  void trim(const std::filesystem::path& written);

  std::filesystem::path directory_;
  std::uint64_t max_bytes_;
  bool usable_ = false;
  mutable std::mutex mutex_;  // problem_ and written_bytes_
  std::string problem_;
  std::uint64_t written_bytes_;  // since the folder was last looked through
  std::atomic<std::int64_t> hits_{0};
  std::atomic<std::int64_t> misses_{0};
  std::atomic<std::int64_t> discarded_{0};
};

}  // namespace rbgp::runtime
