// How I, R and O lie for a panel of a host kernel: reading vectors of columns, packing, storing.
#pragma once

#include <cstdint>

#include <generator/host_epilogue.hpp>
#include <generator/host_layout.hpp>

namespace rbgp::host_rbgp4mm {

class PanelWriter : public EpilogueWriter {
 protected:
  static constexpr std::int64_t kFloatBytes = 4;

  PanelWriter(const KernelSpec& spec, const Layout& layout)
      : EpilogueWriter(layout.vector_floats, spec.problem.epilogue),
        spec_(spec),
        config_(spec.pattern.config()),
        layout_(layout) {}

  // A panel of O: `cols` columns in `vectors` vectors, rows of I `stride` floats apart.
  struct Panel {
    std::int64_t cols, vectors, stride;
    llvm::Value *packed, *input, *output;
    Arguments arguments;
  };

  bool transposed() const { return spec_.problem.layout == rbgp::Layout::nk; }

  // Copies the panel of I to the workspace, as rows of K in the order of W's columns; those past k (a
  // padded problem) are zero.
  llvm::Value* pack_rows(const Panel& panel, llvm::Value* workspace);
  // Vector v of a row of I where it lies.
  llvm::Value* load_columns(const Panel& panel, llvm::Value* row, std::int64_t v,
                            std::int64_t alignment);
  // Elements of R that vector v of row u of O meets; zeros, unread, where beta is 0. Null without R. Here
  // and below u is a row of O, which output_row gives.
  llvm::Value* load_residual(const Panel& panel, llvm::Value* u, std::int64_t v);
  void store_columns(const Panel& panel, llvm::Value* u, std::int64_t v, llvm::Value* value);

  const KernelSpec& spec_;
  const Rbgp4Config& config_;
  const Layout& layout_;

 private:
  bool whole(const Panel& panel, std::int64_t v) const {
    return (v + 1) * layout_.vector_floats <= panel.cols;
  }
  llvm::Value* mask(const Panel& panel, std::int64_t v);
  llvm::Value* strided(llvm::Value* first, std::int64_t stride);
  llvm::Value* output_offset(llvm::Value* u, std::int64_t v);
  void store_packed(llvm::Value* row, std::int64_t v, llvm::Value* columns);
  void pack_blocks(const Panel& panel, llvm::Value* workspace, std::int64_t blocks);
};

}  // namespace rbgp::host_rbgp4mm
