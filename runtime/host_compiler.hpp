// LLVM assembly -> object file -> code in this process, for the host processor.
//
// No LLVM type appears here. A build without the CMake option RBGP_HOST_JIT has this interface too,
// but compiles and loads nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rbgp::runtime {

// The processor that this program runs on.
struct HostTarget {
  std::string triple;  // "x86_64-pc-linux-gnu"
  std::string cpu;  // LLVM's name of the processor ("znver3")
  std::string features;  // "+avx2,-avx512f,...", in a fixed order
  int vector_floats = 4;  // floats in a vector register: 16, 8 or 4
  int vector_registers = 16;
};

// Asks the processor and the operating system once; thread-safe.
// A build without the host JIT answers with the processor "generic".
const HostTarget& host_target();

// "19.1.7"; empty where this build has no host JIT. Part of cache keys.
std::string host_compiler_version();

// What LLVM runs over the assembly before it generates code, which it always does at its highest
// level: none where the generator wrote exactly what it wants, or clang's -O1 or -O2 pipeline.
enum class IrPasses { none, o1, o2 };

// Compiles LLVM assembly to an object file of position-independent code, which `HostModule` loads
// and a linker takes as well. Triple, data layout and processor are the target's, whatever the text
// says. `name` is what messages call the source. Thread-safe.
// Errors: compile_failed with LLVM's first complaint as message and all of them as detail,
// unsupported where this build has no host JIT.
std::vector<std::byte> compile_ir(std::string_view text, const std::string& name,
                                  const HostTarget& target, IrPasses passes = IrPasses::none);

// An object file loaded into this process. What it calls (memcpy, libm) is taken from the process.
// Owns the code: addresses are valid as long as it lives. Looking up is thread-safe.
class HostModule {
 public:
  // Errors: load_failed for an image that is no object file of this processor or refers to symbols
  // that the process lacks, unsupported where this build has no host JIT.
  explicit HostModule(std::span<const std::byte> object);
  ~HostModule();
  HostModule(const HostModule&) = delete;
  HostModule& operator=(const HostModule&) = delete;

  // Errors: load_failed where the object has no such function.
  void* lookup(const std::string& name) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rbgp::runtime
