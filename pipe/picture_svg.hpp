// The few SVG elements that pictures are made of, written one after another.
#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace rbgp::picture {

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

// Okabe and Ito's colours, which readers with any common colour blindness tell apart.
namespace colour {
inline constexpr std::string_view kPaper = "#fff";
inline constexpr std::string_view kText = "#1a1a1a";
inline constexpr std::string_view kMuted = "#555555";
inline constexpr std::string_view kFrame = "#333333";
inline constexpr std::string_view kGrid = "#dddddd";
inline constexpr std::string_view kTile = "#b7dcf3";
inline constexpr std::string_view kNonzero = "#00558c";
inline constexpr std::string_view kRepetition = "#e69f00";
inline constexpr std::string_view kRowGroup = "#009e73";
inline constexpr std::string_view kMarked = "#d55e00";
}  // namespace colour

struct TextStyle {
  double size = 13;
  std::string_view colour = colour::kText;
  bool bold = false;
  bool monospaced = false;
  std::string_view anchor = "start";
  std::string_view halo;  // colour of a rim, for labels that lie on lines; empty: none
};

struct LineStyle {
  std::string_view colour = colour::kFrame;
  double width = 1;
  std::string_view dashes;  // as stroke-dasharray takes them
  double opacity = 1;
};

// At most two decimals and none that are zero: a tenth of a pixel is more than anybody sees, and
// numbers make up most of the file.
std::string number(double value);

std::string escaped(std::string_view text);

class SvgWriter {
 public:
  // Markup as it is.
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(markup_), format, std::forward<Args>(args)...);
  }

  void text(double x, double y, std::string_view text, const TextStyle& style = {});
  void line(double x1, double y1, double x2, double y2, const LineStyle& style = {});
  void fill(const Box& box, std::string_view fill);
  void frame(const Box& box, const LineStyle& style = {});
  void dot(double x, double y, double radius, std::string_view fill);
  void ring(double x, double y, double radius, const LineStyle& style);
  // A path of strokes, and one of filled areas, from path data.
  void strokes(std::string_view data, const LineStyle& style);
  void areas(std::string_view data, std::string_view fill);

  // The centres of many dots, as path data: far shorter than an element each.
  static void add_centre(std::string& data, double x, double y);
  void dots(std::string_view data, double diameter, const LineStyle& style);

  // What was added so far as an element of a page, which is as wide as its surroundings let it be and at
  // most `width`; on the page's background.
  std::string element(double width, double height, std::string_view title) const;
  // The document around everything added so far.
  std::string document(double width, double height, std::string_view title,
                       std::string_view description) const;

 private:
  fmt::memory_buffer markup_;
};

}  // namespace rbgp::picture
