// Writing LLVM IR: the few forms that host kernels are made of, on top of IRBuilder.
#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rbgp {

using IrValues = std::vector<llvm::Value*>;

// One module under construction. Pointers are opaque, addresses are in bytes.
class IrWriter {
 public:
  explicit IrWriter(std::int64_t vector_floats)
      : vector_floats_(vector_floats), module_("rbgp", context_), build_(context_) {}

 protected:
  llvm::Type* i64() { return build_.getInt64Ty(); }
  llvm::Type* f32() { return build_.getFloatTy(); }
  llvm::Type* vector() {
    return llvm::FixedVectorType::get(f32(), static_cast<unsigned>(vector_floats_));
  }
  llvm::Value* number(std::int64_t value) {
    return build_.getInt64(static_cast<std::uint64_t>(value));
  }
  llvm::Value* scaled(llvm::Value* value, std::int64_t factor) {
    return build_.CreateMul(value, number(factor));
  }
  llvm::Value* at(llvm::Value* pointer, llvm::Value* bytes) {
    return build_.CreateGEP(build_.getInt8Ty(), pointer, bytes);
  }
  llvm::Value* at(llvm::Value* pointer, std::int64_t bytes) { return at(pointer, number(bytes)); }

  // A function of so many pointers, then 64-bit numbers; code goes into its entry block from here on.
  llvm::Function* function(const char* name, unsigned pointers, unsigned numbers, bool exported);

  // A counted loop of at least one turn that carries values from turn to turn; gives what they are
  // after the last.
  IrValues loop(llvm::Value* begin, llvm::Value* end, IrValues carried,
                const std::function<IrValues(llvm::Value*, IrValues)>& body);

  // The columns of as many vectors as a vector has lanes.
  IrValues transpose(IrValues rows);

  void when(llvm::Value* condition, const std::function<void()>& body);

  // A constant array of 64-bit entries, and one of its entries.
  llvm::Value* table(const char* name, const std::vector<std::int64_t>& entries);
  llvm::Value* entry_of(llvm::Value* table, llvm::Value* index);

  // The module as text. Errors: internal where what was built is not valid.
  std::string text() const;

  std::int64_t vector_floats_;
  llvm::LLVMContext context_;
  llvm::Module module_;
  llvm::IRBuilder<> build_;
};

}  // namespace rbgp
