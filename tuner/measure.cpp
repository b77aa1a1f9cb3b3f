#include <tuner/measure.hpp>

#include <algorithm>
#include <chrono>
#include <future>

#include <pipe/compile_spec.hpp>
#include <rbgp/error.hpp>
#include <runtime/load_watch.hpp>
#include <tuner/bench_inputs.hpp>
#include <tuner/rounds.hpp>

namespace rbgp {
namespace {

constexpr int kAttempts = 3;  // to time a kernel while nothing else happens

std::size_t bytes_of(std::int64_t elements, Dtype dtype) {
  return static_cast<std::size_t>(elements * dtype_bytes(dtype));
}

runtime::TimingOptions one_launch() {
  return {
      .min_seconds = 0, .min_samples = 1, .max_samples = 1, .launches_per_sample = 1, .warmup = 1};
}

}  // namespace

Measurement::Measurement(const Problem& problem, const Device& device, std::uint64_t seed,
                         bool cold)
    : problem_(problem),
      device_(device),
      seed_(seed),
      cold_(cold),
      checksum_(device),
      input_(random_operands(problem.dtype, problem.k * problem.n, derive_seed(seed, 100))),
      epilogue_(problem, derive_seed(seed, 103)),
      check_(problem, input_.data(), derive_seed(seed, 101), epilogue_.arguments()) {
  copies_.push_back(make_operands());
  if (!check_.is_mirrored()) return;
  std::vector<float> negated = input_;
  for (float& element : negated) element = -element;
  mirror_ = make_inputs(negated, epilogue_.negated());
}

SealedBuffer Measurement::sealed(GuardedBuffer buffer) const {
  const std::uint64_t checksum = buffer.checksum(checksum_);
  return {std::move(buffer), checksum};
}

bool Measurement::is_as_it_was(const SealedBuffer& sealed) const {
  return sealed.buffer.checksum(checksum_) == sealed.checksum;
}

Measurement::Inputs Measurement::make_inputs(const std::vector<float>& input,
                                             const EpilogueData& epilogue) const {
  const StoredFloats stored(problem_.dtype, input);
  Inputs inputs{sealed(GuardedBuffer(device_, stored.data(), stored.bytes())),
                DeviceEpilogue(epilogue, device_),
                {}};
  inputs.epilogue_checksums = inputs.epilogue.checksums(checksum_);
  return inputs;
}

Measurement::Operands Measurement::make_operands() const {
  return {make_inputs(input_, epilogue_),
          GuardedBuffer(device_, bytes_of(problem_.m * problem_.n, problem_.dtype))};
}

int Measurement::need_copies(std::size_t weight_bytes) {
  if (!cold_) return 1;
  const std::size_t bytes =
      weight_bytes + copies_.front().inputs.input.buffer.bytes() + copies_.front().output.bytes();
  const int copies = runtime::rotating_copies(static_cast<std::int64_t>(bytes),
                                              runtime::shared_cache_bytes(device_));
  while (copies_.size() < static_cast<std::size_t>(copies)) copies_.push_back(make_operands());
  return copies;
}

PreparedKernel Measurement::prepare(const KernelSpec& spec, const runtime::Binary& binary,
                                    std::uint64_t draw) const {
  const Kernel kernel = load_kernel(spec, device_, binary);
  PreparedKernel prepared{kernel,
                          random_operands(problem_.dtype, problem_.m * spec.pattern.nnz_per_row(),
                                          derive_seed(seed_, 1000 + draw)),
                          {},
                          GuardedBuffer(device_, kernel.workspace_bytes())};
  prepared.packed.push_back(pack(prepared));
  return prepared;
}

SealedBuffer Measurement::pack(const PreparedKernel& prepared) const {
  GuardedBuffer packed(device_, prepared.kernel.packed_bytes());
  prepared.kernel.pack(prepared.values.data(), packed.data());
  return sealed(std::move(packed));
}

runtime::Samples Measurement::time(PreparedKernel& prepared,
                                   const runtime::TimingOptions& options) {
  const int copies = need_copies(prepared.kernel.packed_bytes());
  while (prepared.packed.size() < static_cast<std::size_t>(copies))
    prepared.packed.push_back(pack(prepared));
  const auto launch = [&](int copy, void* stream) {
    const auto at = static_cast<std::size_t>(copy);
    Operands& operands = copies_[at];
    prepared.kernel.launch(prepared.packed[at].buffer.data(), operands.inputs.input.buffer.data(),
                           operands.output.data(), prepared.workspace.data(), stream,
                           operands.inputs.epilogue.arguments());
  };
  return runtime::LaunchTimer(device_, copies, launch, options).sample();
}

void Measurement::launch_once(PreparedKernel& prepared, const Inputs& inputs) {
  GuardedBuffer& output = copies_.front().output;
  output.poison();
  prepared.kernel.launch(prepared.packed.front().buffer.data(), inputs.input.buffer.data(),
                         output.data(), prepared.workspace.data(), nullptr,
                         inputs.epilogue.arguments());
  device_.synchronize();
}

void Measurement::read_output(std::vector<float>& floats) {
  const GuardedBuffer& output = copies_.front().output;
  floats.resize(static_cast<std::size_t>(problem_.m * problem_.n));
  if (StoredFloats::is_float(problem_.dtype)) return output.download(floats.data());
  stored_output_.resize(output.bytes());
  output.download(stored_output_.data());
  from_storage(problem_.dtype, stored_output_.data(), floats.size(), floats.data());
}

// Where, in one line; empty where nothing was.
std::string Measurement::written_outside(const PreparedKernel& prepared) const {
  if (!prepared.workspace.is_intact()) return "it wrote beside its workspace";
  for (const SealedBuffer& packed : prepared.packed)
    if (!is_as_it_was(packed)) return "it wrote into or beside the packed values";
  const auto written_of = [&](const Inputs& inputs) {
    if (!is_as_it_was(inputs.input)) return "it wrote into or beside I";
    if (inputs.epilogue.checksums(checksum_) != inputs.epilogue_checksums)
      return "it wrote into or beside what its epilogue reads";
    return "";
  };
  for (const Operands& operands : copies_) {
    if (!operands.output.is_intact()) return "it wrote beside O";
    if (std::string written = written_of(operands.inputs); !written.empty()) return written;
  }
  return mirror_ ? written_of(*mirror_) : "";
}

Verdict Measurement::compare_launches(PreparedKernel& prepared) {
  const Operands& operands = copies_.front();
  launch_once(prepared, operands.inputs);
  if (const std::string where = written_outside(prepared); !where.empty())
    return {.kind = FailureKind::out_of_bounds, .failure = where};
  const std::uint64_t first = operands.output.checksum(checksum_);
  launch_once(prepared, operands.inputs);
  if (operands.output.checksum(checksum_) != first) {
    if (const std::string where = written_outside(prepared); !where.empty())
      return {.kind = FailureKind::out_of_bounds, .failure = where};
    return {.kind = FailureKind::nondeterministic,
            .failure = "two launches on the same inputs differ"};
  }
  read_output(output_);
  if (mirror_) {
    launch_once(prepared, *mirror_);
    read_output(mirrored_);
  }
  return {};
}

// Meanwhile a GPU can be timed; on the host both want the same processors.
std::shared_future<Verdict> Measurement::check(const PreparedKernel& prepared) const {
  // Deferred, too, where there is no thread to be had.
  const std::launch how = device_.kind() == DeviceKind::host
                              ? std::launch::deferred
                              : std::launch::async | std::launch::deferred;
  return std::async(how, [this, &prepared]() -> Verdict {
    const ProductCheck::Result product =
        check_.check(prepared.kernel.spec().pattern, prepared.values.data(), output_.data(),
                     mirror_ ? mirrored_.data() : nullptr);
    return {.kind = product.failure.empty() ? FailureKind::none : FailureKind::wrong_result,
            .failure = product.failure,
            .relative_error = product.relative_error};
  });
}

runtime::Samples undisturbed(const Device& device, const std::function<runtime::Samples()>& time,
                             std::string& disturbance) {
  runtime::Samples best;
  runtime::LoadWatch watch(device);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    watch.begin();
    runtime::Samples samples = time();
    disturbance = watch.disturbance();
    // What disturbs can only slow a kernel down.
    if (disturbance.empty() || best.ms.empty() || samples.median() < best.median())
      best = std::move(samples);
    if (disturbance.empty()) break;
  }
  return best;
}

runtime::Samples Measurement::time_undisturbed(PreparedKernel& prepared,
                                               const runtime::TimingOptions& options,
                                               std::string& disturbance) {
  return undisturbed(device_, [&] { return time(prepared, options); }, disturbance);
}

// A launch that waited for a processor is no reason to give a kernel up; nor is one that others held up otherwise,
// hence the second.
bool Measurement::gives_up(PreparedKernel& prepared, double best_ms, runtime::Samples& samples) {
  constexpr int kLaunches = 2;
  for (int launch = 0; launch < kLaunches; ++launch) {
    const runtime::LoadWatch watch(device_);
    samples = time(prepared, one_launch());
    const bool is_slow = best_ms > 0 && samples.median() >= kGiveUp * best_ms;
    if (!is_slow || is_held_up(samples.ms, watch.waited_share())) return false;
  }
  return true;
}

Verdict Measurement::measure(const KernelSpec& spec, const runtime::Binary& binary,
                             std::uint64_t draw, double best_ms) {
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;
  const Clock::time_point begin = Clock::now();
  PreparedKernel prepared = prepare(spec, binary, draw);
  if (Verdict verdict = compare_launches(prepared); verdict.kind != FailureKind::none)
    return verdict;
  const std::shared_future<Verdict> checked = check(prepared);
  if (device_.kind() == DeviceKind::host && checked.get().kind != FailureKind::none)
    return checked.get();

  const Clock::time_point launched = Clock::now();
  runtime::Samples samples;
  std::string disturbance;
  if (!gives_up(prepared, best_ms, samples))
    samples = time_undisturbed(
        prepared, {.min_samples = 9, .max_samples = 101, .target_error = 0.01}, disturbance);
  const bool at_power_limit = runtime::at_power_limit(device_);
  if (const std::string where = written_outside(prepared); !where.empty())
    return {.kind = FailureKind::out_of_bounds, .failure = where};

  const Clock::time_point timed = Clock::now();
  Verdict verdict = checked.get();
  if (verdict.kind != FailureKind::none) return verdict;
  verdict.median_ms = samples.median();
  verdict.spread = samples.spread();
  verdict.check_seconds = Seconds(launched - begin + (Clock::now() - timed)).count();
  verdict.time_seconds = Seconds(timed - launched).count();
  verdict.disturbance = disturbance;
  verdict.at_power_limit = at_power_limit;
  return verdict;
}

Measurement::Dense Measurement::open_dense() {
  const std::vector<float> weights =
      random_operands(problem_.dtype, problem_.m * problem_.k, derive_seed(seed_, 102));
  std::string reason;
  dense_library_ = DenseBaseline::open(problem_, device_, reason);
  if (dense_library_) {
    const int copies = need_copies(bytes_of(problem_.m * problem_.k, problem_.dtype));
    for (int copy = 0; copy < copies; ++copy)
      dense_weights_.push_back(upload(device_, problem_.dtype, weights));
    return {dense_library_->name(), problem_.epilogue.empty()
                                        ? ""
                                        : "dense is the library's product alone, without the "
                                          "epilogue that our kernels include"};
  }
  // A complete Go of single rows has a kernel for every size.
  const Rbgp4Config complete{
      BaseGraphConfig::complete(1, problem_.k), BaseGraphConfig::complete(problem_.m, 1), {}, {}};
  const KernelSpec spec{problem_, Rbgp4Pattern::sample(complete, seed_),
                        default_kernel(complete, problem_, device_.properties())};
  dense_kernel_ =
      std::make_unique<PreparedKernel>(prepare(spec, compile_spec(spec, device_.properties()), 0));
  return {"rbgp, complete pattern",
          fmt::format("dense is our own kernel for the complete pattern, not the vendor's: {}",
                      reason)};
}

runtime::Samples Measurement::time_dense(const runtime::TimingOptions& options) {
  if (dense_kernel_) return time(*dense_kernel_, options);
  const auto launch = [&](int copy, void* stream) {
    const auto at = static_cast<std::size_t>(copy);
    dense_library_->launch(dense_weights_[at].data(), copies_[at].inputs.input.buffer.data(),
                           copies_[at].output.data(), stream);
  };
  return runtime::LaunchTimer(device_, static_cast<int>(dense_weights_.size()), launch, options)
      .sample();
}

}  // namespace rbgp
