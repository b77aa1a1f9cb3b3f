// Patterns and problems that a kernel family can multiply. Families on CUDA cores take any; those on tensor
// cores take rows and columns in the units of an instruction, in dtypes of their own.
#pragma once

#include <cstdint>
#include <span>

#include <generator/kernel_family.hpp>
#include <support/random_config.hpp>

namespace rbgp::test {

// A pattern, and by how much the problem is smaller than it.
struct KernelCaseShape {
  const char* config;
  std::int64_t cut_rows = 0, cut_cols = 0;
};

struct KernelShapes {
  std::span<const KernelCaseShape> all;
  std::span<const std::int64_t> columns;
  // With ragged edges and with neighbouring rows, for all epilogues.
  std::span<const KernelCaseShape> ragged;
  std::span<const std::int64_t> ragged_columns;
};

// Whether the family multiplies by instructions that have no f32.
bool on_tensor_cores(const KernelFamily& family);

// The dtype to test a family in where one is enough.
Dtype usual_dtype(const KernelFamily& family);

KernelShapes shapes_of(const KernelFamily& family);

// random_config, or for tensor cores row groups of whole instructions, and tiles of whole slabs where the family
// takes those.
Rbgp4Config random_config_for(const KernelFamily& family, RandomWords& random,
                              const ConfigLimits& limits = {});

// Changes what a family that takes slabs, or few columns only, never takes: n, k, layout or epilogue. Others stay
// as they are.
void fit_problem(const KernelFamily& family, Problem& problem);

}  // namespace rbgp::test
