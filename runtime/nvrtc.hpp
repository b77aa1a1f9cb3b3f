// CUDA source -> cubin and PTX, through NVRTC opened at run time.
//
// Compiling needs neither a GPU nor a driver. Like the driver, NVRTC's few entry points are declared
// by hand, so that the build needs no CUDA toolkit and one binary takes any NVRTC from 12.0 on (paired columns of wgmma
// from 12.2 on, and say so).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rbgp::runtime {

struct CudaBinary {
  std::vector<std::byte> cubin;  // for exactly the architecture asked for
  std::string ptx;  // what the driver compiles where it refuses the cubin
  std::string log;  // warnings; empty where there are none
};

// A place where NVRTC may be.
struct NvrtcCandidate {
  std::string file;  // a path, or a name for the loader to look up
  std::string origin;  // "RBGP_NVRTC", "toolkit", "wheel" or "loader path"
};

// Every place that is looked at, in order. The environment variable RBGP_NVRTC, a file or a folder,
// is the only place where it is set. Otherwise: the toolkit (CUDA_HOME, CUDA_PATH,
// /usr/local/cuda*), the nvidia-cuda-nvrtc wheel (under RBGP_WHEELS, VIRTUAL_ENV, and a `venv`
// beside or above the folder of the running program), the loader path.
std::vector<NvrtcCandidate> nvrtc_candidates();

// "sm_90a" as number and suffix; `suffix` is 'a', 'f' or 0.
struct CudaArch {
  int number = 0;
  char suffix = 0;
};

// Errors: invalid_argument for text that is not sm_<digits>, sm_<digits>a or sm_<digits>f.
CudaArch parse_cuda_arch(std::string_view text);

// One opened NVRTC. Thread-safe; compiles of several threads run side by side.
class Nvrtc {
 public:
  // The NVRTC of this machine, looked for once and kept until the process ends: null where there is
  // none. Then `reason`, unless null, says in one line where it was looked for.
  static const Nvrtc* find(std::string* reason = nullptr);

  // The first of the candidates that opens. The same answers as `find`, without its memory.
  static std::unique_ptr<const Nvrtc> open(std::span<const NvrtcCandidate> candidates,
                                           std::string* reason = nullptr);

  ~Nvrtc();
  Nvrtc(const Nvrtc&) = delete;
  Nvrtc& operator=(const Nvrtc&) = delete;

  std::string version() const;  // "13.0"
  std::string path() const;  // of the library file
  std::string origin() const;  // where it was found, as in NvrtcCandidate

  // What tells two compilers apart that give the same version: part of cache keys.
  std::string identity() const;

  // Real architectures that it compiles for, ascending: {75, 80, ...}.
  const std::vector<int>& architectures() const;
  bool supports(std::string_view arch) const;

  // Compiles for one architecture ("sm_90a"), as C++17 with every function on the device unless
  // marked otherwise. `name` is what messages call the source. `extra_options` go after the
  // standard ones.
  // Errors: invalid_argument for the text of `arch`, unsupported where this NVRTC does not know it,
  // compile_failed with the first error as message and the whole log as detail.
  CudaBinary compile(const std::string& source, const std::string& name, const std::string& arch,
                     std::span<const std::string> extra_options = {}) const;

  // The options that `compile` gives NVRTC: part of cache keys.
  static std::vector<std::string> options(const std::string& arch,
                                          std::span<const std::string> extra_options);

 private:
  struct Api;
  explicit Nvrtc(std::unique_ptr<const Api> api);
  std::unique_ptr<const Api> api_;
};

}  // namespace rbgp::runtime
