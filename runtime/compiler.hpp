// Source -> binary, through the cache: the middle of the pipe, for every kind of device.
#pragma once

#include "runtime/host_compiler.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rbgp::runtime {

class DiskCache;

enum class SourceKind { cuda, llvm_ir };

struct Source {
  SourceKind kind = SourceKind::cuda;
  std::string name;  // what messages call it ("rbgp4mm.cu")
  std::string text;
  std::vector<std::string> options;  // CUDA: NVRTC options beside the standard ones
  IrPasses passes = IrPasses::none;  // LLVM assembly: what runs before code generation
};

struct Binary {
  SourceKind kind = SourceKind::cuda;
  std::string target;            // "sm_90a", or LLVM's name of the host processor
  std::vector<std::byte> image;  // cubin, or object file
  std::string ptx;               // CUDA only
  std::string log;               // the compiler's warnings; empty where there are none
  bool from_cache = false;
};

// Compiles, or takes from the cache what the same compiler made of the same source for the same
// target. `arch` is "sm_XX" for CUDA; for LLVM assembly "host" or the host processor's name.
// `cache` may be null. Thread-safe; loads nothing and touches no device.
// Errors: unsupported where this machine cannot compile for `arch`, invalid_argument where `arch`
// is no architecture, compile_failed with the compiler's log as detail.
Binary compile(const Source& source, const std::string& arch, DiskCache* cache);

}  // namespace rbgp::runtime
