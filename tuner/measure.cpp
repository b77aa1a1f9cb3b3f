#include <tuner/measure.hpp>

#include <cmath>

#include <rbgp/error.hpp>
#include <tuner/bench_inputs.hpp>

namespace rbgp {
namespace {

constexpr std::uint8_t kPoison = 0xff;  // NaN in every float
constexpr double kGiveUp = 3;  // times the best, after which a candidate is timed no further

std::size_t bytes_of(std::int64_t elements, Dtype dtype) {
  return static_cast<std::size_t>(elements * dtype_bytes(dtype));
}

runtime::TimingOptions one_launch() {
  return {
      .min_seconds = 0, .min_samples = 1, .max_samples = 1, .launches_per_sample = 1, .warmup = 1};
}

}  // namespace

const PatternCache::Entry& PatternCache::get(const Rbgp4Config& config) {
  const std::string key = config.to_string();
  const auto known = entries_.find(key);
  if (known != entries_.end()) return known->second;
  Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, seed_);
  const double gap = pattern.spectral_gap();
  return entries_.emplace(key, Entry{std::move(pattern), gap}).first->second;
}

void PatternCache::put(const Rbgp4Pattern& pattern) {
  entries_.insert_or_assign(pattern.config().to_string(), Entry{pattern, pattern.spectral_gap()});
}

Measurement::Measurement(const Problem& problem, const Device& device, std::uint64_t seed)
    : problem_(problem),
      device_(device),
      seed_(seed),
      patterns_(seed),
      input_(random_operands(problem.dtype, problem.k * problem.n, derive_seed(seed, 100))),
      epilogue_(problem, derive_seed(seed, 103)),
      check_(problem, input_.data(), derive_seed(seed, 101), epilogue_.arguments()),
      device_input_(upload(device, problem.dtype, input_)),
      device_output_(device, bytes_of(problem.m * problem.n, problem.dtype)),
      device_epilogue_(epilogue_, device) {
  if (!check_.is_mirrored()) return;
  std::vector<float> negated = input_;
  for (float& element : negated) element = -element;
  mirror_ = std::make_unique<Mirror>(
      Mirror{upload(device, problem.dtype, negated), DeviceEpilogue(epilogue_.negated(), device)});
}

PreparedKernel Measurement::prepare(const Candidate& candidate) {
  const Rbgp4Pattern& pattern = patterns_.get(candidate.config).pattern;
  Kernel kernel = Kernel::create({problem_, pattern, candidate.kernel}, device_);
  PreparedKernel prepared{kernel, DeviceBuffer(device_, kernel.packed_bytes()),
                          DeviceBuffer(device_, kernel.workspace_bytes())};
  return prepared;
}

runtime::Samples Measurement::time(const PreparedKernel& prepared,
                                   const runtime::TimingOptions& options) {
  // The workspace is scratch memory of the launch, not part of the prepared kernel's value.
  void* workspace = const_cast<void*>(prepared.workspace.data());
  return runtime::time_launches(
      device_,
      [&](void* stream) {
        prepared.kernel.launch(prepared.packed.data(), device_input_.data(), device_output_.data(),
                               workspace, stream, device_epilogue_.arguments());
      },
      options);
}

std::vector<float> Measurement::launch_once(const PreparedKernel& prepared,
                                            const DeviceBuffer& input,
                                            const DeviceEpilogue& epilogue) {
  device_output_.fill(kPoison);
  void* workspace = const_cast<void*>(prepared.workspace.data());  // as in time
  prepared.kernel.launch(prepared.packed.data(), input.data(), device_output_.data(), workspace,
                         nullptr, epilogue.arguments());
  device_.synchronize();
  return download(problem_.dtype, device_output_);
}

CandidateResult Measurement::measure(const Candidate& candidate, double best_ms) {
  CandidateResult result;
  result.config = candidate.config;
  result.kernel = candidate.kernel;
  const PatternCache::Entry& entry = patterns_.get(candidate.config);
  result.spectral_gap = entry.spectral_gap;

  PreparedKernel prepared = prepare(candidate);
  const std::vector<float> values =
      random_operands(problem_.dtype, problem_.m * entry.pattern.nnz_per_row(),
                      derive_seed(seed_, 1000 + drawn_++));
  prepared.kernel.pack(values.data(), prepared.packed);
  const std::vector<float> output = launch_once(prepared, device_input_, device_epilogue_);
  std::vector<float> mirrored;
  if (mirror_) mirrored = launch_once(prepared, mirror_->input, mirror_->epilogue);
  const ProductCheck::Result check = check_.check(entry.pattern, values.data(), output.data(),
                                                  mirror_ ? mirrored.data() : nullptr);
  result.relative_error = check.relative_error;
  result.failure = check.failure;
  if (!result.failure.empty()) return result;

  runtime::Samples samples = time(prepared, one_launch());
  if (best_ms == 0 || samples.median() < kGiveUp * best_ms)
    samples = time(prepared, {.min_seconds = 0.02, .min_samples = 5, .max_samples = 101});
  result.median_ms = samples.median();
  result.spread = samples.spread();
  result.ok = true;
  return result;
}

Measurement::Dense Measurement::open_dense() {
  const std::vector<float> weights =
      random_operands(problem_.dtype, problem_.m * problem_.k, derive_seed(seed_, 102));
  std::string reason;
  dense_library_ = DenseBaseline::open(problem_, device_, reason);
  if (dense_library_) {
    dense_weights_ = upload(device_, problem_.dtype, weights);
    return {dense_library_->name(), problem_.epilogue.empty()
                                        ? ""
                                        : "dense is the library's product alone, without the "
                                          "epilogue that our kernels include"};
  }
  // A complete Go of single rows has a kernel for every size.
  const Rbgp4Config complete{
      BaseGraphConfig::complete(1, problem_.k), BaseGraphConfig::complete(problem_.m, 1), {}, {}};
  dense_kernel_ = std::make_unique<PreparedKernel>(
      prepare({complete, default_kernel(complete, problem_, device_.properties())}));
  dense_kernel_->kernel.pack(weights.data(), dense_kernel_->packed);
  return {"rbgp, complete pattern",
          fmt::format("dense is our own kernel for the complete pattern, not the vendor's: {}",
                      reason)};
}

runtime::Samples Measurement::time_dense(const runtime::TimingOptions& options) {
  if (dense_kernel_) return time(*dense_kernel_, options);
  return runtime::time_launches(
      device_,
      [&](void* stream) {
        dense_library_->launch(dense_weights_.data(), device_input_.data(), device_output_.data(),
                               stream);
      },
      options);
}

}  // namespace rbgp
