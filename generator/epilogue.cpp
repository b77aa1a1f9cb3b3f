#include <rbgp/epilogue.hpp>

#include <rbgp/error.hpp>

namespace rbgp {
namespace {

// The parts of an epilogue besides its activation, in the order of their text.
struct PartRow {
  std::string_view name;
  bool Epilogue::* part;
};
constexpr PartRow kParts[] = {
    {"scale", &Epilogue::scale},
    {"residual", &Epilogue::residual},
    {"bias", &Epilogue::bias},
    {"row_order", &Epilogue::row_order},
    {"column_order", &Epilogue::column_order},
};

struct ActivationRow {
  Activation activation;
  std::string_view name;
};
constexpr ActivationRow kActivations[] = {
    {Activation::none, "none"},
    {Activation::relu, "relu"},
    {Activation::gelu, "gelu"},
};

void add_part(std::string_view name, std::string_view text, Epilogue& epilogue) {
  std::string known;
  for (const PartRow& row : kParts) {
    known += fmt::format("{}, ", row.name);
    if (row.name != name) continue;
    require(!(epilogue.*row.part), ErrorCode::invalid_argument, "epilogue '{}': {} is there twice",
            text, name);
    epilogue.*row.part = true;
    return;
  }
  for (const ActivationRow& row : kActivations) {
    if (row.activation == Activation::none) continue;
    known += fmt::format("{}, ", row.name);
    if (row.name != name) continue;
    require(epilogue.activation == Activation::none, ErrorCode::invalid_argument,
            "epilogue '{}': one activation at most", text);
    epilogue.activation = row.activation;
    return;
  }
  fail(ErrorCode::invalid_argument,
       "epilogue '{}': '{}' is no part of one; they are {}and none alone", text, name, known);
}

}  // namespace

std::string_view to_string(Activation activation) {
  for (const ActivationRow& row : kActivations)
    if (row.activation == activation) return row.name;
  fail(ErrorCode::internal, "activation {} has no name", static_cast<int>(activation));
}

Epilogue Epilogue::parse(std::string_view text) {
  Epilogue epilogue;
  if (text.empty() || text == rbgp::to_string(Activation::none)) return epilogue;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    add_part(text.substr(begin, end - begin), text, epilogue);
    begin = end + 1;
  }
  return epilogue;
}

std::string Epilogue::to_string() const {
  std::string text;
  for (const PartRow& row : kParts)
    if (this->*row.part) text += fmt::format("{},", row.name);
  if (activation != Activation::none || text.empty())
    return text.append(rbgp::to_string(activation));
  text.pop_back();
  return text;
}

std::string Epilogue::formula() const {
  std::string sum = scale ? "alpha W I" : "W I";
  if (residual) sum += " + beta R";
  if (bias) sum += " + bias";
  if (activation != Activation::none) sum = fmt::format("{}({})", rbgp::to_string(activation), sum);
  if (row_order) sum += ", rows by row_order";
  if (column_order) sum += ", columns by column_order";
  return "O = " + sum;
}

}  // namespace rbgp
