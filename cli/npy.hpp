// NumPy's .npy files: float32 and float16 matrices and vectors, little-endian, C order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <rbgp/dtype.hpp>

namespace rbgp::cli {

struct Matrix {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::vector<float> elements;  // row-major
};

// Reads format versions 1.0, 2.0 and 3.0.
// Errors: io where the file cannot be opened; invalid_argument, naming file, field, value and what
// is allowed, for anything that is not such a matrix.
Matrix read_npy(const std::filesystem::path& file);

// The same for one dimension.
std::vector<float> read_npy_vector(const std::filesystem::path& file);

// Writes version 1.0: float16 for the dtype f16, else float32, as NumPy has no bf16. The file appears
// complete or not at all. Errors: io.
void write_npy(const std::filesystem::path& file, const Matrix& matrix, Dtype dtype = Dtype::f32);

}  // namespace rbgp::cli
