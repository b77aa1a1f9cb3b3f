// A worker process (worker_program.hpp) as its tuner sees it.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include <rbgp/device.hpp>
#include <rbgp/error.hpp>
#include <rbgp/problem.hpp>
#include <rbgp/tuner.hpp>
#include <runtime/child_process.hpp>
#include <runtime/compiler.hpp>
#include <runtime/message_socket.hpp>

namespace rbgp {

// The program: RBGP_WORKER, else rbgp-worker beside this program or in PATH.
// Errors: unsupported where there is none.
std::filesystem::path worker_path();

// Bytes that a worker on the host may use for a problem, unless the request says: what its operands take
// several times over, and what compilers and threads need.
std::int64_t worker_memory_bytes(const TuneRequest& request);

struct WorkerSetup {
  std::filesystem::path program;
  std::int64_t memory_bytes = 0;  // 0: no limit, as CUDA needs it
  nlohmann::ordered_json opening;  // a request that every new process begins with; null for none
  const std::atomic<bool>* stop = nullptr;  // ends waiting
};
// Of processes that measure, and of those that compile.
WorkerSetup measuring_setup(const TuneRequest& request, const Device& device,
                            const std::atomic<bool>* stop);
WorkerSetup compiling_setup(const TuneRequest& request, const std::atomic<bool>* stop);

// What came of a request.
struct Answer {
  FailureKind kind = FailureKind::none;  // of the process, or of what it tried in vain
  std::string failure;
  std::optional<ErrorCode> code;  // where the worker answered with an error
  bool stopped = false;  // the stop flag was set: there is no answer
  nlohmann::ordered_json json;  // where there is no failure
  std::vector<std::byte> bytes;
};

// At most one process at a time, started when it is needed. Lives and is used on one thread: its processes
// end with that thread.
class Worker {
 public:
  explicit Worker(WorkerSetup setup) : setup_(std::move(setup)) {}

  // Sends a request and waits for its answer; after `limit_seconds` kills the process (hang).
  // After a failure of the process the next request meets a new one.
  // Errors: where no process can be started or opened, whatever the reason.
  Answer ask(const nlohmann::ordered_json& request, double limit_seconds,
             std::vector<std::byte> bytes = {});

  // Starts a process now, if there is none. Errors: as ask.
  void open();
  // The next request meets a new process.
  void retire();
  // The process has been asked nothing before: what happens to it is the doing of the next request.
  bool is_fresh() const { return asked_ == 0; }

 private:
  bool start();  // false where it was stopped
  bool start_once();
  Answer receive(double limit_seconds);
  Answer lost();  // the process is gone: how it ended

  WorkerSetup setup_;
  std::optional<runtime::ChildProcess> process_;
  std::int64_t asked_ = 0;
  std::optional<std::int64_t> killed_before_;  // runtime::killed_for_memory, when it was started
};

// What a compiling process answered.
runtime::Binary binary_of(Answer answer, DeviceKind kind);
// What a measuring process found, as a candidate's result.
void set_verdict(CandidateResult& result, const Answer& answer);

// The requests that carry a candidate, from a plan's text.
nlohmann::ordered_json compile_request(const std::string& plan);
// `what` is "measure" or "enter"; the binary's image goes beside it.
nlohmann::ordered_json kernel_request(const char* what, const std::string& plan,
                                      const runtime::Binary& binary, std::uint64_t draw);

}  // namespace rbgp
