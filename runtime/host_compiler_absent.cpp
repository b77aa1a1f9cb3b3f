// The host compiler of a build without LLVM: it says so.
#include "runtime/host_compiler.hpp"

#include <rbgp/error.hpp>

namespace rbgp::runtime {

namespace {

[[noreturn]] void fail_absent() {
  fail(ErrorCode::unsupported,
       "this build has no host JIT: configure it with -DRBGP_HOST_JIT=ON and LLVM 19");
}

HostTarget detect() {
  HostTarget target;
  target.cpu = "generic";
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f"))
    target.vector_floats = 16, target.vector_registers = 32;
  else if (__builtin_cpu_supports("avx") && __builtin_cpu_supports("fma"))
    target.vector_floats = 8;
#elif defined(__aarch64__)
  target.vector_registers = 32;
#endif
  return target;
}

}  // namespace

struct HostModule::State {};

const HostTarget& host_target() {
  static const HostTarget target = detect();
  return target;
}

std::string host_compiler_version() { return {}; }

std::vector<std::byte> compile_ir(std::string_view, const std::string&, const HostTarget&,
                                  IrPasses) {
  fail_absent();
}

HostModule::HostModule(std::span<const std::byte>) { fail_absent(); }
HostModule::~HostModule() = default;
void* HostModule::lookup(const std::string&) const { fail_absent(); }

}  // namespace rbgp::runtime
