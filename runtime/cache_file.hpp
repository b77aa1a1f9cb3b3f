// The file of one cache entry: its format, and reading and writing it whole.
#pragma once

#include "runtime/disk_cache.hpp"

#include <filesystem>
#include <string>

namespace rbgp::runtime {

enum class CacheRead { absent, bad, good };

// Reads and verifies the entry of `key`. Bad: anything that is not exactly what write_cache_file
// wrote for that key, or a file that another user could have put there.
CacheRead read_cache_file(const std::filesystem::path& file, const std::string& key,
                          CacheEntry& entry);

// Bytes of the file that the entry becomes.
std::uint64_t cache_file_bytes(const CacheEntry& entry);

// Writes a temporary file beside `file`, flushes it to the disk and renames it. Returns why it did
// not work, in one line, or an empty text; then nothing but the entry is left behind.
std::string write_cache_file(const std::filesystem::path& file, const std::string& key,
                             const CacheEntry& entry);

// What names of entries end with, and of temporary files begin with.
inline constexpr const char* kCacheSuffix = ".entry";
inline constexpr const char* kCacheTemporary = ".tmp-";

}  // namespace rbgp::runtime
