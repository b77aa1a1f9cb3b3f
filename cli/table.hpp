// Text in aligned columns.
#pragma once

#include <string>
#include <vector>

namespace rbgp::cli {

class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell a column.
  void add_row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // Title line and rows, each ended by a newline, two blanks between columns.
  std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace rbgp::cli
