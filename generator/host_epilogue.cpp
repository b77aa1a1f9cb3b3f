#include <generator/host_epilogue.hpp>

#include <cstddef>
#include <initializer_list>

#include <templates/gelu_numbers.cuh>

namespace rbgp {

using llvm::Value;

Value* EpilogueWriter::splat(Value* scalar) {
  return build_.CreateVectorSplat(static_cast<unsigned>(vector_floats_), scalar);
}

EpilogueWriter::Arguments EpilogueWriter::load_arguments(Value* pointer) {
  const auto field = [&](llvm::Type* type, std::size_t offset) {
    return build_.CreateLoad(type, at(pointer, static_cast<std::int64_t>(offset)));
  };
  Arguments arguments;
  if (epilogue_.scale) arguments.alpha = splat(field(f32(), offsetof(EpilogueArguments, alpha)));
  if (epilogue_.bias) arguments.bias = field(build_.getPtrTy(), offsetof(EpilogueArguments, bias));
  if (epilogue_.residual) {
    arguments.beta = splat(field(f32(), offsetof(EpilogueArguments, beta)));
    arguments.residual = field(build_.getPtrTy(), offsetof(EpilogueArguments, residual));
    arguments.reads_residual = build_.CreateFCmpUNE(arguments.beta, constant(0));
  }
  if (epilogue_.row_order)
    arguments.row_order = field(build_.getPtrTy(), offsetof(EpilogueArguments, row_order));
  if (epilogue_.column_order)
    arguments.column_order = field(build_.getPtrTy(), offsetof(EpilogueArguments, column_order));
  return arguments;
}

Value* EpilogueWriter::residual_lanes(const Arguments& arguments, Value* lanes) {
  return build_.CreateAnd(arguments.reads_residual, lanes);
}

Value* EpilogueWriter::ordered(Value* order, Value* index) {
  if (order == nullptr) return index;
  Value* entry = at(order, scaled(index, static_cast<std::int64_t>(sizeof(std::int32_t))));
  return build_.CreateZExt(build_.CreateLoad(build_.getInt32Ty(), entry), i64());
}

Value* EpilogueWriter::output_row(const Arguments& arguments, Value* u) {
  return ordered(arguments.row_order, u);
}

Value* EpilogueWriter::input_row(const Arguments& arguments, Value* v) {
  return ordered(arguments.column_order, v);
}

Value* EpilogueWriter::row_bias(const Arguments& arguments, Value* u) {
  if (!epilogue_.bias) return nullptr;
  return splat(build_.CreateLoad(
      f32(), at(arguments.bias, scaled(u, static_cast<std::int64_t>(sizeof(float))))));
}

Value* EpilogueWriter::finish(const Arguments& arguments, Value* sums, Value* residual,
                              Value* bias) {
  if (epilogue_.scale) sums = build_.CreateFMul(sums, arguments.alpha);
  if (epilogue_.residual) sums = multiply_add(arguments.beta, residual, sums);
  if (epilogue_.bias) sums = build_.CreateFAdd(sums, bias);
  switch (epilogue_.activation) {
    case Activation::none:
      return sums;
    case Activation::relu:
      return relu(sums);
    case Activation::gelu:
      return gelu(sums);
  }
  return sums;
}

Value* EpilogueWriter::constant(float value) {
  return llvm::ConstantFP::get(vector(), static_cast<double>(value));
}

// Fused where the processor can: without that the tail of GELU is good to 4e-6, not to 4e-7.
Value* EpilogueWriter::multiply_add(Value* a, Value* b, Value* c) {
  return build_.CreateIntrinsic(llvm::Intrinsic::fmuladd, {vector()}, {a, b, c});
}

Value* EpilogueWriter::relu(Value* x) {
  // NaN stays NaN.
  return build_.CreateSelect(build_.CreateFCmpOLT(x, constant(0)), constant(0), x);
}

// Step by step what templates/epilogue.cuh does.
Value* EpilogueWriter::gelu(Value* x) {
  using Numbers = GeluNumbers;
  const auto horner = [&](Value* at, float highest, std::initializer_list<float> others) {
    Value* sum = constant(highest);
    for (const float coefficient : others) sum = multiply_add(sum, at, constant(coefficient));
    return sum;
  };
  Value* a = build_.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, x);
  Value* t =
      build_.CreateFDiv(constant(1), multiply_add(a, constant(Numbers::kSlope), constant(1)));
  Value* tail =
      horner(t, Numbers::kTail9,
             {Numbers::kTail8, Numbers::kTail7, Numbers::kTail6, Numbers::kTail5, Numbers::kTail4,
              Numbers::kTail3, Numbers::kTail2, Numbers::kTail1, Numbers::kTail0});
  Value* square = build_.CreateFMul(a, a);
  Value* rounded_away = multiply_add(a, a, build_.CreateFNeg(square));
  Value* half = build_.CreateFMul(constant(-0.5F), square);
  Value* exponent = multiply_add(half, constant(Numbers::kLog2E), constant(Numbers::kRound));
  Value* whole = build_.CreateFSub(exponent, constant(Numbers::kRound));
  Value* r = multiply_add(whole, constant(-Numbers::kLog2High), half);
  r = multiply_add(whole, constant(-Numbers::kLog2Low), r);
  r = multiply_add(rounded_away, constant(-0.5F), r);
  Value* power =
      horner(r, Numbers::kExp6, {Numbers::kExp5, Numbers::kExp4, Numbers::kExp3, Numbers::kExp2});
  power = build_.CreateFAdd(multiply_add(build_.CreateFMul(r, r), power, r), constant(1));
  auto* bits =
      llvm::FixedVectorType::get(build_.getInt32Ty(), static_cast<unsigned>(vector_floats_));
  constexpr std::uint64_t kMantissaBits = 23;
  Value* shifted = build_.CreateShl(build_.CreateBitCast(exponent, bits),
                                    llvm::ConstantInt::get(bits, kMantissaBits));
  power =
      build_.CreateBitCast(build_.CreateAdd(build_.CreateBitCast(power, bits), shifted), vector());
  Value* tail_of_x = build_.CreateFMul(build_.CreateFMul(a, tail), power);
  tail_of_x =
      build_.CreateSelect(build_.CreateFCmpOLT(a, constant(Numbers::kEnd)), tail_of_x, constant(0));
  return build_.CreateFSub(relu(x), tail_of_x);
}

}  // namespace rbgp
