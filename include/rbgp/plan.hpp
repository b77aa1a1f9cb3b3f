// A plan: problem + pattern + chosen kernel, with where and how fast it was measured. It is all that
// is needed to run, export or re-create the kernel, on this machine or another.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <rbgp/device.hpp>
#include <rbgp/matrix_order.hpp>
#include <rbgp/problem.hpp>

namespace rbgp {

struct Plan {
  static constexpr int kVersion = 1;

  KernelSpec spec;
  std::uint64_t seed = 0;
  // Which of a user's rows and columns stands where on the pattern; empty where none were moved. A kernel
  // whose problem has row_order and column_order takes them at launch (launch_order), and then I and O
  // are in the user's order; without these parts they are in the pattern's.
  MatrixOrder order;
  DeviceProperties device;  // where it was tuned; `arch` names the target of its kernel
  double median_ms = 0;  // 0: not measured
  double dense_ms = 0;  // the dense product on that device; 0: not measured
  std::string dense_library;  // what computed it ("OpenBLAS 0.3.21")

  std::string to_json() const;
  // Errors: invalid_argument with one line for text that is no plan, for another version, or for a
  // field that is missing or out of range.
  static Plan from_json(std::string_view json);

  // Written to a temporary file and renamed: a reader sees the old plan or the new one.
  // Errors: io; exhausted where the disk is full.
  void save(const std::filesystem::path& file) const;
  static Plan load(const std::filesystem::path& file);
};

// The spec with the parts of the epilogue that let its kernel apply an order itself: row_order where rows
// moved, column_order where columns did and the kernel can. Where it cannot, I has to be put in the order
// of the pattern's columns (take_rows), unless the layer before writes it so (fold_columns).
KernelSpec apply_order(KernelSpec spec, const MatrixOrder& order, const DeviceProperties& device);

}  // namespace rbgp
