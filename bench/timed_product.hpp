// A contender bound to operands: checked, and timed warm and cold.
#pragma once

#include <memory>

#include <bench/contender.hpp>
#include <bench/operands.hpp>
#include <bench/product_reference.hpp>
#include <runtime/timer.hpp>

namespace rbgp::bench {

class TimedProduct {
 public:
  // The operands outlive it.
  TimedProduct(std::unique_ptr<Contender> contender, Operands& operands);

  // Runs once on poisoned output. Errors: internal for a wrong result.
  void check(const ProductReference& reference, const CsrMatrix& weights, double tolerance);

  // Median of a short series, in milliseconds.
  double quick_ms();

  runtime::LaunchTimer warm_timer();
  // Makes the copies that a cold rotation takes, at the first call.
  runtime::LaunchTimer cold_timer();

  Contender& contender() { return *contender_; }
  double relative_error() const { return relative_error_; }

 private:
  void need_copies(int copies);
  runtime::LaunchTimer timer(int copies);

  std::unique_ptr<Contender> contender_;
  Operands& operands_;
  int copies_ = 0;
  double relative_error_ = 0;
};

}  // namespace rbgp::bench
