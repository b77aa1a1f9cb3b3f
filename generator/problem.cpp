#include <rbgp/problem.hpp>

#include <rbgp/error.hpp>

namespace rbgp {
namespace {

struct LayoutRow {
  Layout layout;
  std::string_view name;
};
constexpr LayoutRow kLayouts[] = {
    {Layout::kn, "kn"},
    {Layout::nk, "nk"},
};

}  // namespace

std::string_view to_string(Layout layout) {
  for (const LayoutRow& row : kLayouts)
    if (row.layout == layout) return row.name;
  fail(ErrorCode::internal, "layout {} has no name", static_cast<int>(layout));
}

Layout parse_layout(std::string_view text) {
  std::string known;
  for (const LayoutRow& row : kLayouts) {
    if (row.name == text) return row.layout;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", row.name);
  }
  fail(ErrorCode::invalid_argument, "layout '{}' is not known; known are {}", text, known);
}

std::string Problem::to_string() const {
  std::string text = fmt::format("{} x {} x {} {}", m, k, n, rbgp::to_string(dtype));
  if (layout != Layout::kn) text += fmt::format(" {}", rbgp::to_string(layout));
  if (!epilogue.empty()) text += fmt::format(" {}", epilogue.to_string());
  return text;
}

}  // namespace rbgp
