#include <bench/contender.hpp>

#include <utility>

#include <tuner/bench_inputs.hpp>

namespace rbgp::bench {
namespace {

struct BoundCopy {
  DeviceBuffer weights;
  const void* input;
  void* output;
};

class Dense : public Contender {
 public:
  Dense(std::unique_ptr<DenseBaseline> library, const Problem& problem, const Device& device,
        std::vector<float> weights)
      : library_(std::move(library)),
        problem_(problem),
        device_(device),
        weights_(std::move(weights)) {}

  std::int64_t weight_bytes() const override {
    return problem_.m * problem_.k * dtype_bytes(problem_.dtype);
  }

  void add_copy(void* input, void* output) override {
    copies_.push_back({upload(device_, problem_.dtype, weights_), input, output});
  }

  void launch(int copy, void* stream) override {
    const BoundCopy& bound = copies_[static_cast<std::size_t>(copy)];
    library_->launch(bound.weights.data(), bound.input, bound.output, stream);
  }

  std::string label() const override { return library_->name(); }
  Layout input_layout() const override { return problem_.layout; }
  Layout output_layout() const override { return problem_.layout; }

 private:
  std::unique_ptr<DenseBaseline> library_;
  Problem problem_;
  Device device_;
  std::vector<float> weights_;
  std::vector<BoundCopy> copies_;
};

class OwnKernel : public Contender {
 public:
  OwnKernel(const KernelSpec& spec, const Device& device, std::vector<float> values)
      : device_(device),
        kernel_(Kernel::create(spec, device)),
        values_(std::move(values)),
        workspace_(device, kernel_.workspace_bytes()) {}

  std::int64_t weight_bytes() const override {
    return static_cast<std::int64_t>(kernel_.packed_bytes());
  }

  void add_copy(void* input, void* output) override {
    BoundCopy copy{DeviceBuffer(device_, kernel_.packed_bytes()), input, output};
    kernel_.pack(values_.data(), copy.weights);
    copies_.push_back(std::move(copy));
  }

  void launch(int copy, void* stream) override {
    const BoundCopy& bound = copies_[static_cast<std::size_t>(copy)];
    kernel_.launch(bound.weights.data(), bound.input, bound.output, workspace_.data(), stream);
  }

  std::string label() const override { return kernel_.describe(); }
  Layout input_layout() const override { return kernel_.spec().problem.layout; }
  Layout output_layout() const override { return kernel_.spec().problem.layout; }

 private:
  Device device_;
  Kernel kernel_;
  std::vector<float> values_;
  DeviceBuffer workspace_;
  std::vector<BoundCopy> copies_;
};

}  // namespace

std::unique_ptr<Contender> dense_contender(const Problem& problem, const Device& device,
                                           std::vector<float> weights, std::string& reason) {
  auto library = DenseBaseline::open(problem, device, reason);
  if (!library) return nullptr;
  return std::make_unique<Dense>(std::move(library), problem, device, std::move(weights));
}

std::unique_ptr<Contender> kernel_contender(const KernelSpec& spec, const Device& device,
                                            std::vector<float> values) {
  return std::make_unique<OwnKernel>(spec, device, std::move(values));
}

}  // namespace rbgp::bench
