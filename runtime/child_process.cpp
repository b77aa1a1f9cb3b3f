#include "runtime/child_process.hpp"

#include <rbgp/error.hpp>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

extern char** environ;

namespace rbgp::runtime {

namespace {

// What a child begins with; both of posix_spawn's objects have to be destroyed.
class SpawnSetup {
 public:
  explicit SpawnSetup(int socket) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", O_RDWR, 0);
    // Where the two are equal, this clears the flag that would close it.
    posix_spawn_file_actions_adddup2(&actions_, socket, ChildProcess::kSocket);
    posix_spawn_file_actions_addclosefrom_np(&actions_, ChildProcess::kSocket + 1);
    // A program may have blocked or ignored what is to end its children.
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

ProcessEnd end_of(int status, const struct rusage& usage) {
  ProcessEnd end;
  if (WIFEXITED(status)) end.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  end.peak_bytes = static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
  return end;
}

}  // namespace

std::string ProcessEnd::text() const {
  if (signal == 0) return fmt::format("exit status {}", exit_status);
  const char* description = sigdescr_np(signal);
  return fmt::format("signal {} ({})", signal, description != nullptr ? description : "unknown");
}

ChildProcess::ChildProcess(const std::filesystem::path& program,
                           const std::vector<std::string>& arguments) {
  int ends[2] = {-1, -1};
  require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, code_of_errno(errno),
          "no socket for {}: {}", program.string(), std::generic_category().message(errno));
  socket_ = ends[0];
  // A child that reads no more must not stop this process.
  const struct timeval patience = {.tv_sec = 60, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  std::vector<std::string> texts = {program.string()};
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  const SpawnSetup setup(ends[1]);
  const int status = posix_spawn(&id_, program.c_str(), setup.actions(), setup.attributes(),
                                 pointers.data(), environ);
  ::close(ends[1]);
  if (status == 0) return;
  ::close(socket_);
  fail(code_of_errno(status), "{} cannot be started: {}", program.string(),
       std::generic_category().message(status));
}

ChildProcess::~ChildProcess() {
  end(0);
  ::close(socket_);
}

ProcessEnd ChildProcess::end(double seconds) {
  if (id_ < 0) return {};
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                                        std::chrono::duration<double>(seconds));
  // Not reaped before its group is killed: until then nobody else can have its number.
  const auto ended = [&] {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid == id_;
  };
  while (!ended() && Clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ::kill(-id_, SIGKILL);
  int status = 0;
  struct rusage usage{};
  pid_t waited = 0;
  do {
    waited = ::wait4(id_, &status, 0, &usage);
  } while (waited < 0 && errno == EINTR);
  const bool known = waited == id_;
  id_ = -1;
  return known ? end_of(status, usage) : ProcessEnd{};
}

bool end_with_parent(pid_t parent) {
  // In this order, a parent that ends in between is noticed by one of the two.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  return ::getppid() == parent;
}

}  // namespace rbgp::runtime
