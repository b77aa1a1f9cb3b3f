#include "runtime/disk_cache.hpp"

#include "runtime/cache_file.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <thread>

namespace rbgp::runtime {
namespace {

namespace fs = std::filesystem;

// A folder of its own for each test.
class DiskCacheTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "rbgp-cache-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    std::error_code failed;
    fs::permissions(folder_, fs::perms::owner_all, failed);
    fs::remove_all(folder_, failed);
  }

  std::uint64_t bytes_on_disk() const {
    std::uint64_t total = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_ / "cache"))
      total += entry.file_size();
    return total;
  }

  fs::path folder_;
};

std::string key_of(const std::string& text) { return cache_key(std::vector<std::string>{text}); }

CacheEntry entry_of(std::size_t bytes, std::byte fill = std::byte{7}) {
  return {.image = std::vector<std::byte>(bytes, fill), .ptx = ".version 9.0", .log = "a warning"};
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

TEST(CacheKey, IsAHashOfTheListAndNotOfItsText) {
  const auto key = [](std::vector<std::string> inputs) { return cache_key(inputs); };
  EXPECT_EQ(key({"a", "b"}).size(), 64U);
  EXPECT_EQ(key({"a", "b"}), key({"a", "b"}));
  EXPECT_NE(key({"ab", ""}), key({"a", "b"}));
  EXPECT_NE(key({"", "ab"}), key({"ab", ""}));
  EXPECT_NE(key({"ab"}), key({"ab", ""}));
  EXPECT_NE(key({std::string("a\0b", 3)}), key({std::string("a\0c", 3)}));
  EXPECT_EQ(key({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_F(DiskCacheTest, KeepsEntriesForOtherProcesses) {
  const std::string key = key_of("kernel");
  const CacheEntry cases[] = {
      entry_of(0), entry_of(1), entry_of(100'001), {.image = {}, .ptx = {}, .log = {}}};
  for (const CacheEntry& entry : cases) {
    DiskCache writer(folder_ / "cache");
    EXPECT_TRUE(writer.store(key, entry)) << writer.problem();
    DiskCache reader(folder_ / "cache");
    const std::optional<CacheEntry> found = reader.find(key);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->image, entry.image);
    EXPECT_EQ(found->ptx, entry.ptx);
    EXPECT_EQ(found->log, entry.log);
    EXPECT_EQ(reader.statistics().hits, 1);
    EXPECT_FALSE(reader.find(key_of("another")).has_value());
    EXPECT_EQ(reader.statistics().misses, 1);
    EXPECT_EQ(reader.statistics().discarded, 0);
  }
}

TEST_F(DiskCacheTest, IsForItsUserAlone) {
  DiskCache cache(folder_ / "deep" / "cache");
  ASSERT_TRUE(cache.store(key_of("kernel"), entry_of(10))) << cache.problem();
  struct stat status{};
  ASSERT_EQ(stat(cache.directory().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  ASSERT_EQ(stat(cache.file(key_of("kernel")).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(DiskCacheTest, BadEntriesAreDeletedAndRebuilt) {
  struct Damage {
    const char* name;
    std::function<void(std::string&)> apply;
  };
  const Damage cases[] = {
      {"empty", [](std::string& text) { text.clear(); }},
      {"shorter than a header", [](std::string& text) { text.resize(40); }},
      {"header only", [](std::string& text) { text.resize(72); }},
      {"one byte short", [](std::string& text) { text.pop_back(); }},
      {"one byte long", [](std::string& text) { text += 'x'; }},
      {"wrong magic", [](std::string& text) { text[0] = 'X'; }},
      {"wrong version", [](std::string& text) { text[8] = 99; }},
      {"wrong number of parts", [](std::string& text) { text[12] = 4; }},
      {"huge size", [](std::string& text) { text[23] = '\x7f'; }},
      {"sizes that wrap around", [](std::string& text) { text.replace(16, 24, 24, '\xff'); }},
      {"sizes exchanged", [](std::string& text) { std::swap(text[24], text[32]); }},
      {"flipped digest", [](std::string& text) { text[50] ^= 1; }},
      {"flipped image", [](std::string& text) { text[80] ^= 1; }},
      {"flipped log", [](std::string& text) { text.back() ^= 1; }},
      {"zeros", [](std::string& text) { text.assign(text.size(), '\0'); }},
  };
  const std::string key = key_of("kernel");
  for (const Damage& damage : cases) {
    SCOPED_TRACE(damage.name);
    DiskCache cache(folder_ / "cache");
    ASSERT_TRUE(cache.store(key, entry_of(200)));
    std::string text = read_file(cache.file(key));
    ASSERT_EQ(text.size(), cache_file_bytes(entry_of(200)));
    damage.apply(text);
    write_file(cache.file(key), text);

    EXPECT_FALSE(cache.find(key).has_value());
    EXPECT_EQ(cache.statistics().discarded, 1);
    EXPECT_FALSE(fs::exists(cache.file(key)));
    ASSERT_TRUE(cache.store(key, entry_of(200)));
    EXPECT_TRUE(cache.find(key).has_value());
  }
}

TEST_F(DiskCacheTest, AnEntryUnderAnotherNameIsBad) {
  DiskCache cache(folder_ / "cache");
  ASSERT_TRUE(cache.store(key_of("one"), entry_of(20)));
  fs::copy_file(cache.file(key_of("one")), cache.file(key_of("two")));
  EXPECT_FALSE(cache.find(key_of("two")).has_value());
  EXPECT_TRUE(cache.find(key_of("one")).has_value());
}

TEST_F(DiskCacheTest, WhatIsNoFileIsBad) {
  DiskCache cache(folder_ / "cache");
  const std::string key = key_of("kernel");
  ASSERT_TRUE(cache.store(key_of("target"), entry_of(20)));

  fs::create_symlink(cache.file(key_of("target")), cache.file(key));
  EXPECT_FALSE(cache.find(key).has_value());
  ASSERT_EQ(mkfifo(cache.file(key).c_str(), 0600), 0);
  EXPECT_FALSE(cache.find(key).has_value());
  fs::create_directory(cache.file(key));
  EXPECT_FALSE(cache.find(key).has_value());
  EXPECT_TRUE(cache.store(key, entry_of(20))) << cache.problem();
  EXPECT_TRUE(cache.find(key).has_value());
}

TEST_F(DiskCacheTest, TheLongestUnusedGoFirst) {
  const std::uint64_t one = cache_file_bytes(entry_of(1000));
  DiskCache cache(folder_ / "cache", 4 * one + one / 2);
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(1);
  for (int i = 0; i < 4; ++i) {
    const std::string key = key_of(std::to_string(i));
    ASSERT_TRUE(cache.store(key, entry_of(1000)));
    fs::last_write_time(cache.file(key), old + std::chrono::minutes(i));
  }
  ASSERT_TRUE(cache.find(key_of("0")).has_value());  // now 1 is the one not used for longest
  ASSERT_TRUE(cache.store(key_of("4"), entry_of(1000)));

  EXPECT_LE(bytes_on_disk(), 4 * one + one / 2);
  const std::pair<const char*, bool> cases[] = {
      {"0", true}, {"1", false}, {"2", true}, {"3", true}, {"4", true}};
  for (const auto& [name, kept] : cases)
    EXPECT_EQ(fs::exists(cache.file(key_of(name))), kept) << name;
}

TEST_F(DiskCacheTest, StaysBelowItsCap) {
  constexpr std::uint64_t kMaxBytes = 50'000;
  DiskCache cache(folder_ / "cache", kMaxBytes);
  for (int i = 0; i < 200; ++i) {
    const std::string key = key_of(std::to_string(i));
    ASSERT_TRUE(cache.store(key, entry_of(static_cast<std::size_t>(i) * 20)));
    ASSERT_LE(bytes_on_disk(), kMaxBytes);
    ASSERT_TRUE(cache.find(key).has_value()) << "the entry just written is gone";
  }
  EXPECT_FALSE(cache.store(key_of("large"), entry_of(kMaxBytes)));
  EXPECT_NE(cache.problem().find("larger than the cache"), std::string::npos);
}

TEST_F(DiskCacheTest, RemovesWhatStoppedWritersLeft) {
  DiskCache first(folder_ / "cache");
  const fs::path stale = first.directory() / ".tmp-0123";
  const fs::path fresh = first.directory() / ".tmp-4567";
  const fs::path foreign = first.directory() / "notes.txt";
  for (const fs::path& file : {stale, fresh, foreign}) write_file(file, "half an entry");
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(2);
  fs::last_write_time(stale, old);
  fs::last_write_time(foreign, old);
  ASSERT_TRUE(first.store(key_of("kernel"), entry_of(10)));
  EXPECT_FALSE(fs::exists(stale));
  EXPECT_TRUE(fs::exists(fresh));
  EXPECT_TRUE(fs::exists(foreign));
}

TEST_F(DiskCacheTest, WorksWithoutAFolder) {
  write_file(folder_ / "file", "not a folder");
  fs::create_directory(folder_ / "open");
  fs::permissions(folder_ / "open", fs::perms::all);
  const std::pair<fs::path, const char*> cases[] = {
      {folder_ / "file", "not a folder"},
      {folder_ / "file" / "cache", "cannot create"},
      {folder_ / "open", "written by others"},
      {"/proc/rbgp", "cannot create"},
  };
  for (const auto& [directory, problem] : cases) {
    DiskCache cache(directory);
    EXPECT_NE(cache.problem().find(problem), std::string::npos) << cache.problem();
    EXPECT_FALSE(cache.store(key_of("kernel"), entry_of(10)));
    EXPECT_FALSE(cache.find(key_of("kernel")).has_value());
  }
}

TEST_F(DiskCacheTest, WorksWhenTheFolderGoesAway) {
  DiskCache cache(folder_ / "cache");
  fs::remove(folder_ / "cache");
  EXPECT_FALSE(cache.store(key_of("kernel"), entry_of(10)));
  EXPECT_NE(cache.problem().find("cannot create"), std::string::npos) << cache.problem();
  EXPECT_FALSE(cache.find(key_of("kernel")).has_value());
}

// Root may write everywhere: who is root is somebody else while it lives, and `folder` that somebody's.
class OrdinaryUser {
 public:
  explicit OrdinaryUser(const fs::path& folder) {
    if (!was_root_) return;
    EXPECT_EQ(chown(folder.c_str(), kNobody, kNobody), 0);
    EXPECT_EQ(seteuid(kNobody), 0);
  }
  ~OrdinaryUser() {
    if (was_root_) {
      EXPECT_EQ(seteuid(0), 0);
    }
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
  const bool was_root_ = geteuid() == 0;
};

TEST_F(DiskCacheTest, AReadOnlyFolderIsNoReasonToFail) {
  const OrdinaryUser user(folder_);
  DiskCache cache(folder_ / "cache");
  ASSERT_TRUE(cache.store(key_of("old"), entry_of(10)));
  fs::permissions(folder_ / "cache", fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_TRUE(cache.find(key_of("old")).has_value());
  EXPECT_FALSE(cache.store(key_of("new"), entry_of(10)));
  fs::permissions(folder_ / "cache", fs::perms::owner_all);
}

// Several processes write, read, damage and trim the same few entries; nobody may ever read one
// that is not exactly what was written under its key.
TEST_F(DiskCacheTest, ConcurrentProcesses) {
  constexpr int kProcesses = 4;
  constexpr int kRounds = 150;
  constexpr int kKeys = 5;
  const auto contents = [](int which) {
    return entry_of(3000 + static_cast<std::size_t>(which) * 100, static_cast<std::byte>(which));
  };
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      DiskCache cache(folder_ / "cache", 16'000);
      int wrong = 0;
      for (int round = 0; round < kRounds; ++round) {
        const int which = (round * 7 + process) % kKeys;
        const std::string key = key_of(std::to_string(which));
        if (const std::optional<CacheEntry> found = cache.find(key)) {
          if (found->image != contents(which).image) wrong = 1;
        } else if (!cache.store(key, contents(which))) {
          wrong = 2;
        }
        std::error_code gone;  // another process may have deleted it
        if (round % 20 == process) fs::resize_file(cache.file(key), 100, gone);
      }
      _exit(wrong);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_ / "cache"))
    EXPECT_EQ(entry.path().extension(), kCacheSuffix) << "left behind: " << entry.path();
}

TEST_F(DiskCacheTest, ConcurrentThreads) {
  DiskCache cache(folder_ / "cache", 100'000);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&cache] {
      for (int i = 0; i < 50; ++i) {
        const std::string key = key_of(std::to_string(i % 7));
        if (!cache.find(key)) cache.store(key, entry_of(1000));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cache.problem(), "");
  EXPECT_EQ(cache.statistics().hits + cache.statistics().misses, 200);
  EXPECT_EQ(cache.statistics().discarded, 0);
}

TEST(DiskCacheDirectory, FollowsTheEnvironment) {
  struct Case {
    const char* chosen;
    const char* xdg;
    const char* home;
    std::optional<fs::path> expected;
  };
  const Case cases[] = {
      {"/a", "/b", "/c", "/a"},
      {nullptr, "/b", "/c", "/b/rbgp"},
      {nullptr, nullptr, "/c", "/c/.cache/rbgp"},
      {nullptr, "relative", "/c", "/c/.cache/rbgp"},
      {"", "/b", "/c", std::nullopt},
      {nullptr, nullptr, nullptr, std::nullopt},
  };
  const char* const names[] = {"RBGP_CACHE_DIR", "XDG_CACHE_HOME", "HOME"};
  std::vector<std::optional<std::string>> before;
  for (const char* name : names) {
    const char* value = std::getenv(name);
    before.push_back(value != nullptr ? std::optional<std::string>(value) : std::nullopt);
  }
  const auto set = [](const char* name, const char* value) {
    if (value != nullptr)
      setenv(name, value, 1);
    else
      unsetenv(name);
  };
  for (const Case& each : cases) {
    set(names[0], each.chosen);
    set(names[1], each.xdg);
    set(names[2], each.home);
    EXPECT_EQ(DiskCache::default_directory(), each.expected);
  }
  for (std::size_t i = 0; i < std::size(names); ++i)
    set(names[i], before[i] ? before[i]->c_str() : nullptr);
}

}  // namespace
}  // namespace rbgp::runtime
