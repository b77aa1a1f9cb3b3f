// What a device can do at best, measured: the denominators of roofline fractions.
#pragma once

#include <cstdint>

#include <rbgp/device.hpp>
#include <rbgp/problem.hpp>
#include <tuner/ceilings.hpp>

namespace rbgp::bench {

// Measured at the first call for a device, which takes a fraction of a second. On the host the arithmetic
// is that of all threads.
const Ceilings& ceilings_of(const Device& device);

// Multiply-adds of a dtype: of f32 those above; of others what the dense library reaches on a product of
// 8192 x 8192 x 8192, which is near what the tensor cores do. 0 where there is no library or no such
// arithmetic.
double multiply_adds_per_ms(const Device& device, Dtype dtype);

// The least time that a product with W of so many non-zeros can take: the largest of its arithmetic,
// its bytes (values, I and O once each; no indices) and an empty launch.
double roofline_ms(const Ceilings& ceilings, const Problem& problem, double nonzeros,
                   double arithmetic_ms);

}  // namespace rbgp::bench
