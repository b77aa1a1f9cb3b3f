#include <array>

#include <rbgp/error.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp {
namespace {

struct EndRow {
  SearchEnd end;
  std::string_view name, clause;
};

constexpr std::array kEnds = {
    EndRow{SearchEnd::space, "space", "nothing was left to measure"},
    EndRow{SearchEnd::count, "count", "that is as many as were asked for"},
    EndRow{SearchEnd::budget, "budget", "the budget was spent"},
    EndRow{SearchEnd::interruption, "interruption", "it was interrupted"},
};

const EndRow& row_of(SearchEnd end) { return kEnds.at(static_cast<std::size_t>(end)); }

}  // namespace

std::string_view to_string(SearchEnd end) { return row_of(end).name; }

std::string_view describe(SearchEnd end) { return row_of(end).clause; }

SearchEnd parse_search_end(std::string_view text) {
  for (const EndRow& row : kEnds)
    if (row.name == text) return row.end;
  fail(ErrorCode::invalid_argument, "'{}' is no end of a search", text);
}

}  // namespace rbgp
