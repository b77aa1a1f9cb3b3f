#include <tuner/dense_baseline.hpp>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>

#include <rbgp/error.hpp>
#include <runtime/device_state.hpp>
#include <runtime/dynamic_library.hpp>

namespace rbgp {
namespace {

using runtime::DynamicLibrary;

// ---- OpenBLAS: the CBLAS interface ----

class OpenBlas : public DenseBaseline {
 public:
  OpenBlas(const Problem& problem, const Device& device, DynamicLibrary library)
      : problem_(problem), library_(std::move(library)) {
    gemm_ = library_.symbol<Gemm>("cblas_sgemm");
    // As many threads as our own kernels get.
    if (auto* set_threads = library_.find_symbol<void (*)(int)>("openblas_set_num_threads"))
      set_threads(device.properties().compute_units);
  }

  void launch(const void* weights, const void* input, void* output, void*) override {
    constexpr int kRowMajor = 101;
    constexpr int kNoTranspose = 111;
    constexpr int kTranspose = 112;
    const auto m = static_cast<int>(problem_.m);
    const auto n = static_cast<int>(problem_.n);
    const auto k = static_cast<int>(problem_.k);
    const auto* w = static_cast<const float*>(weights);
    const auto* i = static_cast<const float*>(input);
    auto* o = static_cast<float*>(output);
    if (problem_.layout == Layout::kn)
      gemm_(kRowMajor, kNoTranspose, kNoTranspose, m, n, k, 1.0F, w, k, i, n, 0.0F, o, n);
    else  // O^T = I^T W^T, whose rows are the samples
      gemm_(kRowMajor, kNoTranspose, kTranspose, n, m, k, 1.0F, i, k, w, k, 0.0F, o, m);
  }

  std::string name() const override {
    const auto text = [&](const char* symbol) -> std::string {
      auto* function = library_.find_symbol<const char* (*)()>(symbol);
      return function != nullptr ? function() : "";
    };
    const std::string config = text("openblas_get_config");  // "OpenBLAS 0.3.21 DYNAMIC_ARCH ..."
    const std::size_t version_end = config.find(' ', config.find(' ') + 1);
    return config.substr(0, version_end) + " " + text("openblas_get_corename");
  }

 private:
  using Gemm = void (*)(int order, int transpose_a, int transpose_b, int m, int n, int k,
                        float alpha, const float* a, int lda, const float* b, int ldb, float beta,
                        float* c, int ldc);
  Problem problem_;
  DynamicLibrary library_;
  Gemm gemm_ = nullptr;
};

// ---- cuBLAS: row-major O = W I is column-major O^T = I^T W^T ----

// A dtype in the numbers of cudaDataType_t and cublasComputeType_t.
struct CublasTypes {
  Dtype dtype;
  int element;
  int compute;  // sums of f32 in all; CUBLAS_COMPUTE_32F never takes TF32 for f32 products
};
constexpr std::array kCublasTypes = {
    CublasTypes{Dtype::f32, 0, 68},   CublasTypes{Dtype::f32x3, 0, 68},
    CublasTypes{Dtype::tf32, 0, 77},  // CUBLAS_COMPUTE_32F_FAST_TF32
    CublasTypes{Dtype::bf16, 14, 68}, CublasTypes{Dtype::f16, 2, 68},
};

const CublasTypes& cublas_types(Dtype dtype) {
  for (const CublasTypes& row : kCublasTypes)
    if (row.dtype == dtype) return row;
  fail(ErrorCode::internal, "dtype {} is none of cuBLAS", static_cast<int>(dtype));
}

class CuBlas : public DenseBaseline {
 public:
  CuBlas(const Problem& problem, const Device& device, DynamicLibrary library)
      : problem_(problem),
        types_(cublas_types(problem.dtype)),
        device_(device),
        library_(std::move(library)) {
    const auto context = current_context();
    gemm_ = library_.symbol<Gemm>("cublasGemmEx");
    set_stream_ = library_.symbol<SetStream>("cublasSetStream_v2");
    check(library_.symbol<int (*)(void**)>("cublasCreate_v2")(&handle_), "cublasCreate");
    // Its own workspace would be allocated at the first launch, which may be under capture.
    constexpr std::size_t kWorkspaceBytes = std::size_t{64} << 20;
    workspace_ = DeviceBuffer(device, kWorkspaceBytes);
    set_workspace_ = library_.symbol<int (*)(void*, void*, std::size_t)>("cublasSetWorkspace_v2");
  }
  ~CuBlas() override {
    try {
      const auto context = current_context();
      library_.symbol<int (*)(void*)>("cublasDestroy_v2")(handle_);
    } catch (const Error&) {  // the device is lost, and the handle with it
    }
  }

  void launch(const void* weights, const void* input, void* output, void* stream) override {
    const float one = 1;
    const float zero = 0;
    const auto m = static_cast<int>(problem_.m);
    const auto n = static_cast<int>(problem_.n);
    const auto k = static_cast<int>(problem_.k);
    const auto context = current_context();
    check(set_stream_(handle_, stream), "cublasSetStream");
    check(set_workspace_(handle_, workspace_.data(), workspace_.bytes()), "cublasSetWorkspace");
    constexpr int kNone = 0;
    constexpr int kTranspose = 1;
    constexpr int kDefaultAlgorithm = -1;
    const int type = types_.element;
    // In the layout nk, I and O are column-major k x n and m x n, and W is its transpose.
    check(problem_.layout == Layout::kn
              ? gemm_(handle_, kNone, kNone, n, m, k, &one, input, type, n, weights, type, k, &zero,
                      output, type, n, types_.compute, kDefaultAlgorithm)
              : gemm_(handle_, kTranspose, kNone, m, n, k, &one, weights, type, k, input, type, k,
                      &zero, output, type, m, types_.compute, kDefaultAlgorithm),
          "cublasGemmEx");
  }

  std::string name() const override {
    int version = 0;
    library_.symbol<int (*)(void*, int*)>("cublasGetVersion_v2")(handle_, &version);
    return fmt::format("cuBLAS {}.{}.{}", version / 10000, version / 100 % 100, version % 100);
  }

 private:
  // cuBLAS works on the context that is current on the thread.
  runtime::ContextGuard current_context() const {
    return {device_.state()->driver(), device_.state()->context()};
  }
  static void check(int status, const char* what) {
    require(status == 0, ErrorCode::launch_failed, "{} failed with cuBLAS status {}", what, status);
  }
  using Gemm = int (*)(void* handle, int transpose_a, int transpose_b, int m, int n, int k,
                       const void* alpha, const void* a, int type_a, int lda, const void* b,
                       int type_b, int ldb, const void* beta, void* c, int type_c, int ldc,
                       int compute, int algorithm);
  using SetStream = int (*)(void* handle, void* stream);
  Problem problem_;
  CublasTypes types_;
  Device device_;
  DynamicLibrary library_;
  void* handle_ = nullptr;
  DeviceBuffer workspace_;
  Gemm gemm_ = nullptr;
  SetStream set_stream_ = nullptr;
  int (*set_workspace_)(void*, void*, std::size_t) = nullptr;
};

std::vector<std::string> cublas_names() {
  std::vector<std::string> names;
  if (const char* folder = std::getenv("RBGP_CUBLAS"))
    for (const char* version : {"13", "12"})
      names.push_back(fmt::format("{}/libcublas.so.{}", folder, version));
  for (const char* version : {"13", "12"}) {
    names.push_back(fmt::format("libcublas.so.{}", version));
    names.push_back(fmt::format("/usr/local/cuda/lib64/libcublas.so.{}", version));
  }
  return names;
}

}  // namespace

int cuda_data_type(Dtype dtype) { return cublas_types(dtype).element; }

std::unique_ptr<DenseBaseline> DenseBaseline::open(const Problem& problem, const Device& device,
                                                   std::string& reason) {
  if (std::max({problem.m, problem.n, problem.k}) > INT_MAX) {
    reason = "the sizes exceed what the dense libraries take";
    return nullptr;
  }
  if (device.kind() == DeviceKind::cuda) {
    auto library = DynamicLibrary::try_open(cublas_names(), &reason);
    return library ? std::make_unique<CuBlas>(problem, device, std::move(*library)) : nullptr;
  }
  if (problem.dtype != Dtype::f32) {
    reason = fmt::format("the host's dense library has no {}", to_string(problem.dtype));
    return nullptr;
  }
  const std::array<std::string, 2> names = {"libopenblas.so.0", "libopenblas.so"};
  auto library = DynamicLibrary::try_open(names, &reason);
  return library ? std::make_unique<OpenBlas>(problem, device, std::move(*library)) : nullptr;
}

}  // namespace rbgp
