// A program started by this one and connected to it by a socket, which cannot outlive it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rbgp::runtime {

// How a process ended.
struct ProcessEnd {
  int exit_status = -1;  // -1 where a signal ended it
  int signal = 0;  // 0 where it returned or exited
  std::int64_t peak_bytes = 0;  // of resident memory
  std::string text() const;  // "exit status 1", "signal 11 (Segmentation fault)"
};

// Owns the process: destroying kills it. Started with posix_spawn, so that threads, a CUDA context or a
// large address space of this process do not matter to it. It leads a process group of its own (an
// interrupt from the terminal does not meet it), has /dev/null for its standard streams, and of this
// process's files only its end of the socket, kSocket.
//
// The kernel ends it with the *thread* that started it (see end_with_parent): that thread has to live
// as long as this object. Not thread-safe.
class ChildProcess {
 public:
  static constexpr int kSocket = 3;  // in the child

  // Runs `program` with `arguments` behind its name. Errors: io, exhausted where it cannot be started.
  ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  int socket() const { return socket_; }
  pid_t id() const { return id_; }

  // Waits at most `seconds` for the process to end by itself, kills its group, and says how it ended.
  ProcessEnd end(double seconds);

 private:
  pid_t id_ = -1;  // -1: it was waited for
  int socket_ = -1;
};

// In the child: the kernel kills this process when the thread that started it ends, however that does.
// False where it has ended already.
bool end_with_parent(pid_t parent);

}  // namespace rbgp::runtime
