#include <tuner/worker.hpp>

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <system_error>
#include <thread>

#include <pipe/problem_json.hpp>
#include <rbgp/error.hpp>
#include <runtime/available_memory.hpp>
#include <tuner/worker_program.hpp>

namespace rbgp {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;
using runtime::Message;
using runtime::Received;

constexpr const char* kProgram = "rbgp-worker";
constexpr double kStartSeconds = 60;  // a CUDA context takes seconds on a busy machine
constexpr int kStarts = 3;  // in vain, until a process counts as not to be had
constexpr double kPatienceSeconds = 0.5;  // after the first of them; longer after the next
constexpr double kNapSeconds = 0.05;  // between looks at the stop flag
constexpr std::size_t kShownBytes = 200;  // of an answer that is none
constexpr double kEndSeconds = 2;  // from the end of the socket to that of the process
constexpr std::int64_t kGiB = std::int64_t{1} << 30;
// A process that a signal ended with this share of its memory in use had no more.
constexpr double kExhausted = 0.7;

Clock::time_point after(double seconds) {
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                            std::chrono::duration<double>(std::min(seconds, 1e8)));
}

bool is_program(const std::filesystem::path& file) { return ::access(file.c_str(), X_OK) == 0; }

// What a worker's error means for a candidate. A compiler's and a device's differ in nothing else.
FailureKind kind_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::unsupported:
      return FailureKind::unsupported;
    case ErrorCode::compile_failed:
      return FailureKind::compile_failed;
    case ErrorCode::device_fault:
      return FailureKind::illegal_access;
    case ErrorCode::out_of_memory:
      return FailureKind::out_of_memory;
    case ErrorCode::load_failed:
    case ErrorCode::launch_failed:
    case ErrorCode::exhausted:
    case ErrorCode::io:
    case ErrorCode::internal:
      break;
  }
  return FailureKind::launch_failed;
}

WorkerSetup setup_of(const TuneRequest& request, const std::atomic<bool>* stop) {
  return {.program = worker_path(),
          .memory_bytes = request.worker_memory_bytes > 0 ? request.worker_memory_bytes
                                                          : worker_memory_bytes(request),
          .opening = {},
          .stop = stop};
}

}  // namespace

std::filesystem::path worker_path() {
  if (const char* named = std::getenv("RBGP_WORKER"); named != nullptr && *named != '\0') {
    require(is_program(named), ErrorCode::unsupported, "RBGP_WORKER: {} is no program", named);
    return named;
  }
  std::error_code ignored;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  if (!self.empty() && is_program(self.parent_path() / kProgram))
    return self.parent_path() / kProgram;
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (!folder.empty() && is_program(std::filesystem::path(folder) / kProgram))
      return std::filesystem::path(folder) / kProgram;
  fail(ErrorCode::unsupported,
       "{} is neither beside {} nor in PATH: candidates run in that program; set RBGP_WORKER to it",
       kProgram, self.filename().string());
}

std::int64_t worker_memory_bytes(const TuneRequest& request) {
  const Problem& problem = request.problem;
  const DeviceProperties& host = Device::host().properties();
  constexpr double kFloat = 4;
  constexpr double kTimes =
      8;  // as floats and as stored, of the candidate and of the dense product
  const auto m = static_cast<double>(problem.m);
  const auto k = static_cast<double>(problem.k);
  const auto n = static_cast<double>(problem.n);
  const double operands = kTimes * kFloat * (m * k + (m + k) * n);
  const double bytes = 4.0 * kGiB + operands + 64.0 * 1024 * 1024 * host.compute_units;
  return static_cast<std::int64_t>(std::min(bytes, 0.9 * static_cast<double>(host.memory_bytes)));
}

WorkerSetup measuring_setup(const TuneRequest& request, const Device& device,
                            const std::atomic<bool>* stop) {
  WorkerSetup setup = setup_of(request, stop);
  // CUDA maps far more than it uses. A kernel cannot take memory of the host.
  if (device.kind() == DeviceKind::cuda) setup.memory_bytes = 0;
  setup.opening = {{"do", "open"},
                   {"device", device.text()},
                   {"problem", problem_json(request.problem)},
                   {"seed", request.seed},
                   {"cold", request.cold}};
  return setup;
}

WorkerSetup compiling_setup(const TuneRequest& request, const std::atomic<bool>* stop) {
  return setup_of(request, stop);
}

void Worker::open() {
  if (!process_) start();
}

void Worker::retire() {
  process_.reset();
  asked_ = 0;
}

Answer Worker::lost() {
  const runtime::ProcessEnd end = process_->end(kEndSeconds);
  retire();
  const bool exhausted =
      setup_.memory_bytes > 0 &&
      static_cast<double>(end.peak_bytes) >= kExhausted * static_cast<double>(setup_.memory_bytes);
  // A system without memory sends SIGKILL, and counts it. So may anybody send it.
  const bool by_system =
      end.signal == SIGKILL && (!killed_before_ || runtime::killed_for_memory() != killed_before_);
  const bool no_memory = exhausted || by_system;
  return {.kind = no_memory ? FailureKind::out_of_memory : FailureKind::crash,
          .failure =
              fmt::format("its process ended with {}{}", end.text(),
                          no_memory ? fmt::format(", {} MiB in use", end.peak_bytes >> 20) : "")};
}

Answer Worker::receive(double limit_seconds) {
  Message message;
  switch (
      runtime::receive_message(process_->socket(), message, after(limit_seconds), setup_.stop)) {
    case Received::message:
      break;
    case Received::closed:
      return lost();
    case Received::late:
      retire();
      return {.kind = FailureKind::hang,
              .failure = fmt::format("it ran past the limit of {:g} s", limit_seconds)};
    case Received::stopped:
      retire();
      return {.stopped = true};
  }
  Answer answer{.json = Json::parse(message.text, nullptr, false),
                .bytes = std::move(message.bytes)};
  try {
    if (answer.json.value("ok", false)) return answer;
    const auto code = static_cast<ErrorCode>(answer.json.value("code", 0));
    answer.kind = kind_of(code);
    answer.code = code;
    answer.failure = fmt::format("{}: {}", to_string(code), answer.json.value("failure", ""));
    return answer;
  } catch (const Json::exception&) {  // a kernel on the host can write anywhere in its process
    retire();
    return {
        .kind = FailureKind::crash,
        .failure = fmt::format("its process answered '{}'", message.text.substr(0, kShownBytes))};
  }
}

// A device may be short of memory for the moment that the last process takes to go, or a system of processes.
bool Worker::start() {
  for (int attempt = 1;; ++attempt) try {
      return start_once();
    } catch (const Error& error) {
      retire();
      const bool is_final =
          error.code() == ErrorCode::unsupported || error.code() == ErrorCode::invalid_argument;
      if (is_final || attempt == kStarts) throw;
      for (double waited = 0; waited < kPatienceSeconds * attempt; waited += kNapSeconds) {
        if (setup_.stop != nullptr && setup_.stop->load()) return false;
        std::this_thread::sleep_for(std::chrono::duration<double>(kNapSeconds));
      }
    }
}

bool Worker::start_once() {
  killed_before_ = runtime::killed_for_memory();
  process_.emplace(setup_.program,
                   std::vector<std::string>{fmt::format("{}", ::getpid()),
                                            fmt::format("{}", setup_.memory_bytes)});
  asked_ = 0;
  Message greeting;
  const Received got =
      runtime::receive_message(process_->socket(), greeting, after(kStartSeconds), setup_.stop);
  if (got == Received::stopped) {
    retire();
    return false;
  }
  if (got != Received::message) {
    const std::string how =
        got == Received::late ? "it says nothing" : process_->end(kEndSeconds).text();
    retire();
    fail(ErrorCode::unsupported, "{} does not start: {}", setup_.program.string(), how);
  }
  if (greeting.text != worker_greeting()) {
    retire();
    fail(ErrorCode::unsupported, "{} is of another build: it is '{}', not '{}'",
         setup_.program.string(), greeting.text, worker_greeting());
  }
  if (setup_.opening.is_null()) return true;
  runtime::send_message(process_->socket(), {setup_.opening.dump(), {}});
  const Answer opened = receive(kStartSeconds);
  if (opened.stopped) return false;
  if (opened.kind == FailureKind::none) return true;
  retire();
  fail(opened.code.value_or(ErrorCode::launch_failed), "{} has no worker: {}",
       setup_.opening.value("device", ""), opened.failure);
}

Answer Worker::ask(const Json& request, double limit_seconds, std::vector<std::byte> bytes) {
  if (!process_ && !start()) return {.stopped = true};
  ++asked_;
  runtime::send_message(process_->socket(), {request.dump(), std::move(bytes)});
  return receive(limit_seconds);
}

Json compile_request(const std::string& plan) { return {{"do", "compile"}, {"plan", plan}}; }

Json kernel_request(const char* what, const std::string& plan, const runtime::Binary& binary,
                    std::uint64_t draw) {
  return {
      {"do", what}, {"plan", plan}, {"target", binary.target}, {"ptx", binary.ptx}, {"draw", draw}};
}

runtime::Binary binary_of(Answer answer, DeviceKind kind) {
  return {
      .kind = kind == DeviceKind::cuda ? runtime::SourceKind::cuda : runtime::SourceKind::llvm_ir,
      .target = answer.json.at("target").get<std::string>(),
      .image = std::move(answer.bytes),
      .ptx = answer.json.at("ptx").get<std::string>()};
}

namespace {

void read_verdict(CandidateResult& result, const Json& answer) {
  result.kind = parse_failure_kind(answer.at("kind").get<std::string>());
  result.failure = answer.at("failure").get<std::string>();
  result.median_ms = answer.at("median_ms").get<double>();
  result.spread = answer.at("spread").get<double>();
  result.disturbance = answer.at("disturbance").get<std::string>();
  result.at_power_limit = answer.at("at_power_limit").get<bool>();
  const Json& error = answer.at("relative_error");
  // JSON has no NaN.
  result.relative_error =
      error.is_null() ? std::numeric_limits<double>::quiet_NaN() : error.get<double>();
}

}  // namespace

void set_verdict(CandidateResult& result, const Answer& answer) {
  result.kind = answer.kind;
  result.failure = answer.failure;
  if (answer.kind == FailureKind::none) {
    try {
      read_verdict(result, answer.json);
    } catch (const std::exception& error) {
      result.kind = FailureKind::crash;
      result.failure = fmt::format("its process answered what does not read: {}", error.what());
    }
  }
  result.ok = result.kind == FailureKind::none;
}

}  // namespace rbgp
