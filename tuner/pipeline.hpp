// Candidates on their way: compiled by several processes ahead of the ones that measure them, one a
// device.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <rbgp/tuner.hpp>
#include <runtime/compiler.hpp>
#include <tuner/pattern_cache.hpp>
#include <tuner/search_space.hpp>
#include <tuner/worker.hpp>

namespace rbgp {

// Processes that compile at once, where so many sweeps share processors: as many as those and free memory allow, at
// least one and at most kMaxCompileProcesses.
inline constexpr int kMaxCompileProcesses = 16;
int compile_processes(int sharers);
// What it would be with any memory.
int most_compile_processes(int sharers);

// Used from one thread, which submits candidates and takes what became of them. They are measured as
// they come from the compilers, of those that wait the one first that was submitted first.
//
// On the host nothing is compiled while a kernel is timed: both want the same cores.
class Pipeline {
 public:
  // `at_once`: measures as soon as a candidate is compiled. `when_told`: compiles meanwhile, for a caller that
  // measures something else before.
  enum class Begin { at_once, when_told };

  // The request and the patterns have to outlive it.
  Pipeline(const TuneRequest& request, const std::vector<Device>& devices, PatternCache& patterns,
           Begin begin = Begin::at_once);
  ~Pipeline();  // kills what is under way
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  void submit(const Candidate& candidate);

  // Blocks until a GPU's processes have what they begin with: before, they disturb what others time there. On the
  // host they begin when a candidate comes.
  void wait_until_open();
  void begin_measuring();

  // What became of a candidate; nothing where none is done within `patience`.
  // Errors: where no worker can be started, or opened on any of the devices.
  std::optional<CandidateResult> next(std::chrono::milliseconds patience);

  // A candidate that was measured before: one with the same code is not measured again.
  void remember(const CandidateResult& result);
  // Of right candidates so far; 0: none.
  void set_best_ms(double best_ms) { best_ms_ = best_ms; }

  // The part of the time since measuring began that went into checking and timing one, of
  // each device: with what its worker does for that on the host.
  double busy_share() const;
  StageSeconds candidate_seconds() const;
  std::int64_t reused() const;  // candidates that another's code spoke for
  // Devices on which no worker can be opened any more, one line each: the others go on.
  std::vector<std::string> lost_devices() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Job {
    enum class State { queued, compiling, compiled };
    std::uint64_t number = 0;
    Candidate candidate;
    State state = State::queued;
    CandidateResult result;
    std::string plan;  // its text
    runtime::Binary binary;
  };

  using Jobs = std::deque<std::shared_ptr<Job>>;

  void end();  // of all threads
  void compile_jobs(const WorkerSetup& setup);
  void measure_jobs(const WorkerSetup& setup);
  void open(Worker& worker);
  std::shared_ptr<Job> take_uncompiled();
  std::shared_ptr<Job> take_compiled();
  Jobs::iterator measurable();
  void compile(Worker& worker, Job& job);
  void measure(Worker& worker, Job& job);
  bool answer_from_code(Job& job);
  void finish(const Job& job);

  const TuneRequest& request_;
  PatternCache& patterns_;
  bool quiet_;  // nothing compiles while something is measured
  std::atomic<bool> stop_ = false;
  std::atomic<double> best_ms_ = 0;
  std::atomic<bool> compiled_any_ = false;

  mutable std::mutex mutex_;  // of everything below
  std::condition_variable changed_;
  bool measures_;
  std::size_t opening_ = 0;  // devices whose process is not open yet
  std::uint64_t submitted_ = 0;
  Jobs jobs_;  // not yet taken to be measured, in order
  std::deque<CandidateResult> done_;
  std::map<std::string, CandidateResult> by_code_;
  std::set<std::string> codes_under_way_;
  std::exception_ptr error_;
  Clock::time_point begin_ = Clock::now(), last_ = begin_;  // of measuring, of the last result
  double busy_seconds_ = 0;
  struct Stage {
    double seconds = 0;
    std::int64_t candidates = 0;
    void add(double taken);
    double mean() const { return candidates > 0 ? seconds / static_cast<double>(candidates) : 0; }
  };
  Stage compiling_, checking_, timing_;
  std::int64_t reused_ = 0;
  std::size_t devices_, devices_left_;  // at first, and those not lost
  std::vector<std::string> lost_;  // why the others are

  std::vector<std::thread> threads_;
};

}  // namespace rbgp
