#include "runtime/cache_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace rbgp::runtime {

namespace {

constexpr std::array<char, 8> kMagic = {'R', 'B', 'G', 'P', 'B', 'I', 'N', '\n'};
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kParts = 3;

using Digest = std::array<unsigned char, crypto_hash_sha256_BYTES>;

// As in the file; every byte belongs to a member, so that it is written and hashed as it lies.
struct Header {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t parts;
  std::array<std::uint64_t, kParts> sizes;
  Digest digest;
};
static_assert(sizeof(Header) == 72);

using Parts = std::array<std::span<const std::byte>, kParts>;

Parts parts_of(const CacheEntry& entry) {
  return {std::span(entry.image), std::as_bytes(std::span(entry.ptx)),
          std::as_bytes(std::span(entry.log))};
}

Digest digest_of(const Header& header, const std::string& key, const Parts& parts) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  const auto add = [&](const void* bytes, std::size_t count) {
    crypto_hash_sha256_update(&state, static_cast<const unsigned char*>(bytes), count);
  };
  add(key.data(), key.size());
  add(&header, offsetof(Header, digest));
  for (const std::span<const std::byte>& part : parts) add(part.data(), part.size());
  Digest digest;
  crypto_hash_sha256_final(&state, digest.data());
  return digest;
}

// A file descriptor, closed at the end.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int get() const { return descriptor_; }
  bool opened() const { return descriptor_ >= 0; }

  bool read_all(void* to, std::size_t bytes) const {
    auto* at = static_cast<std::byte*>(to);
    while (bytes > 0) {
      const ssize_t count = ::read(descriptor_, at, bytes);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      at += count;
      bytes -= static_cast<std::size_t>(count);
    }
    return true;
  }

  bool write_all(const void* from, std::size_t bytes) const {
    const auto* at = static_cast<const std::byte*>(from);
    while (bytes > 0) {
      const ssize_t count = ::write(descriptor_, at, bytes);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      at += count;
      bytes -= static_cast<std::size_t>(count);
    }
    return true;
  }

 private:
  int descriptor_;
};

bool read_entry(const File& file, std::uint64_t file_bytes, const std::string& key,
                CacheEntry& entry) {
  Header header;
  if (file_bytes < sizeof(header) || !file.read_all(&header, sizeof(header))) return false;
  if (header.magic != kMagic || header.version != kVersion || header.parts != kParts) return false;
  // Each size is checked against what is left before anything is allocated for it.
  std::uint64_t left = file_bytes - sizeof(header);
  for (const std::uint64_t size : header.sizes) {
    if (size > left) return false;
    left -= size;
  }
  if (left != 0) return false;
  entry.image.resize(header.sizes[0]);
  entry.ptx.resize(header.sizes[1]);
  entry.log.resize(header.sizes[2]);
  return file.read_all(entry.image.data(), entry.image.size()) &&
         file.read_all(entry.ptx.data(), entry.ptx.size()) &&
         file.read_all(entry.log.data(), entry.log.size()) &&
         digest_of(header, key, parts_of(entry)) == header.digest;
}

std::string last_error(std::string_view what, const std::filesystem::path& path) {
  return fmt::format("{} {}: {}", what, path.string(), std::generic_category().message(errno));
}

std::string write_entry(const std::filesystem::path& path, const std::string& key,
                        const CacheEntry& entry) {
  const File file(::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
  if (!file.opened()) return last_error("cannot create", path);
  const Parts parts = parts_of(entry);
  Header header{.magic = kMagic, .version = kVersion, .parts = kParts, .sizes = {}, .digest = {}};
  for (std::size_t i = 0; i < kParts; ++i) header.sizes[i] = parts[i].size();
  header.digest = digest_of(header, key, parts);
  bool written = file.write_all(&header, sizeof(header));
  for (const std::span<const std::byte>& part : parts)
    written = written && file.write_all(part.data(), part.size());
  if (!written || ::fsync(file.get()) != 0) return last_error("cannot write", path);
  return {};
}

}  // namespace

CacheRead read_cache_file(const std::filesystem::path& file, const std::string& key,
                          CacheEntry& entry) {
  // Non-blocking: a FIFO of that name must not stop the program.
  const File opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!opened.opened()) {
    // Short of descriptors or memory: that is no fault of the entry.
    const bool is_short = errno == EMFILE || errno == ENFILE || errno == ENOMEM;
    return errno == ENOENT || is_short ? CacheRead::absent : CacheRead::bad;
  }
  struct stat status{};
  if (::fstat(opened.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      status.st_uid != ::geteuid())
    return CacheRead::bad;
  if (!read_entry(opened, static_cast<std::uint64_t>(status.st_size), key, entry))
    return CacheRead::bad;
  // The time of the last change serves as the time of the last use: many file systems keep no time
  // of access. Without permission to touch it, the entry merely looks older than it is.
  ::futimens(opened.get(), nullptr);
  return CacheRead::good;
}

std::uint64_t cache_file_bytes(const CacheEntry& entry) {
  return sizeof(Header) + entry.image.size() + entry.ptx.size() + entry.log.size();
}

std::string write_cache_file(const std::filesystem::path& file, const std::string& key,
                             const CacheEntry& entry) {
  std::array<std::uint64_t, 2> random;  // other hosts may share the folder: no process number
  randombytes_buf(random.data(), sizeof(random));
  const std::filesystem::path temporary =
      file.parent_path() / fmt::format("{}{:016x}{:016x}", kCacheTemporary, random[0], random[1]);

  std::string problem = write_entry(temporary, key, entry);
  if (problem.empty() && ::rename(temporary.c_str(), file.c_str()) != 0)
    problem = last_error("cannot rename to", file);
  if (!problem.empty()) {
    ::unlink(temporary.c_str());
    return problem;
  }
  // The rename itself is on the disk only when the folder is.
  const File folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.opened()) ::fsync(folder.get());
  return {};
}

}  // namespace rbgp::runtime
