#include <tuner/pipeline.hpp>

#include <algorithm>
#include <array>

#include <generator/kernel_family.hpp>
#include <rbgp/error.hpp>
#include <rbgp/plan.hpp>
#include <runtime/available_memory.hpp>
#include <runtime/disk_cache.hpp>
#include <runtime/processors.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kCompilerBytes = std::int64_t{512} << 20;
constexpr std::size_t kCodeDigits = 16;

// Two kernels of the same code and the same launch are one kernel.
std::string code_of(const KernelSpec& spec, const DeviceProperties& device,
                    const runtime::Binary& binary) {
  const KernelGeometry geometry = find_family(spec.kernel.family).geometry(shape_of(spec, device));
  const auto box = [](const CopyBox& of) {
    return fmt::format("{}x{} {} {}", of.rows, of.cols, of.swizzle_bytes, of.pair_rows);
  };
  const std::array<std::string, 3> parts = {
      std::string(reinterpret_cast<const char*>(binary.image.data()), binary.image.size()),
      fmt::format("{} {} {} {} {} {}", fmt::join(geometry.grid, " "),
                  fmt::join(geometry.block, " "), geometry.shared_bytes, geometry.tasks,
                  geometry.workspace_bytes, geometry.packed_bytes),
      fmt::format("{} {} {} {}", box(geometry.packed_box), box(geometry.input_box),
                  box(geometry.output_box), geometry.takes_output_map)};
  return runtime::cache_key(parts).substr(0, kCodeDigits);
}

// What a process that measured others before may have from one of them.
bool may_be_anothers_doing(FailureKind kind) {
  return kind == FailureKind::crash || kind == FailureKind::illegal_access ||
         kind == FailureKind::out_of_bounds || kind == FailureKind::out_of_memory ||
         kind == FailureKind::wrong_result || kind == FailureKind::nondeterministic;
}

void set_failure(CandidateResult& result, FailureKind kind, std::string failure) {
  result.ok = false;
  result.kind = kind;
  result.failure = std::move(failure);
}

}  // namespace

int most_compile_processes(int sharers) {
  const int processors = std::min(runtime::bound_processors(), runtime::granted_processors());
  return std::clamp(processors / sharers, 1, kMaxCompileProcesses);
}

int compile_processes(int sharers) {
  const int most = most_compile_processes(sharers);
  const auto bytes = runtime::available_memory();
  if (!bytes) return most;
  return static_cast<int>(std::clamp<std::int64_t>(*bytes / sharers / kCompilerBytes, 1, most));
}

Pipeline::Pipeline(const TuneRequest& request, const std::vector<Device>& devices,
                   PatternCache& patterns, Begin begin)
    : request_(request),
      patterns_(patterns),
      quiet_(request.device.kind() == DeviceKind::host),
      measures_(begin == Begin::at_once),
      opening_(quiet_ ? 0 : devices.size()),
      devices_(devices.size()),
      devices_left_(devices.size()) {
  const WorkerSetup compiling = compiling_setup(request, &stop_);
  try {
    for (int left = compile_processes(request.sharers); left > 0; --left)
      threads_.emplace_back([this, compiling] { compile_jobs(compiling); });
    for (const Device& device : devices)
      threads_.emplace_back(
          [this, setup = measuring_setup(request, device, &stop_)] { measure_jobs(setup); });
  } catch (...) {  // a limit on threads: those that run have to end before they can be destroyed
    end();
    throw;
  }
}

Pipeline::~Pipeline() { end(); }

void Pipeline::end() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Pipeline::submit(const Candidate& candidate) {
  auto job = std::make_shared<Job>();
  job->candidate = candidate;
  job->result = {.config = candidate.config, .kernel = candidate.kernel};
  const std::lock_guard lock(mutex_);
  job->number = submitted_++;
  jobs_.push_back(std::move(job));
  changed_.notify_all();
}

void Pipeline::wait_until_open() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return opening_ == 0; });
}

void Pipeline::begin_measuring() {
  const std::lock_guard lock(mutex_);
  measures_ = true;
  begin_ = last_ = Clock::now();
  changed_.notify_all();
}

std::optional<CandidateResult> Pipeline::next(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return !done_.empty() || error_; });
  // What was measured is not lost with what came after it.
  if (done_.empty() && error_) std::rethrow_exception(error_);
  if (done_.empty()) return std::nullopt;
  CandidateResult result = std::move(done_.front());
  done_.pop_front();
  return result;
}

void Pipeline::remember(const CandidateResult& result) {
  const std::lock_guard lock(mutex_);
  if (!result.code.empty()) by_code_.emplace(result.code, result);
}

double Pipeline::busy_share() const {
  const std::lock_guard lock(mutex_);
  const double seconds = std::chrono::duration<double>(last_ - begin_).count();
  return seconds > 0 ? busy_seconds_ / (seconds * static_cast<double>(devices_)) : 0;
}

void Pipeline::Stage::add(double taken) {
  seconds += taken;
  ++candidates;
}

StageSeconds Pipeline::candidate_seconds() const {
  const std::lock_guard lock(mutex_);
  return {.compile = compiling_.mean(), .check = checking_.mean(), .time = timing_.mean()};
}

std::int64_t Pipeline::reused() const {
  const std::lock_guard lock(mutex_);
  return reused_;
}

std::shared_ptr<Pipeline::Job> Pipeline::take_uncompiled() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stop_) return nullptr;
    for (const std::shared_ptr<Job>& job : jobs_)
      if (job->state == Job::State::queued) {
        job->state = Job::State::compiling;
        return job;
      }
    changed_.wait(lock);
  }
}

// The first that may be measured: what takes long to compile holds up no other.
Pipeline::Jobs::iterator Pipeline::measurable() {
  const auto is_compiled = [](const auto& job) { return job->state == Job::State::compiled; };
  if (!measures_ || (quiet_ && !std::all_of(jobs_.begin(), jobs_.end(), is_compiled)))
    return jobs_.end();
  return std::find_if(jobs_.begin(), jobs_.end(), [&](const auto& job) {
    return is_compiled(job) && !codes_under_way_.contains(job->result.code);
  });
}

std::shared_ptr<Pipeline::Job> Pipeline::take_compiled() {
  std::unique_lock lock(mutex_);
  Jobs::iterator found;
  changed_.wait(lock, [&] { return stop_ || (found = measurable()) != jobs_.end(); });
  if (stop_) return nullptr;
  std::shared_ptr<Job> job = std::move(*found);
  jobs_.erase(found);
  return job;
}

void Pipeline::compile_jobs(const WorkerSetup& setup) {
  try {
    Worker worker(setup);
    while (const std::shared_ptr<Job> job = take_uncompiled()) {
      const Clock::time_point begin = Clock::now();
      compile(worker, *job);
      const std::lock_guard lock(mutex_);
      if (job->result.kind == FailureKind::none)
        compiling_.add(std::chrono::duration<double>(Clock::now() - begin).count());
      job->state = Job::State::compiled;
      changed_.notify_all();
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
    changed_.notify_all();
  }
}

void Pipeline::compile(Worker& worker, Job& job) {
  try {
    const PatternCache::Entry& entry = patterns_.get(job.candidate.config);
    job.result.spectral_gap = entry.spectral_gap;
    const Plan plan{.spec = {request_.problem, entry.pattern, job.candidate.kernel},
                    .seed = request_.seed,
                    .device = request_.device.properties()};
    job.plan = plan.to_json();
    Answer answer = worker.ask(compile_request(job.plan), request_.compile_limit_seconds);
    // What is missing on this machine is missing for every candidate.
    if (answer.code == ErrorCode::unsupported && !compiled_any_)
      fail(ErrorCode::unsupported, "{}", answer.json.value("failure", ""));
    if (answer.kind == FailureKind::hang) answer.kind = FailureKind::compile_timeout;
    if (answer.kind != FailureKind::none)
      return set_failure(job.result, answer.kind, "compiling: " + answer.failure);
    if (answer.stopped) return;
    compiled_any_ = true;
    job.binary = binary_of(std::move(answer), plan.device.kind);
    job.result.code = code_of(plan.spec, plan.device, job.binary);
  } catch (const Error& error) {
    // Of the pattern. What is wrong with the worker is wrong for all, and ends the sweep.
    if (job.plan.empty())
      return set_failure(job.result, FailureKind::unsupported,
                         fmt::format("{}: {}", to_string(error.code()), error.what()));
    throw;
  }
}

// A context and I take a second or more, in which the first candidates are compiled.
void Pipeline::open(Worker& worker) {
  const auto opened = [&] {
    const std::lock_guard lock(mutex_);
    --opening_;
    changed_.notify_all();
  };
  try {
    worker.open();
  } catch (...) {
    opened();
    throw;
  }
  opened();
}

void Pipeline::measure_jobs(const WorkerSetup& setup) {
  std::shared_ptr<Job> job;
  try {
    Worker worker(setup);
    if (!quiet_) open(worker);
    while ((job = take_compiled())) {
      if (job->result.kind == FailureKind::none && !answer_from_code(*job)) measure(worker, *job);
      if (!stop_) finish(*job);
    }
  } catch (const std::exception& error) {
    const std::lock_guard lock(mutex_);
    if (--devices_left_ == 0) {
      if (!error_) error_ = std::current_exception();
    } else {
      lost_.push_back(error.what());
      if (job) {  // for another device
        codes_under_way_.erase(job->result.code);
        jobs_.push_front(job);
      }
    }
    changed_.notify_all();
  }
}

std::vector<std::string> Pipeline::lost_devices() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

// From a candidate that has the very same code; else this one is now under way.
bool Pipeline::answer_from_code(Job& job) {
  const std::lock_guard lock(mutex_);
  const auto known = by_code_.find(job.result.code);
  if (known == by_code_.end()) {
    codes_under_way_.insert(job.result.code);
    return false;
  }
  CandidateResult result = known->second;
  result.config = job.result.config;
  result.kernel = job.result.kernel;
  result.spectral_gap = job.result.spectral_gap;
  job.result = std::move(result);
  ++reused_;
  return true;
}

void Pipeline::measure(Worker& worker, Job& job) {
  const Clock::time_point begin = Clock::now();
  Answer answer;
  bool again = true;
  while (again) {
    again = false;
    const bool fresh = worker.is_fresh();
    nlohmann::ordered_json request = kernel_request("measure", job.plan, job.binary, job.number);
    request["best_ms"] = best_ms_.load();
    answer = worker.ask(request, request_.run_limit_seconds, job.binary.image);
    if (answer.stopped) return;
    set_verdict(job.result, answer);
    // It compiled: what it asks of the device is too much.
    if (job.result.kind == FailureKind::unsupported) job.result.kind = FailureKind::launch_failed;
    if (job.result.ok) break;
    // What it did to its process is not to meet others.
    worker.retire();
    again = !fresh && may_be_anothers_doing(job.result.kind);
  }
  const std::lock_guard lock(mutex_);
  busy_seconds_ += std::chrono::duration<double>(Clock::now() - begin).count();
  if (!job.result.ok) return;
  checking_.add(answer.json.value("check_seconds", 0.0));
  timing_.add(answer.json.value("time_seconds", 0.0));
}

void Pipeline::finish(const Job& job) {
  const std::lock_guard lock(mutex_);
  codes_under_way_.erase(job.result.code);
  if (!job.result.code.empty()) by_code_.emplace(job.result.code, job.result);
  done_.push_back(job.result);
  last_ = Clock::now();
  changed_.notify_all();
}

}  // namespace rbgp
