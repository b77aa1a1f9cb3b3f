#include <bench/cusparse_contender.hpp>

#include <utility>

#include <rbgp/error.hpp>
#include <runtime/device_state.hpp>
#include <tuner/bench_inputs.hpp>
#include <tuner/dense_baseline.hpp>

namespace rbgp::bench {
namespace {

constexpr float kOne = 1;
constexpr float kZero = 0;

DeviceBuffer upload(const Device& device, const std::vector<std::int32_t>& values) {
  DeviceBuffer buffer(device, values.size() * sizeof(std::int32_t));
  buffer.upload(values.data(), buffer.bytes());
  return buffer;
}

// W on the device in one of the formats; row offsets stay empty for Blocked-ELL.
struct DeviceWeights {
  DeviceBuffer row_offsets, columns, values;
};

DeviceWeights upload_weights(const Device& device, Dtype dtype, CusparseFormat format,
                             const CusparseWeights& weights) {
  if (const auto* csr = std::get_if<CsrMatrix>(&weights))
    return {upload(device, csr->row_offsets), upload(device, csr->columns),
            rbgp::upload(device, dtype, csr->values)};
  const auto& blocks = std::get<BlockMatrix>(weights);
  if (format == CusparseFormat::blocked_ell)
    return {{},
            upload(device, blocks.columns),
            rbgp::upload(device, dtype, blocked_ell_values(blocks))};
  std::vector<std::int32_t> row_offsets;
  for (std::int64_t row = 0; row <= blocks.block_rows(); ++row)
    row_offsets.push_back(static_cast<std::int32_t>(row * blocks.blocks_per_row));
  return {upload(device, row_offsets), upload(device, blocks.columns),
          rbgp::upload(device, dtype, blocks.values)};
}

// What cusparseSpMM needs of one copy.
struct BoundCopy {
  DeviceWeights weights;
  void* input = nullptr;
  void* output = nullptr;
  CusparseSparse a = nullptr;
  CusparseDense b = nullptr;
  CusparseDense c = nullptr;
  DeviceBuffer buffer;
};

class Product : public Contender {
 public:
  Product(const Cusparse& library, const Problem& problem, const Device& device, CusparseWay way,
          std::shared_ptr<const CusparseWeights> weights)
      : library_(library),
        problem_(problem),
        device_(device),
        way_(std::move(way)),
        element_(cuda_data_type(problem.dtype)),
        host_weights_(std::move(weights)) {
    if (way_.legacy) {
      need(library_.bsrmm, "cusparseSbsrmm");
      need(library_.create_legacy, "cusparseCreateMatDescr");
    }
    const auto context = current_context();
    library_.check(library_.create(&handle_), "cusparseCreate");
    if (way_.legacy) library_.create_legacy(&legacy_);
  }
  ~Product() override {
    const auto context = current_context();
    for (const BoundCopy& copy : copies_) {
      if (copy.a != nullptr) library_.destroy_sparse(copy.a);
      if (copy.b != nullptr) library_.destroy_dense(copy.b);
      if (copy.c != nullptr) library_.destroy_dense(copy.c);
    }
    if (legacy_ != nullptr) library_.destroy_legacy(legacy_);
    library_.destroy(handle_);
  }

  std::int64_t weight_bytes() const override;
  void add_copy(void* input, void* output) override;
  void launch(int copy, void* stream) override;
  std::string label() const override;
  Layout input_layout() const override { return way_.input; }
  Layout output_layout() const override { return way_.output; }

 private:
  // cuSPARSE works on the context that is current on the thread.
  runtime::ContextGuard current_context() const {
    return {device_.state()->driver(), device_.state()->context()};
  }
  template <typename Function>
  static void need(Function function, const char* name) {
    require(function != nullptr, ErrorCode::unsupported, "this cuSPARSE has no {}", name);
  }
  CusparseSparse describe_weights(DeviceWeights& weights) const;
  CusparseDense describe_dense(std::int64_t rows, std::int64_t cols, Layout layout,
                               void* values) const;
  void prepare_spmm(BoundCopy& copy) const;
  void launch_legacy(const BoundCopy& copy) const;

  const Cusparse& library_;
  Problem problem_;
  Device device_;
  CusparseWay way_;
  int element_;  // of cudaDataType_t; sums are f32 in all
  std::shared_ptr<const CusparseWeights> host_weights_;
  CusparseHandle handle_ = nullptr;
  CusparseLegacy legacy_ = nullptr;
  std::vector<BoundCopy> copies_;
};

std::int64_t Product::weight_bytes() const {
  return static_cast<std::int64_t>(std::visit(
      [&](const auto& matrix) {
        return 4 * matrix.columns.size() +
               static_cast<std::size_t>(dtype_bytes(problem_.dtype)) * matrix.values.size();
      },
      *host_weights_));
}

CusparseSparse Product::describe_weights(DeviceWeights& weights) const {
  using namespace cusparse;
  CusparseSparse matrix = nullptr;
  if (const auto* csr = std::get_if<CsrMatrix>(host_weights_.get())) {
    need(library_.create_csr, "cusparseCreateCsr");
    library_.check(
        library_.create_csr(&matrix, csr->rows, csr->cols, csr->nonzeros(),
                            weights.row_offsets.data(), weights.columns.data(),
                            weights.values.data(), kIndex32, kIndex32, kBaseZero, element_),
        "cusparseCreateCsr");
    return matrix;
  }
  const auto& blocks = std::get<BlockMatrix>(*host_weights_);
  if (way_.format == CusparseFormat::blocked_ell) {
    need(library_.create_blocked_ell, "cusparseCreateBlockedEll");
    library_.check(
        library_.create_blocked_ell(&matrix, blocks.rows, blocks.cols, blocks.block,
                                    blocks.blocks_per_row * blocks.block, weights.columns.data(),
                                    weights.values.data(), kIndex32, kBaseZero, element_),
        "cusparseCreateBlockedEll");
    return matrix;
  }
  need(library_.create_bsr, "cusparseCreateBsr");
  library_.check(
      library_.create_bsr(&matrix, blocks.block_rows(), blocks.cols / blocks.block,
                          blocks.block_rows() * blocks.blocks_per_row, blocks.block, blocks.block,
                          weights.row_offsets.data(), weights.columns.data(), weights.values.data(),
                          kIndex32, kIndex32, kBaseZero, element_, kRowMajor),
      "cusparseCreateBsr");
  return matrix;
}

CusparseDense Product::describe_dense(std::int64_t rows, std::int64_t cols, Layout layout,
                                      void* values) const {
  using namespace cusparse;
  const bool by_rows = layout == Layout::kn;
  CusparseDense matrix = nullptr;
  library_.check(library_.create_dense(&matrix, rows, cols, by_rows ? cols : rows, values, element_,
                                       by_rows ? kRowMajor : kColumnMajor),
                 "cusparseCreateDnMat");
  return matrix;
}

void Product::add_copy(void* input, void* output) {
  const auto context = current_context();
  BoundCopy& copy = copies_.emplace_back();
  copy.weights = upload_weights(device_, problem_.dtype, way_.format, *host_weights_);
  copy.input = input;
  copy.output = output;
  if (!way_.legacy) prepare_spmm(copy);
}

void Product::prepare_spmm(BoundCopy& copy) const {
  using namespace cusparse;
  copy.a = describe_weights(copy.weights);
  copy.b = describe_dense(problem_.k, problem_.n, way_.input, copy.input);
  copy.c = describe_dense(problem_.m, problem_.n, way_.output, copy.output);
  std::size_t bytes = 0;
  library_.check(
      library_.spmm_buffer_size(handle_, kNoTranspose, kNoTranspose, &kOne, copy.a, copy.b, &kZero,
                                copy.c, kFloat32, way_.algorithm, &bytes),
      "cusparseSpMM_bufferSize");
  copy.buffer = DeviceBuffer(device_, bytes);
  // What the algorithm may learn about W beforehand is no part of the product's time.
  if (way_.format == CusparseFormat::csr && library_.spmm_preprocess != nullptr)
    library_.check(
        library_.spmm_preprocess(handle_, kNoTranspose, kNoTranspose, &kOne, copy.a, copy.b, &kZero,
                                 copy.c, kFloat32, way_.algorithm, copy.buffer.data()),
        "cusparseSpMM_preprocess");
  device_.synchronize();
}

void Product::launch(int copy, void* stream) {
  using namespace cusparse;
  const auto context = current_context();
  BoundCopy& bound = copies_[static_cast<std::size_t>(copy)];
  library_.check(library_.set_stream(handle_, stream), "cusparseSetStream");
  if (way_.legacy) return launch_legacy(bound);
  library_.check(library_.spmm(handle_, kNoTranspose, kNoTranspose, &kOne, bound.a, bound.b, &kZero,
                               bound.c, kFloat32, way_.algorithm, bound.buffer.data()),
                 "cusparseSpMM");
}

// Its dense operands are column-major: I by rows is its B transposed, and O comes out transposed.
void Product::launch_legacy(const BoundCopy& copy) const {
  using namespace cusparse;
  const auto& blocks = std::get<BlockMatrix>(*host_weights_);
  const bool by_rows = way_.input == Layout::kn;
  library_.check(
      library_.bsrmm(handle_, kBlocksByRow, kNoTranspose, by_rows ? kTranspose : kNoTranspose,
                     static_cast<int>(blocks.block_rows()), static_cast<int>(problem_.n),
                     static_cast<int>(blocks.cols / blocks.block),
                     static_cast<int>(blocks.block_rows() * blocks.blocks_per_row), &kOne, legacy_,
                     static_cast<const float*>(copy.weights.values.data()),
                     static_cast<const int*>(copy.weights.row_offsets.data()),
                     static_cast<const int*>(copy.weights.columns.data()),
                     static_cast<int>(blocks.block), static_cast<const float*>(copy.input),
                     static_cast<int>(by_rows ? problem_.n : problem_.k), &kZero,
                     static_cast<float*>(copy.output), static_cast<int>(problem_.m)),
      "cusparseSbsrmm");
}

std::string Product::label() const {
  int version = 0;
  library_.get_version(handle_, &version);
  return fmt::format("cuSPARSE {}.{}.{} {}{}", version / 1000, version / 100 % 10, version % 100,
                     way_.name, way_.input == way_.output ? "" : ", O transposed");
}

}  // namespace

std::vector<CusparseWay> cusparse_ways(CusparseFormat format, Dtype dtype, Layout input) {
  using namespace cusparse;
  const Layout other = input == Layout::kn ? Layout::nk : Layout::kn;
  switch (format) {
    case CusparseFormat::csr: {
      std::vector<CusparseWay> ways;
      for (const auto& [name, algorithm] :
           {std::pair("SPMM_ALG_DEFAULT", kSpmmDefault), std::pair("SPMM_CSR_ALG1", kSpmmCsr1),
            std::pair("SPMM_CSR_ALG2", kSpmmCsr2), std::pair("SPMM_CSR_ALG3", kSpmmCsr3)})
        ways.push_back({format, name, algorithm, false, input, input});
      return ways;
    }
    case CusparseFormat::bsr: {
      std::vector<CusparseWay> ways = {{format, "SPMM_BSR_ALG1", kSpmmBsr1, false, input, input}};
      // cusparseSbsrmm: its S is for floats.
      if (dtype_bytes(dtype) == 4) ways.push_back({format, "bsrmm", 0, true, input, Layout::nk});
      return ways;
    }
    case CusparseFormat::blocked_ell:
      return {{format, "SPMM_BLOCKED_ELL_ALG1", kSpmmBlockedEll1, false, input, input},
              {format, "SPMM_BLOCKED_ELL_ALG1", kSpmmBlockedEll1, false, input, other}};
  }
  return {};
}

std::unique_ptr<Contender> cusparse_contender(const Cusparse& library, const Problem& problem,
                                              const Device& device, const CusparseWay& way,
                                              std::shared_ptr<const CusparseWeights> weights) {
  return std::make_unique<Product>(library, problem, device, way, std::move(weights));
}

}  // namespace rbgp::bench
