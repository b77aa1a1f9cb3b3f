// cuSPARSE, opened at run time.
//
// The few entry points used are declared by hand, as those of the driver and of cuBLAS are: they are
// stable within libcusparse.so.12, and so the build needs no CUDA toolkit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <runtime/dynamic_library.hpp>

namespace rbgp::bench {

// The numbers behind the library's enumerations, as far as they are used.
namespace cusparse {
inline constexpr int kSuccess = 0;
inline constexpr int kIndex32 = 2;
inline constexpr int kBaseZero = 0;
inline constexpr int kFloat32 = 0;  // CUDA_R_32F
inline constexpr int kColumnMajor = 1;
inline constexpr int kRowMajor = 2;
inline constexpr int kNoTranspose = 0;
inline constexpr int kTranspose = 1;
inline constexpr int kBlocksByRow = 0;  // CUSPARSE_DIRECTION_ROW

inline constexpr int kSpmmDefault = 0;
inline constexpr int kSpmmCsr1 = 4;
inline constexpr int kSpmmCsr2 = 6;
inline constexpr int kSpmmCsr3 = 12;
inline constexpr int kSpmmBlockedEll1 = 13;
inline constexpr int kSpmmBsr1 = 14;
}  // namespace cusparse

// Handles and descriptors are opaque.
using CusparseHandle = void*;
using CusparseSparse = void*;
using CusparseDense = void*;
using CusparseLegacy = void*;  // cusparseMatDescr_t

// One row a function: member, symbol, parameters. All return a status.
// clang-format off
#define RBGP_CUSPARSE_FUNCTIONS(FN)                                                               \
  FN(create, "cusparseCreate", (CusparseHandle* handle))                                          \
  FN(destroy, "cusparseDestroy", (CusparseHandle handle))                                         \
  FN(set_stream, "cusparseSetStream", (CusparseHandle handle, void* stream))                      \
  FN(get_version, "cusparseGetVersion", (CusparseHandle handle, int* version))                    \
  FN(create_csr, "cusparseCreateCsr",                                                             \
     (CusparseSparse* matrix, std::int64_t rows, std::int64_t cols, std::int64_t nonzeros,        \
      void* row_offsets, void* columns, void* values, int row_offset_type, int column_type,       \
      int base, int value_type))                                                                  \
  FN(create_bsr, "cusparseCreateBsr",                                                             \
     (CusparseSparse* matrix, std::int64_t block_rows, std::int64_t block_cols,                   \
      std::int64_t blocks, std::int64_t rows_of_block, std::int64_t cols_of_block,                \
      void* row_offsets, void* columns, void* values, int row_offset_type, int column_type,       \
      int base, int value_type, int order))                                                       \
  FN(create_blocked_ell, "cusparseCreateBlockedEll",                                              \
     (CusparseSparse* matrix, std::int64_t rows, std::int64_t cols, std::int64_t block,           \
      std::int64_t ell_cols, void* columns, void* values, int column_type, int base,              \
      int value_type))                                                                            \
  FN(destroy_sparse, "cusparseDestroySpMat", (CusparseSparse matrix))                             \
  FN(create_dense, "cusparseCreateDnMat",                                                         \
     (CusparseDense* matrix, std::int64_t rows, std::int64_t cols, std::int64_t stride,           \
      void* values, int value_type, int order))                                                   \
  FN(destroy_dense, "cusparseDestroyDnMat", (CusparseDense matrix))                               \
  FN(spmm_buffer_size, "cusparseSpMM_bufferSize",                                                 \
     (CusparseHandle handle, int operation_a, int operation_b, const void* alpha,                 \
      CusparseSparse a, CusparseDense b, const void* beta, CusparseDense c, int compute_type,     \
      int algorithm, std::size_t* bytes))                                                         \
  FN(spmm_preprocess, "cusparseSpMM_preprocess",                                                  \
     (CusparseHandle handle, int operation_a, int operation_b, const void* alpha,                 \
      CusparseSparse a, CusparseDense b, const void* beta, CusparseDense c, int compute_type,     \
      int algorithm, void* buffer))                                                               \
  FN(spmm, "cusparseSpMM",                                                                        \
     (CusparseHandle handle, int operation_a, int operation_b, const void* alpha,                 \
      CusparseSparse a, CusparseDense b, const void* beta, CusparseDense c, int compute_type,     \
      int algorithm, void* buffer))                                                               \
  FN(create_legacy, "cusparseCreateMatDescr", (CusparseLegacy* description))                      \
  FN(destroy_legacy, "cusparseDestroyMatDescr", (CusparseLegacy description))                     \
  FN(bsrmm, "cusparseSbsrmm",                                                                     \
     (CusparseHandle handle, int direction, int operation_a, int operation_b, int block_rows,     \
      int n, int block_cols, int blocks, const float* alpha, CusparseLegacy description,          \
      const float* values, const int* row_offsets, const int* columns, int block,                 \
      const float* b, int stride_b, const float* beta, float* c, int stride_c))
// clang-format on

// The table of functions; those that a version lacks are null. Calls are as thread-safe as the library's.
struct Cusparse {
// NOLINTNEXTLINE(bugprone-macro-parentheses): a member's name and its parameter list
#define RBGP_CUSPARSE_MEMBER(member, symbol, parameters) int(*member) parameters = nullptr;
  RBGP_CUSPARSE_FUNCTIONS(RBGP_CUSPARSE_MEMBER)
#undef RBGP_CUSPARSE_MEMBER

  // The library, looked for once: in the folders RBGP_CUSPARSE and RBGP_CUBLAS (wheels keep all of
  // CUDA in one), on the loader's path, and in the toolkit. Null, with a one-line reason, where there
  // is none. It lives until the process ends.
  static const Cusparse* find(std::string& reason);

  // Errors: unsupported for CUSPARSE_STATUS_NOT_SUPPORTED, else launch_failed, naming the status.
  void check(int status, std::string_view what) const;

  const char* (*error_name)(int status) = nullptr;
};

}  // namespace rbgp::bench
