#include <tuner/worker_program.hpp>

#include <signal.h>
#include <sys/resource.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include <generator/cuda_source.hpp>
#include <pipe/compile_spec.hpp>
#include <pipe/problem_json.hpp>
#include <rbgp/error.hpp>
#include <rbgp/plan.hpp>
#include <runtime/child_process.hpp>
#include <runtime/disk_cache.hpp>
#include <runtime/load_watch.hpp>
#include <runtime/message_socket.hpp>
#include <tuner/ceilings.hpp>
#include <tuner/measure.hpp>
#include <tuner/rounds.hpp>

namespace rbgp {
namespace {

using Json = nlohmann::ordered_json;
using runtime::Message;

constexpr int kProtocol = 3;
// AddressSanitizer maps more than any limit.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLimitsMemory = false;
#else
constexpr bool kLimitsMemory = true;
#endif
constexpr runtime::TimingOptions kRound{.min_seconds = kRoundSeconds, .min_samples = 3};

// Has `time` run for as long as the request says, if it does.
void settle(const Json& json, const auto& time) {
  const double seconds = json.value("settle_seconds", 0.0);
  // However many samples: at their usual number a short kernel ends before its time.
  if (seconds > 0)
    time(runtime::TimingOptions{.min_seconds = seconds,
                                .max_samples = std::numeric_limits<int>::max()});
}

class WorkerServer {
 public:
  explicit WorkerServer(const WorkerHooks& hooks) : hooks_(hooks) {}

  Message answer(const Message& request) {
    try {
      return answered(Json::parse(request.text), request);
    } catch (const Error& error) {
      return refusal(error.code(), error.what());
    } catch (const std::bad_alloc&) {
      return refusal(ErrorCode::out_of_memory, "the worker has no memory left");
    } catch (const std::exception& error) {
      return refusal(ErrorCode::internal, error.what());
    }
  }

 private:
  static Message refusal(ErrorCode code, const char* why) {
    return text_of({{"ok", false}, {"code", static_cast<int>(code)}, {"failure", why}});
  }
  static Message text_of(const Json& json) {
    return {json.dump(-1, ' ', false, Json::error_handler_t::replace), {}};
  }

  Message answered(const Json& json, const Message& request) {
    const auto what = json.at("do").get<std::string>();
    if (what == "compile") return compile(json);
    if (what == "open") return open(json);
    if (what == "ceilings") return ceilings(json);
    require(measurement_.has_value(), ErrorCode::internal, "{} before open", what);
    if (what == "measure") return measure(json, request);
    if (what == "enter") return enter(json, request);
    if (what == "time") return time(json);
    if (what == "dense") return dense(json);
    fail(ErrorCode::internal, "a worker knows no '{}'", what);
  }

  Message compile(const Json& json) const {
    const Plan plan = Plan::from_json(json.at("plan").get<std::string>());
    runtime::Source source = source_of(plan.spec, plan.device);
    if (hooks_.alter_source) hooks_.alter_source(plan.spec, plan.device, source);
    runtime::Binary binary =
        runtime::compile(source, plan.device.arch, runtime::DiskCache::shared());
    Message reply = text_of({{"ok", true}, {"target", binary.target}, {"ptx", binary.ptx}});
    reply.bytes = std::move(binary.image);
    return reply;
  }

  Message open(const Json& json) {
    device_ = Device::select(json.at("device").get<std::string>());
    measurement_.emplace(problem_from_json(json.at("problem")), device_,
                         json.at("seed").get<std::uint64_t>(), json.at("cold").get<bool>());
    return text_of({{"ok", true}});
  }

  static Message ceilings(const Json& json) {
    const Device device = Device::select(json.at("device").get<std::string>());
    const KnownCeilings known = known_ceilings(device.properties());
    Ceilings measured =
        known.source == CeilingsSource::measured ? known.ceilings : measure_ceilings(device);
    add_dtype(measured, device, parse_dtype(json.at("dtype").get<std::string>()));
    return text_of({{"ok", true}, {"ceilings", ceilings_text(device.properties(), measured)}});
  }

  runtime::Binary binary_of(const Json& json, const Message& request) const {
    const bool is_cuda = device_.kind() == DeviceKind::cuda;
    return {.kind = is_cuda ? runtime::SourceKind::cuda : runtime::SourceKind::llvm_ir,
            .target = json.at("target").get<std::string>(),
            .image = request.bytes,
            .ptx = json.at("ptx").get<std::string>()};
  }

  Message measure(const Json& json, const Message& request) {
    const Plan plan = Plan::from_json(json.at("plan").get<std::string>());
    const Verdict verdict = measurement_->measure(plan.spec, binary_of(json, request),
                                                  json.at("draw").get<std::uint64_t>(),
                                                  json.at("best_ms").get<double>());
    return text_of({{"ok", true},
                    {"kind", to_string(verdict.kind)},
                    {"failure", verdict.failure},
                    {"median_ms", verdict.median_ms},
                    {"spread", verdict.spread},
                    {"relative_error", verdict.relative_error},
                    {"check_seconds", verdict.check_seconds},
                    {"time_seconds", verdict.time_seconds},
                    {"disturbance", verdict.disturbance},
                    {"at_power_limit", verdict.at_power_limit}});
  }

  Message enter(const Json& json, const Message& request) {
    const Plan plan = Plan::from_json(json.at("plan").get<std::string>());
    entrants_.push_back(measurement_->prepare(plan.spec, binary_of(json, request),
                                              json.at("draw").get<std::uint64_t>()));
    return text_of({{"ok", true}, {"entrant", entrants_.size() - 1}});
  }

  Message time(const Json& json) {
    PreparedKernel& entrant = entrants_.at(json.at("entrant").get<std::size_t>());
    settle(json,
           [&](const runtime::TimingOptions& options) { measurement_->time(entrant, options); });
    const Round round = timed([&] { return measurement_->time(entrant, kRound); });
    return text_of({{"ok", true}, {"ms", round.ms}, {"held_up", round.held_up}});
  }

  Message dense(const Json& json) {
    if (!dense_) dense_ = measurement_->open_dense();
    settle(json, [&](const runtime::TimingOptions& options) { measurement_->time_dense(options); });
    const Round round = timed([&] { return measurement_->time_dense(kRound); });
    return text_of({{"ok", true},
                    {"library", dense_->library},
                    {"note", dense_->note},
                    {"ms", round.ms},
                    {"held_up", round.held_up}});
  }

  struct Round {
    double ms;
    bool held_up;
  };

  // On the host others are seldom gone a moment later: whoever compares the turns is told.
  Round timed(const std::function<runtime::Samples()>& time) const {
    if (device_.kind() == DeviceKind::cuda) {
      std::string disturbance;
      const runtime::Samples samples = undisturbed(device_, time, disturbance);
      return {samples.median(), !disturbance.empty()};
    }
    const runtime::LoadWatch watch(device_);
    const runtime::Samples samples = time();
    return {samples.median(), is_held_up(samples.ms, watch.waited_share())};
  }

  const WorkerHooks& hooks_;
  Device device_ = Device::host();
  std::optional<Measurement> measurement_;
  std::optional<Measurement::Dense> dense_;
  std::vector<PreparedKernel> entrants_;
};

template <typename Number>
bool read_number(const char* text, Number& number) {
  const char* const end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, number);
  return error == std::errc{} && rest == end;
}

void limit(int resource, std::int64_t bytes) {
  struct rlimit now{};
  if (::getrlimit(resource, &now) != 0) return;
  now.rlim_cur = std::min(now.rlim_max, static_cast<rlim_t>(bytes));
  ::setrlimit(resource, &now);
}

}  // namespace

std::string worker_greeting() {
  return fmt::format("rbgp-worker {} generator {}", kProtocol, kGeneratorVersion);
}

int run_worker(int argc, char** argv, const WorkerHooks& hooks) {
  constexpr int kBadUsage = 2;
  pid_t parent = 0;
  std::int64_t memory_bytes = 0;
  if (argc != 3 || !read_number(argv[1], parent) || !read_number(argv[2], memory_bytes))
    return kBadUsage;
  if (!runtime::end_with_parent(parent)) return 0;
  // Of files this process writes the cache's alone: what does not fit under a limit of their size is not cached.
  ::signal(SIGXFSZ, SIG_IGN);
  limit(RLIMIT_CORE, 0);
  if (kLimitsMemory && memory_bytes > 0) limit(RLIMIT_DATA, memory_bytes);
  constexpr int kSocket = runtime::ChildProcess::kSocket;
  if (!runtime::send_message(kSocket, {worker_greeting(), {}})) return 0;
  WorkerServer server(hooks);
  for (Message request; receive_message(kSocket, request) == runtime::Received::message;)
    if (!runtime::send_message(kSocket, server.answer(request))) break;
  return 0;
}

}  // namespace rbgp
