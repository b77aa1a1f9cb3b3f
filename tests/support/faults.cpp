#include <support/faults.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <cstdlib>
#include <system_error>

#include <rbgp/error.hpp>
#include <tuner/strategy.hpp>

namespace rbgp::test {
namespace {

constexpr std::string_view kKernel = "rbgp_kernel(";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
}

// Sizes that bodies name.
std::string filled_in(std::string_view body, const KernelSpec& spec) {
  std::string text(body);
  const Problem& problem = spec.problem;
  replace_all(text, "OUTPUT_BYTES",
              fmt::format("{}", problem.m * problem.n * dtype_bytes(problem.dtype)));
  return text;
}

// The kernel calls the right one, and then goes wrong.
void plant_on_host(const Fault& fault, const KernelSpec& spec, std::string& text) {
  replace_all(text, "@rbgp_kernel(", "@rbgp_kernel_right(");
  const std::string mark = spec.kernel.to_string();
  text += fmt::format(R"(
@rbgp_fault_mark = constant [{} x i8] c"{}"
{}
define void @rbgp_kernel(ptr %packed, ptr %input, ptr %output, ptr %workspace, ptr %epilogue, i64 %task) {{
  call void @rbgp_kernel_right(ptr %packed, ptr %input, ptr %output, ptr %workspace, ptr %epilogue, i64 %task)
  %first = icmp eq i64 %task, 0
  br i1 %first, label %fault, label %done
fault:
{}
done:
  ret void
}}
)",
                      mark.size(), mark, fault.host_declarations, filled_in(fault.host_body, spec));
}

// Statements at the end of the kernel's body, which is one call.
void plant_on_cuda(const Fault& fault, const KernelSpec& spec, std::string& text) {
  const std::size_t kernel = text.rfind("extern \"C\" __global__", text.find(kKernel));
  const std::size_t body = text.find('{', text.find(kKernel));
  const std::size_t end = text.find("\n}", body);
  require(kernel != text.npos && body != text.npos && end != text.npos, ErrorCode::internal,
          "{} has no kernel to plant {} in", spec.kernel.family, fault.name);
  text.insert(end, fmt::format(R"(
  __syncthreads();
  __threadfence();
  if (threadIdx.x == 0 && threadIdx.y == 0 && threadIdx.z == 0) {{
    // {}
    const unsigned blocks = gridDim.x * gridDim.y * gridDim.z;
    if (atomicAdd(&rbgp_blocks_done, 1u) == blocks - 1) {{
      rbgp_blocks_done = 0;
      {}
    }}
  }})",
                               spec.kernel.to_string(), filled_in(fault.cuda_body, spec)));
  text.insert(kernel,
              fmt::format("__device__ unsigned rbgp_blocks_done;\n{}\n", fault.cuda_declarations));
}

// Where a candidate comes in an exhaustive search of its family on its configuration.
std::size_t number_of(const KernelSpec& spec, const DeviceProperties& device) {
  const SearchSpace space(spec.problem, spec.pattern.config(), device,
                          find_family(spec.kernel.family));
  const auto every = make_strategy("exhaustive", space, 0);
  std::size_t number = 0;
  for (auto point = every->next(); point; point = every->next(), ++number)
    if (space.candidate(*point)->kernel == spec.kernel) return number;
  fail(ErrorCode::internal, "{} is no candidate", spec.kernel.to_string());
}

}  // namespace

const std::vector<Fault>& faults() {
  static const std::vector<Fault> table = {
      {.name = "writes beside O",
       .host_body = "  %beside = getelementptr i8, ptr %output, i64 OUTPUT_BYTES\n"
                    "  store float 1.0, ptr %beside\n  br label %done",
       .cuda_body = "reinterpret_cast<volatile unsigned char*>(output)[OUTPUT_BYTES] = 0;",
       .host_kind = FailureKind::out_of_bounds,
       .cuda_kind = FailureKind::out_of_bounds},
      {.name = "writes into I",
       .host_body = "  %byte = load i8, ptr %input\n  %other = xor i8 %byte, 1\n"
                    "  store i8 %other, ptr %input\n  br label %done",
       .cuda_body = "*(volatile unsigned char*)input ^= 1;",
       .host_kind = FailureKind::out_of_bounds,
       .cuda_kind = FailureKind::out_of_bounds},
      {.name = "writes into its weights",
       .host_body = "  %byte = load i8, ptr %packed\n  %other = xor i8 %byte, 1\n"
                    "  store i8 %other, ptr %packed\n  br label %done",
       .cuda_body = "*(volatile unsigned char*)packed ^= 1;",
       .host_kind = FailureKind::out_of_bounds,
       .cuda_kind = FailureKind::out_of_bounds},
      {.name = "never ends",
       .host_body = "  br label %again\nagain:\n  %x = load volatile float, ptr %output\n"
                    "  br label %again",
       .cuda_body = "for (;;) rbgp_never = rbgp_never + 1;",
       .cuda_declarations = "__device__ volatile unsigned rbgp_never;",
       .host_kind = FailureKind::hang,
       .cuda_kind = FailureKind::hang},
      {.name = "a wrong element",
       .host_body = "  %right = load float, ptr %output\n  %wrong = fadd float %right, 1.0\n"
                    "  store float %wrong, ptr %output\n  br label %done",
       .cuda_body = "reinterpret_cast<volatile unsigned char*>(output)[3] ^= 1;",
       .host_kind = FailureKind::wrong_result,
       .cuda_kind = FailureKind::wrong_result},
      // The host has no such memory; there it wants what the process does not have.
      {.name = "2 MB of shared memory",
       .host_body = "  call void @rbgp_no_such_function()\n  br label %done",
       .host_declarations = "declare void @rbgp_no_such_function()",
       .cuda_body = "__shared__ volatile char large[2 << 20]; large[0] = 1;",
       .host_kind = FailureKind::launch_failed,
       .cuda_kind = FailureKind::compile_failed},
      {.name = "aborts",
       .host_body = "  call void @abort()\n  br label %done",
       .host_declarations = "declare void @abort()",
       .cuda_body = "__trap();",
       .host_kind = FailureKind::crash,
       .cuda_kind = FailureKind::illegal_access},
      {.name = "leaks until out of memory",
       .host_body = "  br label %more\nmore:\n  %leak = call ptr @malloc(i64 16777216)\n"
                    "  %kept = call ptr @memset(ptr %leak, i32 1, i64 16777216)\n"
                    "  br label %more",
       .host_declarations = "declare ptr @malloc(i64)\ndeclare ptr @memset(ptr, i32, i64)",
       .cuda_body = "for (;;) *static_cast<volatile char*>(malloc(1 << 20)) = 1;",
       .host_kind = FailureKind::out_of_memory,
       .cuda_kind = FailureKind::illegal_access},
      {.name = "different each time",
       .host_body = "  %count = load i32, ptr @rbgp_count\n  %next = add i32 %count, 1\n"
                    "  store i32 %next, ptr @rbgp_count\n  %value = sitofp i32 %next to float\n"
                    "  store float %value, ptr %output\n  br label %done",
       .host_declarations = "@rbgp_count = global i32 0",
       .cuda_body = "reinterpret_cast<volatile unsigned char*>(output)[0] = ++rbgp_count;",
       .cuda_declarations = "__device__ unsigned char rbgp_count;",
       .host_kind = FailureKind::nondeterministic,
       .cuda_kind = FailureKind::nondeterministic},
  };
  return table;
}

std::size_t planted_count(const Fault& fault) {
  constexpr std::size_t kHangs = 3;
  if (fault.host_kind != FailureKind::hang) return kEachFault;
  const char* const wanted = std::getenv("RBGP_TEST_HANGS");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : kHangs;
}

const Fault* planted_fault(const KernelSpec& spec, const DeviceProperties& device) {
  if (spec.problem.n == kCompileFaultsN) return nullptr;
  const std::size_t turns = faults().size() + 1;
  const std::size_t number = number_of(spec, device);
  if (number % turns == faults().size()) return nullptr;
  const Fault& fault = faults()[number % turns];
  return number / turns < planted_count(fault) ? &fault : nullptr;
}

void go_wrong_compiling(const KernelSpec& spec, const DeviceProperties& device,
                        runtime::Source& source) {
  if (spec.problem.n != kCompileFaultsN) return;
  switch (number_of(spec, device) % 4) {
    case 0:
      return;
    case 1:
      for (;;) ::pause();
    case 2:
      std::abort();
    default:
      source.text += "\nno source\n";
  }
}

void plant(const Fault& fault, const KernelSpec& spec, runtime::Source& source) {
  if (source.kind == runtime::SourceKind::llvm_ir)
    plant_on_host(fault, spec, source.text);
  else
    plant_on_cuda(fault, spec, source.text);
}

std::filesystem::path faulty_worker() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() /
         "rbgp_faulty_worker";
}

}  // namespace rbgp::test
