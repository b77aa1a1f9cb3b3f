#include <runtime/child_process.hpp>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <csignal>
#include <string>
#include <thread>

#include <rbgp/error.hpp>
#include <support/refusal.hpp>

namespace rbgp::runtime {
namespace {

constexpr double kPatience = 30;

// What the shell writes to its socket until it closes it.
std::string said(const ChildProcess& child) {
  std::string text;
  char letters[256];
  for (ssize_t got = 0; (got = ::recv(child.socket(), letters, sizeof letters, 0)) > 0;)
    text.append(letters, static_cast<std::size_t>(got));
  return text;
}

// Ended, whether or not somebody has asked yet how.
bool is_gone(pid_t process) {
  for (int i = 0; i < 3000; ++i) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(file, text);
    const std::size_t name_end = text.rfind(')');
    if (name_end == text.npos || text.compare(name_end, 4, ") Z ") == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(ChildProcess, SaysHowItEnded) {
  struct Row {
    const char* command;
    int exit_status;
    int signal;
    const char* text;
  };
  constexpr Row kRows[] = {{"exit 0", 0, 0, "exit status 0"},
                           {"exit 3", 3, 0, "exit status 3"},
                           {"kill -SEGV $$", -1, SIGSEGV, "signal 11 (Segmentation fault)"},
                           {"kill -KILL $$", -1, SIGKILL, "signal 9 (Killed)"}};
  for (const Row& row : kRows) {
    ChildProcess child("/bin/sh", {"-c", row.command});
    const ProcessEnd end = child.end(kPatience);
    EXPECT_EQ(end.exit_status, row.exit_status) << row.command;
    EXPECT_EQ(end.signal, row.signal) << row.command;
    EXPECT_EQ(end.text(), row.text);
    EXPECT_GT(end.peak_bytes, 0);
  }
}

TEST(ChildProcess, HasItsSocketAndNothingElse) {
  ChildProcess child("/bin/sh", {"-c", "echo $1 >&3; ls /proc/self/fd >&3", "sh", "two words"});
  // 4 is the folder that ls reads.
  EXPECT_EQ(said(child), "two words\n0\n1\n2\n3\n4\n");
  EXPECT_EQ(child.end(kPatience).exit_status, 0);
}

TEST(ChildProcess, LeadsAGroupThatEndsWithIt) {
  ChildProcess child("/bin/sh", {"-c", "sleep 1000 3>&- & echo $! >&3; exec 3>&-; wait"});
  const pid_t grandchild = std::stoi(said(child));
  EXPECT_EQ(::getpgid(child.id()), child.id());
  const ProcessEnd end = child.end(0);
  EXPECT_EQ(end.signal, SIGKILL);
  EXPECT_TRUE(is_gone(grandchild));
}

TEST(ChildProcess, EndsWithItsObject) {
  pid_t id = 0;
  {
    const ChildProcess child("/bin/sh", {"-c", "sleep 1000"});
    id = child.id();
    EXPECT_EQ(::kill(id, 0), 0);
  }
  EXPECT_TRUE(is_gone(id));
}

TEST(ChildProcess, IsNotDisturbedByIgnoredSignals) {
  const auto former = std::signal(SIGTERM, SIG_IGN);
  ChildProcess child("/bin/sh", {"-c", "kill -TERM $$; exit 0"});
  EXPECT_EQ(child.end(kPatience).signal, SIGTERM);
  std::signal(SIGTERM, former);
}

TEST(ChildProcess, MissingProgramsAreAnError) {
  const std::string message =
      test::refusal(ErrorCode::io, [] { ChildProcess("/no/such/program", {}); });
  EXPECT_TRUE(test::has(message, "/no/such/program")) << message;
}

// The process is killed though nobody is left to do it.
TEST(ChildProcess, EndsWithItsParent) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const pid_t parent = ::fork();
  ASSERT_GE(parent, 0);
  if (parent == 0) {
    const pid_t child = ::fork();
    if (child == 0) {
      const bool alive = end_with_parent(::getppid());
      const pid_t self = alive ? ::getpid() : 0;
      static_cast<void>(::write(ends[1], &self, sizeof self));
      for (;;) ::pause();
    }
    for (;;) ::pause();
  }
  pid_t child = 0;
  ASSERT_EQ(::read(ends[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
  EXPECT_GT(child, 0);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  EXPECT_TRUE(is_gone(child));
  EXPECT_FALSE(end_with_parent(parent));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace rbgp::runtime
