// A management library of a GPU that tests make up: what it answers is set through fake_nvml_set.
#include <cstring>

namespace {

unsigned long long reasons = 0;
unsigned other_process = 0;
unsigned other_percent = 0;
int gpu = 0;

struct Sample {
  unsigned pid;
  unsigned long long time;
  unsigned sm, memory, encoder, decoder;
};

}  // namespace

extern "C" {

void fake_nvml_set(unsigned long long clock_reasons, unsigned process, unsigned percent) {
  reasons = clock_reasons;
  other_process = process;
  other_percent = percent;
}

int nvmlInit_v2() { return 0; }

int nvmlDeviceGetHandleByPciBusId_v2(const char* bus_id, void** device) {
  constexpr int kNotFound = 6;
  if (std::strcmp(bus_id, "0000:01:00.0") != 0) return kNotFound;
  *device = &gpu;
  return 0;
}

int nvmlDeviceGetCurrentClocksEventReasons(void*, unsigned long long* bits) {
  *bits = reasons;
  return 0;
}

// As the true one, it wants room for all that it ever keeps.
int nvmlDeviceGetProcessUtilization(void*, void* samples, unsigned* count, unsigned long long) {
  constexpr int kNotFound = 6;
  constexpr int kInsufficientSize = 7;
  constexpr unsigned kKept = 200;
  if (samples == nullptr || *count < kKept) {
    *count = kKept;
    return kInsufficientSize;
  }
  if (other_process == 0) return kNotFound;
  const Sample sample = {other_process, 1, other_percent, 0, 0, 0};
  std::memcpy(samples, &sample, sizeof sample);
  *count = 1;
  return 0;
}
}
