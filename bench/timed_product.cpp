#include <bench/timed_product.hpp>

#include <utility>

#include <rbgp/error.hpp>

namespace rbgp::bench {
namespace {

constexpr double kRoundSeconds = 0.02;

}  // namespace

TimedProduct::TimedProduct(std::unique_ptr<Contender> contender, Operands& operands)
    : contender_(std::move(contender)), operands_(operands) {
  need_copies(1);
}

void TimedProduct::need_copies(int copies) {
  if (copies_ >= copies) return;
  operands_.input(copies - 1, contender_->input_layout());
  for (; copies_ < copies; ++copies_)
    contender_->add_copy(operands_.input(copies_, contender_->input_layout()),
                         operands_.output(copies_));
}

void TimedProduct::check(const ProductReference& reference, const CsrMatrix& weights,
                         double tolerance) {
  operands_.poison_output();
  contender_->launch(0, nullptr);
  operands_.device().synchronize();
  relative_error_ =
      reference.relative_error(weights, operands_.download_output(), contender_->output_layout());
  require(relative_error_ <= tolerance, ErrorCode::internal,
          "wrong result: relative error {:.2e} against the reference", relative_error_);
}

double TimedProduct::quick_ms() { return warm_timer().sample().median(); }

runtime::LaunchTimer TimedProduct::timer(int copies) {
  return {operands_.device(),
          copies,
          [this](int copy, void* stream) { contender_->launch(copy, stream); },
          {.min_seconds = kRoundSeconds, .min_samples = 2, .max_samples = 101, .warmup = 1}};
}

runtime::LaunchTimer TimedProduct::warm_timer() { return timer(1); }

runtime::LaunchTimer TimedProduct::cold_timer() {
  const int copies = runtime::rotating_copies(contender_->weight_bytes() + operands_.bytes(),
                                              runtime::shared_cache_bytes(operands_.device()));
  need_copies(copies);
  return timer(copies);
}

}  // namespace rbgp::bench
