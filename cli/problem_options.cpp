#include <cli/problem_options.hpp>

#include <rbgp/error.hpp>

namespace rbgp::cli {
namespace {

template <typename Parse>
auto parsed(const char* option, const std::string& text, const Parse& parse) {
  try {
    return parse(text);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", option, error.what()));
  }
}

}  // namespace

Problem ProblemOptions::problem() const {
  return {.dtype = parsed("--dtype", dtype, parse_dtype),
          .layout = parsed("--layout", layout, parse_layout),
          .epilogue = parsed("--epilogue", epilogue, Epilogue::parse)};
}

void add_problem_options(CLI::App& command, ProblemOptions& options) {
  command
      .add_option("--dtype", options.dtype,
                  "What is multiplied and stored: f32, f32x3 (f32 on tensor cores), tf32, bf16 or "
                  "f16; sums are f32 in all")
      ->capture_default_str();
  command
      .add_option("--layout", options.layout,
                  "kn: I is K x N and O M x N; nk: I is N x K and O N x M")
      ->capture_default_str();
  command
      .add_option("--epilogue", options.epilogue,
                  "What is fused into the product: scale, residual, bias, relu or gelu, row_order, "
                  "column_order, with commas")
      ->capture_default_str();
}

}  // namespace rbgp::cli
