#include <rbgp/wisdom.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

#include <rbgp/error.hpp>
#include <tuner/default_candidate.hpp>
#include <tuner/pipeline.hpp>
#include <tuner/spaces.hpp>
#include <tuner/strategy.hpp>
#include <tuner/sweep_target.hpp>

namespace rbgp {
namespace {

constexpr double kFarthest = 4;  // of a nearest entry: the product of the ratios is 16
constexpr double kDensityTolerance = 1e-9;
constexpr std::size_t kKnown = 3;  // that a sweep begins with
constexpr std::chrono::milliseconds kPatience{50};

double ratio(double a, double b) { return std::abs(std::log2(a / b)); }

double distance(const WisdomEntry& entry, const Problem& here, double density) {
  const Problem& there = entry.plan.spec.problem;
  return ratio(static_cast<double>(there.m), static_cast<double>(here.m)) +
         ratio(static_cast<double>(there.k), static_cast<double>(here.k)) +
         ratio(static_cast<double>(there.n), static_cast<double>(here.n)) +
         ratio(entry.plan.spec.pattern.config().density(), density);
}

// Of those that are usable and of the problem's dtype and layout, the nearest first, with their distances.
template <typename Usable>
std::vector<std::pair<double, const WisdomEntry*>> nearest_entries(const Wisdom& wisdom,
                                                                   const Problem& problem,
                                                                   double density,
                                                                   const Usable& is_usable) {
  std::vector<std::pair<double, const WisdomEntry*>> near;
  for (const WisdomEntry* entry : wisdom.entries()) {
    const Problem& there = entry->plan.spec.problem;
    if (!is_usable(*entry) || there.dtype != problem.dtype || there.layout != problem.layout)
      continue;
    const double far = distance(*entry, problem, density);
    if (far <= kFarthest) near.emplace_back(far, entry);
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return near;
}

// The plan's tile under a Go of the problem's; nothing where there is none, or its kernel cannot.
std::optional<Candidate> moved(const Plan& plan, const Problem& problem, double density) {
  const Rbgp4Config& there = plan.spec.pattern.config();
  const auto config = with_go(there, problem.m, problem.k, density / there.gi.density());
  if (!config) return std::nullopt;
  const KernelFamily& family = find_family(plan.spec.kernel.family);
  if (family.unsupported({*config, problem, plan.spec.kernel, plan.device})) return std::nullopt;
  return Candidate{*config, plan.spec.kernel};
}

class LookUp {
 public:
  LookUp(const Wisdom& wisdom, const WisdomRequest& request) : wisdom_(wisdom), request_(request) {
    tune_request_ = {.problem = request.problem,
                     .sparsity_percent = request.sparsity_percent,
                     .device = request.device,
                     .seed = request.seed,
                     .nearest = true,
                     .pad = true};
    require_sizes(request.problem);
    require(request.sparsity_percent >= 0 && request.sparsity_percent < 100,
            ErrorCode::invalid_argument, "sparsity {} %: allowed is 0 to below 100",
            request.sparsity_percent);
    require(!request.target || !request.validate, ErrorCode::invalid_argument,
            "{} is a target and no device: nothing is validated on it",
            request.target ? request.target->name : "");
  }

  WisdomAnswer run() {
    using Step = bool (LookUp::*)();
    for (const Step step : {&LookUp::exact, &LookUp::nearest, &LookUp::expected})
      if ((this->*step)()) return std::move(answer_);
    fail(request_.validate && tried_ > 0 ? ErrorCode::internal : ErrorCode::unsupported,
         "nothing known or expected for {} at {} % is right here{}{}", request_.problem.to_string(),
         request_.sparsity_percent,
         answer_.notes.empty() ? "" : "; the last: " + answer_.notes.back(),
         request_.validate ? "; --no-validate asks for a plan unchecked" : "");
  }

 private:
  double density() const { return 1 - request_.sparsity_percent / 100; }

  const DeviceProperties& device() const {
    return request_.target ? *request_.target : request_.device.properties();
  }

  bool is_usable(const WisdomEntry& entry) const {
    return entry.is_of_this_generator() && is_of_here(entry);
  }

  // Entries that a kernel on this device may be made of.
  bool is_of_here(const WisdomEntry& entry) const {
    return entry.prefer == request_.prefer && entry.is_for(device());
  }

  bool exact() {
    for (const WisdomEntry* entry : wisdom_.entries()) {
      if (!is_usable(*entry) || entry->cold != request_.cold) continue;
      if (!(entry->plan.spec.problem == request_.problem)) continue;
      if (std::abs(entry->plan.spec.pattern.config().density() - density()) > kDensityTolerance)
        continue;
      if (!take(WisdomSource::exact, entry->plan)) return false;
      if (request_.target)
        answer_.notes.push_back(fmt::format("measured on {}", entry->plan.device.name));
      return true;
    }
    return false;
  }

  bool take_moved(const Plan& plan) {
    try {
      const auto candidate = moved(plan, request_.problem, density());
      return candidate && take(WisdomSource::nearest, plan_of(*candidate, plan.device));
    } catch (const Error& error) {  // no graphs of these sizes, say
      if (error.code() != ErrorCode::invalid_argument) throw;
      return false;
    }
  }

  bool nearest() {
    const auto near = nearest_entries(wisdom_, request_.problem, density(),
                                      [&](const WisdomEntry& entry) { return is_usable(entry); });
    for (const auto& [far, entry] : near) {
      if (!take_moved(entry->plan)) continue;
      answer_.notes.push_back(fmt::format("from the plan of {} with {}{}",
                                          entry->plan.spec.problem.to_string(),
                                          entry->plan.spec.pattern.config().to_string(),
                                          request_.target ? " on " + entry->plan.device.name : ""));
      return true;
    }
    return false;
  }

  bool expected() {
    const std::size_t notes = answer_.notes.size();
    const SweepTarget target = resolve_target(tune_request_, answer_.notes);
    // It says what it padded and rounded.
    const WisdomSource source =
        answer_.notes.size() == notes ? WisdomSource::model : WisdomSource::standard;
    const auto spaces = make_spaces(tune_request_, target, device());
    std::vector<const SearchSpace*> pointers;
    for (const auto& space : spaces) pointers.push_back(space.get());
    auto candidate = default_candidate(tune_request_, pointers, device());
    // Where its few draws meet none: what a search would begin with.
    for (std::size_t i = 0; i < spaces.size() && !candidate; ++i)
      if (const auto point = make_strategy("local", *spaces[i], 0)->next())
        candidate = spaces[i]->candidate(*point);
    if (!candidate || !take(source, plan_of(*candidate, device()))) return false;
    const auto entries = wisdom_.entries();
    const auto old = std::count_if(entries.begin(), entries.end(), [&](const WisdomEntry* entry) {
      return !entry->is_of_this_generator() && is_of_here(*entry);
    });
    if (old > 0)
      answer_.notes.push_back(fmt::format(
          "another version of the generator made {} that {} known for this device and not taken",
          old == 1 ? "a plan" : fmt::format("{} plans", old), old == 1 ? "is" : "are"));
    if (request_.prefer != Preference::time)
      answer_.notes.push_back(
          fmt::format("no plan is known that was chosen by {}, and the model expects times alone",
                      to_string(request_.prefer)));
    return true;
  }

  Plan plan_of(const Candidate& candidate, const DeviceProperties& of) const {
    return {.spec = {request_.problem, Rbgp4Pattern::sample(candidate.config, request_.seed),
                     candidate.kernel},
            .seed = request_.seed,
            .device = of};
  }

  bool take(WisdomSource source, Plan plan) {
    ++tried_;
    if (request_.validate && !is_right(plan)) {
      answer_.notes.push_back(
          fmt::format("{} is not right here: {}", to_string(source), answer_.checked->failure));
      answer_.checked.reset();
      return false;
    }
    answer_.source = source;
    answer_.plan = std::move(plan);
    return true;
  }

  bool is_right(Plan& plan) {
    PatternCache patterns(plan.seed);
    patterns.put(plan.spec.pattern);
    TuneRequest one = tune_request_;
    one.cold = request_.cold;
    Pipeline pipeline(one, {request_.device}, patterns);
    pipeline.submit({plan.spec.pattern.config(), plan.spec.kernel});
    do {
      answer_.checked = pipeline.next(kPatience);
    } while (!answer_.checked);
    const CandidateResult& checked = *answer_.checked;
    // What finals found, beside a dense time of theirs, says more than one timing now.
    if (checked.ok && plan.median_ms == 0 && checked.disturbance.empty())
      plan.median_ms = checked.median_ms;
    if (checked.ok && !checked.disturbance.empty())
      answer_.notes.push_back(fmt::format("it could not be timed undisturbed now; the last time {}",
                                          checked.disturbance));
    return checked.ok;
  }

  const Wisdom& wisdom_;
  const WisdomRequest& request_;
  TuneRequest tune_request_;
  WisdomAnswer answer_;
  int tried_ = 0;
};

}  // namespace

std::string_view to_string(WisdomSource source) {
  switch (source) {
    case WisdomSource::exact:
      return "exact";
    case WisdomSource::nearest:
      return "nearest";
    case WisdomSource::model:
      return "model";
    case WisdomSource::standard:
      return "default";
  }
  return "";
}

std::vector<Candidate> known_candidates(const Wisdom& wisdom, const TuneRequest& request) {
  std::vector<Candidate> known;
  if (request.config || request.pattern || !find_strategy(request.strategy).asks_model)
    return known;
  const DeviceProperties& here = request.device.properties();
  const double density = 1 - request.sparsity_percent / 100;
  const auto is_usable = [&](const WisdomEntry& entry) {
    return entry.is_of_this_generator() && entry.plan.device.kind == here.kind &&
           entry.plan.device.arch == here.arch;
  };
  for (const auto& [far, entry] : nearest_entries(wisdom, request.problem, density, is_usable)) {
    if (known.size() == kKnown) break;
    const auto candidate = moved(entry->plan, request.problem, density);
    const auto is_same = [&](const Candidate& other) { return other.key() == candidate->key(); };
    if (candidate && std::none_of(known.begin(), known.end(), is_same)) known.push_back(*candidate);
  }
  return known;
}

WisdomAnswer look_up(const Wisdom& wisdom, const WisdomRequest& request) {
  return LookUp(wisdom, request).run();
}

}  // namespace rbgp
