#include <generator/kernel_family.hpp>

#include <algorithm>
#include <iterator>

#include <generator/construction.hpp>
#include <generator/cuda_source.hpp>
#include <generator/families.hpp>
#include <generator/kernel_work.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/error.hpp>

namespace rbgp {

std::int64_t KernelShape::gi_clones() const {
  return known_clones != 0 ? known_clones : sampled_clones(config.gi);
}

KernelShape shape_of(const KernelSpec& spec, const DeviceProperties& device) {
  return {spec.pattern.config(), spec.problem, spec.kernel, device, clones_of(spec.pattern.gi())};
}

namespace {

constexpr Dtype kF32[] = {Dtype::f32};
constexpr Dtype kMmaDtypes[] = {Dtype::tf32, Dtype::bf16, Dtype::f16};
constexpr Dtype kWgmmaDtypes[] = {Dtype::f32x3, Dtype::tf32, Dtype::bf16, Dtype::f16};

constexpr KernelFamily kFamilies[] = {
    {.name = "simt_rbgp4mm",
     .target = DeviceKind::cuda,
     .summary = "Algorithm 1 of the paper on CUDA cores",
     .entry = "rbgp_kernel",
     .pack_entry = "rbgp_pack",
     .tunables = simt_rbgp4mm::tunables,
     .unsupported = simt_rbgp4mm::unsupported,
     .geometry = simt_rbgp4mm::geometry,
     .work = simt_rbgp4mm::work,
     .emit = simt_rbgp4mm::emit},
    {.name = "simt_row_group",
     .target = DeviceKind::cuda,
     .summary = "one warp a row group, asynchronous copies running ahead over tiles",
     .entry = "rbgp_kernel",
     .pack_entry = "rbgp_pack",
     .tunables = simt_row_group::tunables,
     .unsupported = simt_row_group::unsupported,
     .geometry = simt_row_group::geometry,
     .work = simt_row_group::work,
     .emit = simt_row_group::emit,
     .dtypes = kF32},
    {.name = "simt_gather",
     .target = DeviceKind::cuda,
     .summary = "few columns of I: values stream to registers, lanes gather rows of I",
     .entry = "rbgp_kernel",
     .pack_entry = "rbgp_pack",
     .tunables = simt_gather::tunables,
     .unsupported = simt_gather::unsupported,
     .geometry = simt_gather::geometry,
     .work = simt_gather::work,
     .emit = simt_gather::emit,
     .dtypes = kF32},
    {.name = "simt_tma",
     .target = DeviceKind::cuda,
     .summary =
         "register tiles fed by the copy engine, no barrier in the loop; row groups may merge",
     .entry = "rbgp_kernel",
     .pack_entry = "rbgp_pack",
     .tunables = simt_tma::tunables,
     .unsupported = simt_tma::unsupported,
     .geometry = simt_tma::geometry,
     .work = simt_tma::work,
     .emit = simt_tma::emit,
     .dtypes = kF32},
    {.name = "wgmma",
     .target = DeviceKind::cuda,
     .summary =
         "tensor cores of Hopper, fed by the copy engine; a row group multiplies its own slabs",
     .entry = "rbgp_kernel",
     .pack_entry = "rbgp_pack",
     .tunables = wgmma::tunables,
     .unsupported = wgmma::unsupported,
     .geometry = wgmma::geometry,
     .work = wgmma::work,
     .emit = wgmma::emit,
     .dtypes = kWgmmaDtypes},
    {.name = "mma",
     .target = DeviceKind::cuda,
     .summary = "tensor cores by mma.sync; row groups of 16 gather their columns one by one",
     .entry = "rbgp_kernel",
     .pack_entry = "rbgp_pack",
     .tunables = mma::tunables,
     .unsupported = mma::unsupported,
     .geometry = mma::geometry,
     .work = mma::work,
     .emit = mma::emit,
     .dtypes = kMmaDtypes},
#if RBGP_HOST_JIT
    {.name = "host_rbgp4mm",
     .target = DeviceKind::host,
     .summary = "register tiles over packed panels of I, on vector units",
     .entry = "rbgp_kernel",
     .pack_entry = "rbgp_pack",
     .tunables = host_rbgp4mm::tunables,
     .unsupported = host_rbgp4mm::unsupported,
     .geometry = host_rbgp4mm::geometry,
     .work = host_rbgp4mm::work,
     .emit = host_rbgp4mm::emit,
     .dtypes = kF32},
#endif
};

}  // namespace

std::span<const KernelFamily> kernel_families() { return kFamilies; }

const KernelFamily& find_family(std::string_view name) {
  for (const KernelFamily& family : kFamilies)
    if (family.name == name) return family;
  std::string known;
  for (const KernelFamily& family : kFamilies)
    known += fmt::format("{}{}", known.empty() ? "" : ", ", family.name);
  fail(ErrorCode::invalid_argument, "kernel family '{}' is not in this build; known are {}", name,
       known);
}

bool KernelFamily::multiplies(Dtype dtype) const {
  return dtypes.empty() || std::find(dtypes.begin(), dtypes.end(), dtype) != dtypes.end();
}

void require_family(DeviceKind target, Dtype dtype) {
  const auto families = kernel_families();
  require(std::any_of(families.begin(), families.end(),
                      [&](const KernelFamily& family) {
                        return family.target == target && family.multiplies(dtype);
                      }),
          ErrorCode::unsupported,
          "this build has no kernel family that multiplies {} on {}; see rbgp doctor",
          to_string(dtype), target == DeviceKind::cuda ? "a GPU" : "the CPU");
}

std::optional<std::string> f32_only(const Problem& problem) {
  if (problem.dtype == Dtype::f32) return std::nullopt;
  return "it multiplies f32 only";
}

void require_tunable_in_range(std::string_view name, std::int64_t value) {
  constexpr std::int64_t kMost = 1 << 20;
  require(value >= 0 && value <= kMost, ErrorCode::invalid_argument,
          "tunable {}={} is out of range; it is from 0 to {}", name, value, kMost);
}

void require_tunables(const KernelConfig& kernel, const DeviceProperties& device) {
  const KernelFamily& family = find_family(kernel.family);
  const std::vector<Tunable> tunables = family.tunables(device);
  for (const auto& [name, value] : kernel.tunables) {
    const bool known = std::any_of(tunables.begin(), tunables.end(),
                                   [&](const Tunable& tunable) { return tunable.name == name; });
    require(known, ErrorCode::invalid_argument, "kernel family {} has no tunable {}", family.name,
            name);
    require_tunable_in_range(name, value);
  }
  for (const Tunable& tunable : tunables) (void)kernel.at(tunable.name);
}

bool is_supported(const KernelSpec& spec, const DeviceProperties& device) {
  const KernelFamily& family = find_family(spec.kernel.family);
  require_tunables(spec.kernel, device);
  return family.target == device.kind && !family.unsupported(shape_of(spec, device));
}

void require_supported(const KernelSpec& spec, const DeviceProperties& device) {
  const Problem& problem = spec.problem;
  const Rbgp4Config& config = spec.pattern.config();
  require(problem.m >= 1 && problem.k >= 1 && problem.n >= 1, ErrorCode::invalid_argument,
          "problem {} x {} x {}: m, k and n are at least 1", problem.m, problem.k, problem.n);
  require(problem.n <= kMostColumns, ErrorCode::invalid_argument,
          "problem {} x {} x {}: n is at most {}", problem.m, problem.k, problem.n, kMostColumns);
  require(problem.m <= config.rows() && problem.k <= config.cols(), ErrorCode::invalid_argument,
          "a {} x {} problem does not lie on the {} x {} pattern {}", problem.m, problem.k,
          config.rows(), config.cols(), config.to_string());
  const KernelFamily& family = find_family(spec.kernel.family);
  require(family.target == device.kind, ErrorCode::invalid_argument,
          "kernel family {} does not run on {}", family.name, device.arch);
  require_tunables(spec.kernel, device);
  const auto reason = family.unsupported(shape_of(spec, device));
  require(!reason, ErrorCode::invalid_argument, "{} does not support {} with n={}: {}",
          spec.kernel.to_string(), config.to_string(), problem.n, reason.value_or(""));
}

std::string kernel_source(const KernelSpec& spec, const DeviceProperties& target) {
  require_supported(spec, target);
  return find_family(spec.kernel.family).emit(spec, target);
}

std::string emit_source(const KernelSpec& spec, const DeviceProperties& target) {
  const std::string text = kernel_source(spec, target);  // refuses what the head could not name
  return source_head(spec, target) + text;
}

}  // namespace rbgp
