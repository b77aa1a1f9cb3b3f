#include <gtest/gtest.h>

#include <rbgp/epilogue.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;

TEST(Epilogue, EveryCombinationSurvivesItsText) {
  for (const Activation activation : {Activation::none, Activation::relu, Activation::gelu})
    for (const bool scale : {false, true})
      for (const bool residual : {false, true})
        for (const bool bias : {false, true})
          for (const bool row_order : {false, true})
            for (const bool column_order : {false, true}) {
              const Epilogue epilogue{scale, residual, bias, activation, row_order, column_order};
              EXPECT_EQ(Epilogue::parse(epilogue.to_string()), epilogue) << epilogue.to_string();
            }
}

TEST(Epilogue, TextAndFormula) {
  struct Row {
    const char* given;
    const char* text;
    const char* formula;
  };
  constexpr Row kRows[] = {
      {"", "none", "O = W I"},
      {"none", "none", "O = W I"},
      {"bias", "bias", "O = W I + bias"},
      {"relu,bias", "bias,relu", "O = relu(W I + bias)"},
      {"residual,scale", "scale,residual", "O = alpha W I + beta R"},
      {"gelu", "gelu", "O = gelu(W I)"},
      {"gelu,bias,residual,scale", "scale,residual,bias,gelu",
       "O = gelu(alpha W I + beta R + bias)"},
      {"row_order", "row_order", "O = W I, rows by row_order"},
      {"relu,column_order,bias", "bias,column_order,relu",
       "O = relu(W I + bias), columns by column_order"},
      {"column_order,row_order", "row_order,column_order",
       "O = W I, rows by row_order, columns by column_order"},
  };
  for (const Row& row : kRows) {
    const Epilogue epilogue = Epilogue::parse(row.given);
    EXPECT_EQ(epilogue.to_string(), row.text);
    EXPECT_EQ(epilogue.formula(), row.formula);
    EXPECT_EQ(epilogue.empty(), std::string_view(row.text) == "none");
  }
}

TEST(Epilogue, RefusesOtherText) {
  struct Row {
    const char* text;
    const char* part;
  };
  constexpr Row kRows[] = {
      {"tanh", "'tanh' is no part"},
      {"bias,none", "'none' is no part"},
      {"bias,", "'' is no part"},
      {",", "'' is no part"},
      {"bias, relu", "' relu'"},
      {"bias,bias", "bias is there twice"},
      {"relu,gelu", "one activation"},
      {"relu,relu", "one activation"},
      {"row_order,row_order", "row_order is there twice"},
      {"BIAS", "scale, residual, bias, row_order, column_order, relu, gelu"},
  };
  for (const Row& row : kRows) {
    const std::string message =
        refusal(ErrorCode::invalid_argument, [&] { Epilogue::parse(row.text); });
    EXPECT_TRUE(has(message, row.part)) << message;
  }
}

}  // namespace
}  // namespace rbgp
