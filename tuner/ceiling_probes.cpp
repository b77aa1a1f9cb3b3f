// The probes that ceilings are measured with.
#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <rbgp/error.hpp>
#include <runtime/compiler.hpp>
#include <runtime/host_parallel.hpp>
#include <runtime/module.hpp>
#include <runtime/timer.hpp>
#include <tuner/bench_inputs.hpp>
#include <tuner/ceilings.hpp>
#include <tuner/dense_baseline.hpp>

namespace rbgp {
namespace {

constexpr const char* kCudaProbes = R"(
extern "C" __global__ void empty() {}

extern "C" __global__ void copy(const float4* from, float4* to, long long count) {
  for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < count;
       i += (long long)gridDim.x * blockDim.x)
    to[i] = from[i];
}

// 16 independent chains a thread hide the latency of a multiply-add.
extern "C" __global__ void multiply_add(float* out, float a, int turns) {
  float sum[16];
  for (int i = 0; i < 16; ++i) sum[i] = a * (threadIdx.x + i);
  for (int turn = 0; turn < turns; ++turn)
#pragma unroll
    for (int i = 0; i < 16; ++i) sum[i] = sum[i] * a + a;
  float total = 0;
  for (int i = 0; i < 16; ++i) total += sum[i];
  if (total == 12345.f) out[threadIdx.x] = total;
}
)";

Ceilings measure_cuda(const Device& device) {
  const DeviceProperties& properties = device.properties();
  const runtime::Binary binary = runtime::compile(
      {.kind = runtime::SourceKind::cuda, .name = "ceilings.cu", .text = kCudaProbes},
      properties.arch, nullptr);
  const auto module = runtime::Module::load(binary, device);
  const auto empty = module->cuda_function("empty", 0);
  const auto copy = module->cuda_function("copy", 0);
  const auto multiply_add = module->cuda_function("multiply_add", 0);
  const auto blocks = static_cast<unsigned>(properties.compute_units);
  const auto time = [&](const runtime::CudaFunction& function, unsigned grid, unsigned block,
                        void** arguments) {
    return runtime::time_launches(device,
                                  [&](void* stream) {
                                    function.launch({grid, 1, 1}, {block, 1, 1}, 0, arguments,
                                                    stream);
                                  })
        .median();
  };

  Ceilings ceilings;
  constexpr std::int64_t kBytes = std::int64_t{1} << 30;  // many times any L2
  DeviceBuffer from(device, kBytes);
  DeviceBuffer to(device, kBytes);
  from.fill(0x3c);
  void* from_data = from.data();
  void* to_data = to.data();
  long long count = kBytes / 16;
  void* copy_arguments[] = {&from_data, &to_data, &count};
  ceilings.bytes_per_ms = 2.0 * kBytes / time(copy, blocks * 16, 512, copy_arguments);

  float a = 0.999F;
  int turns = 4096;
  void* arguments[] = {&to_data, &a, &turns};
  constexpr unsigned kThreads = 1024;
  constexpr unsigned kBlocksEach = 2;
  const double operations = 16.0 * turns * kThreads * kBlocksEach * blocks;
  ceilings.multiply_adds_per_ms =
      operations / time(multiply_add, blocks * kBlocksEach, kThreads, arguments);

  // Last: on the first stream of a context launches took 0.52 us on an H200, on all that followed 0.70.
  ceilings.empty_ms = time(empty, 1, 32, nullptr);
  return ceilings;
}

#if RBGP_HOST_JIT
// LLVM assembly for chains of multiply-adds on the host's widest vectors: what the compiler of this
// program was told about the processor does not matter then.
std::string host_probe(const DeviceProperties& properties, int chains, int turns) {
  const std::string vector = fmt::format("<{} x float>", properties.vector_floats);
  std::string text = fmt::format(
      "declare {0} @llvm.fmuladd.v{1}f32({0}, {0}, {0})\n"
      "define void @multiply_add(ptr %out) \"prefer-vector-width\"=\"{2}\" "
      "\"min-legal-vector-width\"=\"{2}\" {{\nentry:\n  %a = load {0}, ptr %out, align 4\n"
      "  br label %loop\nloop:\n  %i = phi i64 [ 0, %entry ], [ %next, %loop ]\n",
      vector, properties.vector_floats, properties.vector_floats * 32);
  for (int c = 0; c < chains; ++c)
    text += fmt::format("  %s{0} = phi {1} [ %a, %entry ], [ %t{0}, %loop ]\n", c, vector);
  for (int c = 0; c < chains; ++c)
    text += fmt::format("  %t{0} = call {1} @llvm.fmuladd.v{2}f32({1} %s{0}, {1} %a, {1} %a)\n", c,
                        vector, properties.vector_floats);
  text += fmt::format(
      "  %next = add i64 %i, 1\n  %more = icmp ult i64 %next, {}\n"
      "  br i1 %more, label %loop, label %done\ndone:\n",
      turns);
  std::string sum = "%t0";
  for (int c = 1; c < chains; ++c) {
    text += fmt::format("  %u{0} = fadd {1} {2}, %t{0}\n", c, vector, sum);
    sum = fmt::format("%u{}", c);
  }
  return text + fmt::format("  store {} {}, ptr %out, align 4\n  ret void\n}}\n", vector, sum);
}

// One by one: a launch that met nobody is among them, even where others are at work.
double fastest_ms(const std::function<void()>& launch) {
  using Clock = std::chrono::steady_clock;
  using Milliseconds = std::chrono::duration<double, std::milli>;
  constexpr Milliseconds kAll{200};
  launch();
  Milliseconds fastest = Milliseconds::max();
  for (const auto begin = Clock::now(); Clock::now() - begin < kAll;) {
    const auto before = Clock::now();
    launch();
    fastest = std::min<Milliseconds>(fastest, Clock::now() - before);
  }
  return fastest.count();
}

Ceilings measure_host(const Device& device) {
  const DeviceProperties& properties = device.properties();
  const int threads = properties.compute_units;
  Ceilings ceilings;

  constexpr std::int64_t kBytes = std::int64_t{1} << 28;
  DeviceBuffer from(device, kBytes);
  DeviceBuffer to(device, kBytes);
  from.fill(0x3c);
  to.fill(0);
  struct Copy {
    const char* from;
    char* to;
    std::int64_t part;
  } copy{static_cast<const char*>(from.data()), static_cast<char*>(to.data()), kBytes / threads};
  const auto copy_part = [](void* context, std::int64_t task, int) {
    const auto& parts = *static_cast<Copy*>(context);
    std::copy_n(parts.from + task * parts.part, parts.part, parts.to + task * parts.part);
  };
  const auto time = [&](runtime::TaskFunction function, void* context) {
    return fastest_ms([&] { runtime::parallel_tasks(threads, threads, function, context); });
  };
  ceilings.bytes_per_ms = 2.0 * kBytes / time(copy_part, &copy);
  ceilings.empty_ms = time([](void*, std::int64_t, int) {}, nullptr);

  constexpr int kTurns = 100'000;
  const int chains = properties.vector_registers / 2;
  const runtime::Binary binary = runtime::compile({.kind = runtime::SourceKind::llvm_ir,
                                                   .name = "ceilings.ll",
                                                   .text = host_probe(properties, chains, kTurns)},
                                                  "host", nullptr);
  const auto module = runtime::Module::load(binary, device);
  struct Probe {
    void (*function)(float*);
    float vectors[64][16];
  } probe{reinterpret_cast<void (*)(float*)>(module->host_function("multiply_add")), {}};
  const auto run = [](void* context, std::int64_t task, int) {
    auto& shared = *static_cast<Probe*>(context);
    shared.function(shared.vectors[task % 64]);
  };
  ceilings.multiply_adds_per_ms =
      1.0 * kTurns * chains * properties.vector_floats * threads / time(run, &probe);
  return ceilings;
}
#else
Ceilings measure_host(const Device&) { return {}; }
#endif

// Until the measurements agree. `names` are those of the numbers.
std::vector<double> agreed(const Device& device, const std::vector<std::string_view>& names,
                           const std::function<std::vector<double>()>& measure) {
  Agreement agreement;
  for (int attempt = 0; attempt < Agreement::kAttempts; ++attempt) {
    agreement.add(measure());
    if (auto best = agreement.best()) return *best;
  }
  const Agreement::Doubt doubt = agreement.doubt().value();
  fail(ErrorCode::exhausted,
       "{} is busy: no two of {} measurements of {} agreed (a ms: {:.4g} at best, then {:.4g}); "
       "measure when it is not",
       device.text(), Agreement::kAttempts, names.at(doubt.number), doubt.best, doubt.next);
}

Ceilings measure_once(const Device& device) {
  Ceilings ceilings =
      device.kind() == DeviceKind::cuda ? measure_cuda(device) : measure_host(device);
  require(ceilings.multiply_adds_per_ms > 0, ErrorCode::unsupported,
          "this build cannot measure {}: it has no compiler for it", device.text());
  return ceilings;
}

}  // namespace

Ceilings measure_ceilings(const Device& device) {
  const std::vector<double> rates =
      agreed(device, {"bytes copied", "multiply-adds", "launches"}, [&] {
        const Ceilings once = measure_once(device);
        return std::vector{once.bytes_per_ms, once.multiply_adds_per_ms, 1 / once.empty_ms};
      });
  const Ceilings ceilings{
      .bytes_per_ms = rates[0], .multiply_adds_per_ms = rates[1], .empty_ms = 1 / rates[2]};
  require(is_plausible(device.properties(), ceilings), ErrorCode::exhausted,
          "{} is busy, or far below others of its kind: {:.3g} TFLOP/s in f32, {:.3g} GB/s, "
          "{:.3g} us a launch; measure when it is not",
          device.text(), 2 * ceilings.multiply_adds_per_ms / 1e9, ceilings.bytes_per_ms / 1e6,
          1e3 * ceilings.empty_ms);
  return ceilings;
}

double measure_dense_rate(const Device& device, Dtype dtype) {
  constexpr std::int64_t kSize = 8192;
  const Problem problem{.m = kSize, .k = kSize, .n = kSize, .dtype = dtype};
  std::string reason;
  const auto library = DenseBaseline::open(problem, device, reason);
  if (!library) return 0;
  // Zeros would run faster: they switch fewer gates.
  const DeviceBuffer operand = upload(device, dtype, random_operands(dtype, kSize * kSize, 1));
  DeviceBuffer output(device, operand.bytes());
  const auto rate = [&] {
    const double ms = runtime::time_launches(device, [&](void* stream) {
                        library->launch(operand.data(), operand.data(), output.data(), stream);
                      }).median();
    return std::vector{static_cast<double>(kSize * kSize) * kSize / ms};
  };
  return agreed(device, {"multiply-adds of the dense product"}, rate).front();
}

void add_dtype(Ceilings& ceilings, const Device& device, Dtype dtype) {
  const Dtype multiplied = dtype == Dtype::f32x3 ? Dtype::tf32 : dtype;
  if (multiplied == Dtype::f32) return;
  try {
    ceilings.dense_multiply_adds_per_ms[multiplied] = measure_dense_rate(device, multiplied);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::exhausted) throw;
  }
}

}  // namespace rbgp
