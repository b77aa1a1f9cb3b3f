#include "runtime/compiler.hpp"

#include "runtime/disk_cache.hpp"
#include "runtime/nvrtc.hpp"

#include <rbgp/error.hpp>

#include <optional>

namespace rbgp::runtime {

namespace {

// What makes a binary of a source, and everything beside the source that decides its bytes.
struct Toolchain {
  std::string target;
  std::vector<std::string> identity;
  const Nvrtc* nvrtc = nullptr;
};

Toolchain cuda_toolchain(const Source& source, const std::string& arch) {
  parse_cuda_arch(arch);
  std::string reason;
  const Nvrtc* nvrtc = Nvrtc::find(&reason);
  require(nvrtc != nullptr, ErrorCode::unsupported, "{}", reason);
  Toolchain toolchain{.target = arch, .identity = {nvrtc->identity()}, .nvrtc = nvrtc};
  for (std::string& option : Nvrtc::options(arch, source.options))
    toolchain.identity.push_back(std::move(option));
  return toolchain;
}

Toolchain host_toolchain(const Source& source, const std::string& arch) {
  const HostTarget& host = host_target();
  require(arch == "host" || arch == host.cpu, ErrorCode::unsupported,
          "{} is for the processor {}, this machine's is {}: generate it for \"host\"", source.name,
          arch, host.cpu);
  return {.target = host.cpu,
          .identity = {"LLVM " + host_compiler_version(), host.triple, host.cpu, host.features,
                       std::to_string(static_cast<int>(source.passes))},
          .nvrtc = nullptr};
}

std::string key_of(const Source& source, const Toolchain& toolchain) {
  std::vector<std::string> inputs = {source.kind == SourceKind::cuda ? "cuda" : "llvm_ir",
                                     source.name, source.text};
  inputs.insert(inputs.end(), toolchain.identity.begin(), toolchain.identity.end());
  return cache_key(inputs);
}

CacheEntry build(const Source& source, const Toolchain& toolchain) {
  if (source.kind == SourceKind::llvm_ir)
    return {.image = compile_ir(source.text, source.name, host_target(), source.passes),
            .ptx = {},
            .log = {}};
  CudaBinary made =
      toolchain.nvrtc->compile(source.text, source.name, toolchain.target, source.options);
  return {.image = std::move(made.cubin), .ptx = std::move(made.ptx), .log = std::move(made.log)};
}

}  // namespace

Binary compile(const Source& source, const std::string& arch, DiskCache* cache) {
  const Toolchain toolchain =
      source.kind == SourceKind::cuda ? cuda_toolchain(source, arch) : host_toolchain(source, arch);
  std::string key;
  std::optional<CacheEntry> entry;
  if (cache != nullptr) {
    key = key_of(source, toolchain);
    entry = cache->find(key);
  }
  const bool from_cache = entry.has_value();
  if (!from_cache) {
    entry = build(source, toolchain);
    // A store that fails costs the next process a compile, and cache->problem() says why.
    if (cache != nullptr) cache->store(key, *entry);
  }
  return {.kind = source.kind,
          .target = toolchain.target,
          .image = std::move(entry->image),
          .ptx = std::move(entry->ptx),
          .log = std::move(entry->log),
          .from_cache = from_cache};
}

}  // namespace rbgp::runtime
