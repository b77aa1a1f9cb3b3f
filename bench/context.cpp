#include <cstdlib>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <bench/ceilings.hpp>
#include <bench/product_bench.hpp>
#include <rbgp/doctor.hpp>
#include <runtime/timer.hpp>

namespace rbgp::bench {

void add_context(const Device& device, Dtype dtype) {
  const DeviceProperties& properties = device.properties();
  benchmark::AddCustomContext("device", properties.name);
  benchmark::AddCustomContext("arch", properties.arch);
  if (!properties.driver.empty()) benchmark::AddCustomContext("driver", properties.driver);
  for (const DoctorItem& item : doctor())
    if (item.found && (item.name == "NVRTC" || item.name == "LLVM"))
      benchmark::AddCustomContext(item.name, item.value.substr(0, item.value.find(' ')));
  const char* commit = std::getenv("RBGP_COMMIT");
  benchmark::AddCustomContext("commit", commit != nullptr ? commit : "unknown");
  const Ceilings& ceilings = ceilings_of(device);
  benchmark::AddCustomContext("copy_gb_per_s", fmt::format("{:.0f}", ceilings.bytes_per_ms * 1e-6));
  benchmark::AddCustomContext("f32_tflops",
                              fmt::format("{:.2f}", 2e-9 * ceilings.multiply_adds_per_ms));
  if (dtype != Dtype::f32)
    benchmark::AddCustomContext(fmt::format("{}_tflops", to_string(dtype)),
                                fmt::format("{:.2f}", 2e-9 * multiply_adds_per_ms(device, dtype)));
  benchmark::AddCustomContext("empty_launch_us", fmt::format("{:.2f}", 1e3 * ceilings.empty_ms));
  benchmark::AddCustomContext(
      "shared_cache_mb",
      fmt::format("{:.1f}", static_cast<double>(runtime::shared_cache_bytes(device)) / (1 << 20)));
}

}  // namespace rbgp::bench
