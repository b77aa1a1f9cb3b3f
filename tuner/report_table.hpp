// The tables of a report's page, as markup.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <rbgp/report.hpp>

namespace rbgp::report {

struct Column {
  std::string_view title;
  std::string_view style;  // classes of page.css
};

// A row without its element; cells are markup.
std::string table_row(std::span<const Column> columns, std::span<const std::string> cells);
// `style` is a class of page.css, or empty.
std::string table(std::span<const Column> columns, std::string_view rows,
                  std::string_view style = {});

std::string percent(double share);
std::string speedup(const Report& report, const CandidateResult& candidate);  // over dense

// Rows for places, counted from 0, of the ranking. Configuration and kernel have lines of their own where there is
// no room for them beside the numbers.
std::string candidate_table(const Report& report, std::span<const std::size_t> ranking,
                            std::span<const std::size_t> places);

}  // namespace rbgp::report
