// The epilogue of host kernels: from vectors of sums to vectors of O.
#pragma once

#include <cstdint>

#include <generator/host_ir.hpp>
#include <rbgp/epilogue.hpp>

namespace rbgp {

class EpilogueWriter : public IrWriter {
 protected:
  EpilogueWriter(std::int64_t vector_floats, const Epilogue& epilogue)
      : IrWriter(vector_floats), epilogue_(epilogue) {}

  // The numbers of a launch; null where the problem has no such part.
  struct Arguments {
    llvm::Value* alpha = nullptr;  // in every lane, as beta
    llvm::Value* beta = nullptr;
    llvm::Value* reads_residual = nullptr;  // in every lane, whether beta is not 0
    llvm::Value* bias = nullptr;  // pointers
    llvm::Value* residual = nullptr;
    llvm::Value* row_order = nullptr;
    llvm::Value* column_order = nullptr;
  };
  // From the EpilogueArguments that a pointer names.
  Arguments load_arguments(llvm::Value* pointer);

  // Lanes in which elements of R are read, of those that are set in `lanes`.
  llvm::Value* residual_lanes(const Arguments& arguments, llvm::Value* lanes);

  // The row of O, of R and of the bias that row u of W is, and the row of I that column v meets.
  llvm::Value* output_row(const Arguments& arguments, llvm::Value* u);
  llvm::Value* input_row(const Arguments& arguments, llvm::Value* v);

  // The bias of row u of O, in every lane; null where there is none.
  llvm::Value* row_bias(const Arguments& arguments, llvm::Value* u);

  // Of sums, and where the problem has them elements of R and the bias: elements of O.
  llvm::Value* finish(const Arguments& arguments, llvm::Value* sums, llvm::Value* residual,
                      llvm::Value* bias);

  llvm::Value* splat(llvm::Value* scalar);
  const Epilogue& epilogue() const { return epilogue_; }

 private:
  llvm::Value* ordered(llvm::Value* order, llvm::Value* index);
  llvm::Value* constant(float value);
  llvm::Value* multiply_add(llvm::Value* a, llvm::Value* b, llvm::Value* c);
  llvm::Value* relu(llvm::Value* x);
  llvm::Value* gelu(llvm::Value* x);

  Epilogue epilogue_;
};

}  // namespace rbgp
