#include <bench/eigen_contender.hpp>

#include <utility>

#include <Eigen/Core>
#include <Eigen/SparseCore>

#include <rbgp/error.hpp>

namespace rbgp::bench {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Sparse = Eigen::SparseMatrix<float, Eigen::RowMajor, std::int32_t>;

class Product : public Contender {
 public:
  Product(const Problem& problem, int threads, std::shared_ptr<const CsrMatrix> weights)
      : problem_(problem), threads_(threads), host_weights_(std::move(weights)) {}

  std::int64_t weight_bytes() const override { return 8 * host_weights_->nonzeros(); }

  void add_copy(void* input, void* output) override {
    copies_.push_back(
        {*host_weights_, static_cast<const float*>(input), static_cast<float*>(output)});
  }

  void launch(int copy, void*) override {
    const Bound& bound = copies_[static_cast<std::size_t>(copy)];
    const CsrMatrix& w = bound.weights;
    const Eigen::Map<const Sparse> sparse(w.rows, w.cols, w.nonzeros(), w.row_offsets.data(),
                                          w.columns.data(), w.values.data());
    const Eigen::Map<const RowMajor> input(bound.input, problem_.k, problem_.n);
    Eigen::Map<RowMajor> output(bound.output, problem_.m, problem_.n);
    Eigen::setNbThreads(threads_);
    output.noalias() = sparse * input;
  }

  std::string label() const override {
    return fmt::format("Eigen {}.{}.{}, {} threads", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION,
                       EIGEN_MINOR_VERSION, threads_);
  }

 private:
  struct Bound {
    CsrMatrix weights;
    const float* input;
    float* output;
  };
  Problem problem_;
  int threads_;
  std::shared_ptr<const CsrMatrix> host_weights_;
  std::vector<Bound> copies_;
};

}  // namespace

std::unique_ptr<Contender> eigen_contender(const Problem& problem, const Device& device,
                                           std::shared_ptr<const CsrMatrix> weights) {
  return std::make_unique<Product>(problem, device.properties().compute_units, std::move(weights));
}

}  // namespace rbgp::bench
