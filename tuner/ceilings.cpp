#include <tuner/ceilings.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <mutex>

#include <generator/cuda_source.hpp>
#include <generator/kernel_work.hpp>
#include <pipe/file_io.hpp>
#include <rbgp/error.hpp>
#include <runtime/disk_cache.hpp>

namespace rbgp {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::size_t kNameDigits = 16;

// Measured by bench_square, see bench/results/ and docs/performance.md.
struct NamedRow {
  std::string_view name;  // a part of the device's
  double bytes_per_ms, multiply_adds_per_ms, empty_ms;
};
constexpr NamedRow kNamed[] = {
    {"H100 80GB HBM3", 2.85e9, 31.6e9, 0.0007},
    {"H200", 4.0e9, 31.5e9, 0.0007},
};

// Of the data sheets of each architecture's largest chip: multiply-adds of CUDA cores a multiprocessor and
// clock, clocks, memory.
struct ArchitectureRow {
  int arch;
  double multiply_adds, clocks_per_ms, bytes_per_ms;
};
constexpr ArchitectureRow kArchitectures[] = {
    {75, 64, 1.5e6, 0.6e9},  {80, 64, 1.4e6, 1.5e9},   {86, 128, 1.7e6, 0.7e9},
    {89, 128, 2.4e6, 0.9e9}, {90, 128, 1.8e6, 2.85e9}, {100, 128, 1.8e6, 7e9},
};
constexpr double kLaunchMs = 0.001;

constexpr double kHostClocksPerMs = 2.5e6;
constexpr double kHostBytesPerMs = 12e6;  // of a server's processor, a few cores of it
constexpr double kHostLaunchMs = 0.005;  // threads are woken

// A small host has a quarter of the memory that is assumed; less than half of that again is no host's.
constexpr double kLeastShare = 0.125;
// A launch of nothing that takes more was waiting for others: teams of threads grow, but not to this.
constexpr double kMostLaunches = 32;

Ceilings derived(const DeviceProperties& device) {
  if (device.kind == DeviceKind::host)
    return {.bytes_per_ms = kHostBytesPerMs,
            .multiply_adds_per_ms = host_vectors_a_clock(device) * device.vector_floats *
                                    device.compute_units * kHostClocksPerMs,
            .empty_ms = kHostLaunchMs};
  ArchitectureRow found = kArchitectures[0];
  for (const ArchitectureRow& row : kArchitectures)
    if (row.arch <= cuda_arch_number(device)) found = row;
  return {.bytes_per_ms = found.bytes_per_ms,
          .multiply_adds_per_ms = found.multiply_adds * device.compute_units * found.clocks_per_ms,
          .empty_ms = kLaunchMs};
}

// What tells devices apart: equal ones share a file.
std::string identity_of(const DeviceProperties& device) {
  return fmt::format("{} {} {} {} {}", to_string(device.kind), device.name, device.arch,
                     device.compute_units, device.driver);
}

std::optional<Ceilings> stored(const DeviceProperties& device) {
  const auto file = ceilings_file(device);
  std::error_code unreachable;
  if (!file || !std::filesystem::exists(*file, unreachable)) return std::nullopt;
  try {
    return parse_ceilings(read_whole(*file), device);
  } catch (const Error&) {
    return std::nullopt;
  }
}

KnownCeilings read_ceilings(const DeviceProperties& device) {
  const auto found = stored(device);
  return found ? KnownCeilings{*found, CeilingsSource::measured} : assumed_ceilings(device);
}

struct Memory {
  std::mutex mutex;
  std::map<std::string, KnownCeilings> known;
};

Memory& memory() {
  static Memory& memory = *new Memory;
  return memory;
}

}  // namespace

double Ceilings::multiply_adds_of(Dtype dtype) const {
  if (dtype == Dtype::f32) return multiply_adds_per_ms;
  if (dtype == Dtype::f32x3) return multiply_adds_of(Dtype::tf32) / 3;
  const auto found = dense_multiply_adds_per_ms.find(dtype);
  return found != dense_multiply_adds_per_ms.end() ? found->second : 0;
}

bool KnownCeilings::covers(Dtype dtype) const {
  const Dtype multiplied = dtype == Dtype::f32x3 ? Dtype::tf32 : dtype;
  return source == CeilingsSource::measured &&
         (multiplied == Dtype::f32 || ceilings.dense_multiply_adds_per_ms.contains(multiplied));
}

std::string_view to_string(CeilingsSource source) {
  constexpr std::array<std::string_view, 3> kNames = {"measured", "built in", "derived"};
  return kNames[static_cast<std::size_t>(source)];
}

std::string ceilings_text(const DeviceProperties& device, const Ceilings& ceilings) {
  Json dense = Json::object();
  for (const auto& [dtype, rate] : ceilings.dense_multiply_adds_per_ms)
    dense[std::string(to_string(dtype))] = rate;
  const Json json = {{"version", kVersion},
                     {"device", identity_of(device)},
                     {"bytes_per_ms", ceilings.bytes_per_ms},
                     {"multiply_adds_per_ms", ceilings.multiply_adds_per_ms},
                     {"empty_ms", ceilings.empty_ms},
                     {"dense_multiply_adds_per_ms", dense}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<Ceilings> parse_ceilings(std::string_view text, const DeviceProperties& device) {
  try {
    const Json json = Json::parse(text);
    if (json.at("version") != kVersion || json.at("device") != identity_of(device))
      return std::nullopt;
    Ceilings ceilings{.bytes_per_ms = json.at("bytes_per_ms").get<double>(),
                      .multiply_adds_per_ms = json.at("multiply_adds_per_ms").get<double>(),
                      .empty_ms = json.at("empty_ms").get<double>()};
    for (const auto& [name, rate] : json.at("dense_multiply_adds_per_ms").items())
      ceilings.dense_multiply_adds_per_ms[parse_dtype(name)] = rate.get<double>();
    return is_plausible(device, ceilings) ? std::optional(ceilings) : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

KnownCeilings assumed_ceilings(const DeviceProperties& device) {
  for (const NamedRow& row : kNamed)
    if (device.name.find(row.name) != std::string::npos)
      return {{.bytes_per_ms = row.bytes_per_ms,
               .multiply_adds_per_ms = row.multiply_adds_per_ms,
               .empty_ms = row.empty_ms},
              CeilingsSource::built_in};
  return {derived(device), CeilingsSource::derived};
}

bool is_plausible(const DeviceProperties& device, const Ceilings& ceilings) {
  if (!(ceilings.bytes_per_ms > 0 && ceilings.multiply_adds_per_ms > 0 && ceilings.empty_ms >= 0))
    return false;
  // Chips of one architecture, and parts of a chip, differ by more than a GPU is ever slowed down by others.
  if (device.kind == DeviceKind::cuda) return true;
  const Ceilings assumed = assumed_ceilings(device).ceilings;
  return ceilings.bytes_per_ms >= kLeastShare * assumed.bytes_per_ms &&
         ceilings.multiply_adds_per_ms >= kLeastShare * assumed.multiply_adds_per_ms &&
         ceilings.empty_ms <= kMostLaunches * assumed.empty_ms;
}

void Agreement::add(std::vector<double> numbers) {
  measured_.resize(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) measured_[i].push_back(numbers[i]);
}

std::optional<Agreement::Doubt> Agreement::doubt() const {
  for (std::size_t i = 0; i < measured_.size(); ++i) {
    std::vector<double> values = measured_[i];
    if (values.size() < 2) return Doubt{.number = i, .best = values.front()};
    std::partial_sort(values.begin(), values.begin() + 2, values.end(), std::greater<>());
    if (values[0] > kNear * values[1]) return Doubt{i, values[0], values[1]};
  }
  return std::nullopt;
}

std::optional<std::vector<double>> Agreement::best() const {
  if (measured_.empty() || doubt()) return std::nullopt;
  std::vector<double> best;
  for (const std::vector<double>& values : measured_)
    best.push_back(*std::max_element(values.begin(), values.end()));
  return best;
}

std::optional<std::filesystem::path> ceilings_file(const DeviceProperties& device) {
  const auto folder = runtime::DiskCache::default_directory();
  if (!folder) return std::nullopt;
  const std::array<std::string, 1> parts = {identity_of(device)};
  return *folder /
         fmt::format("ceilings-{}.json", runtime::cache_key(parts).substr(0, kNameDigits));
}

KnownCeilings known_ceilings(const DeviceProperties& device) {
  Memory& all = memory();
  const std::lock_guard lock(all.mutex);
  const auto [entry, is_new] = all.known.try_emplace(identity_of(device));
  if (is_new) entry->second = read_ceilings(device);
  return entry->second;
}

KnownCeilings reread_ceilings(const DeviceProperties& device) {
  Memory& all = memory();
  const std::lock_guard lock(all.mutex);
  return all.known[identity_of(device)] = read_ceilings(device);
}

bool remember_ceilings(const DeviceProperties& device, const Ceilings& ceilings) {
  Memory& all = memory();
  const std::lock_guard lock(all.mutex);
  all.known[identity_of(device)] = {ceilings, CeilingsSource::measured};
  const auto file = ceilings_file(device);
  if (!file || runtime::DiskCache::shared() == nullptr) return false;  // which makes the folder
  try {
    write_whole(*file, ceilings_text(device, ceilings));
  } catch (const Error&) {
    return false;
  }
  return true;
}

}  // namespace rbgp
