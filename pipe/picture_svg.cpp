#include <pipe/picture_svg.hpp>

namespace rbgp::picture {
namespace {

std::string stroke(const LineStyle& style) {
  std::string attributes = fmt::format(R"( fill="none" stroke="{}" stroke-width="{}")",
                                       style.colour, number(style.width));
  if (!style.dashes.empty()) attributes += fmt::format(R"( stroke-dasharray="{}")", style.dashes);
  if (style.opacity < 1) attributes += fmt::format(R"( stroke-opacity="{:.2f}")", style.opacity);
  return attributes;
}

std::string place(const Box& box) {
  return fmt::format(R"(x="{}" y="{}" width="{}" height="{}")", number(box.x), number(box.y),
                     number(box.width), number(box.height));
}

}  // namespace

std::string number(double value) {
  std::string text = fmt::format("{:.2f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        // XML allows no control characters; a file's name may hold them.
        result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return result;
}

void SvgWriter::text(double x, double y, std::string_view text, const TextStyle& style) {
  add(R"(<text x="{}" y="{}" font-size="{}" fill="{}")", number(x), number(y), number(style.size),
      style.colour);
  if (style.bold) add(R"( font-weight="bold")");
  if (style.monospaced) add(R"( font-family="DejaVu Sans Mono, Menlo, Consolas, monospace")");
  if (style.anchor != "start") add(R"( text-anchor="{}")", style.anchor);
  if (!style.halo.empty()) add(R"( stroke="{}" stroke-width="3" paint-order="stroke")", style.halo);
  add(">{}</text>\n", escaped(text));
}

void SvgWriter::line(double x1, double y1, double x2, double y2, const LineStyle& style) {
  strokes(fmt::format("M{} {}L{} {}", number(x1), number(y1), number(x2), number(y2)), style);
}

void SvgWriter::fill(const Box& box, std::string_view fill) {
  add("<rect {} fill=\"{}\"/>\n", place(box), fill);
}

void SvgWriter::frame(const Box& box, const LineStyle& style) {
  add("<rect {}{}/>\n", place(box), stroke(style));
}

void SvgWriter::dot(double x, double y, double radius, std::string_view fill) {
  add("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\"/>\n", number(x), number(y), number(radius),
      fill);
}

void SvgWriter::ring(double x, double y, double radius, const LineStyle& style) {
  add("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>\n", number(x), number(y), number(radius),
      stroke(style));
}

void SvgWriter::add_centre(std::string& data, double x, double y) {
  fmt::format_to(std::back_inserter(data), "M{} {}h0", number(x), number(y));
}

void SvgWriter::dots(std::string_view data, double diameter, const LineStyle& style) {
  LineStyle round = style;
  round.width = diameter;
  if (!data.empty()) add("<path stroke-linecap=\"round\" d=\"{}\"{}/>\n", data, stroke(round));
}

void SvgWriter::strokes(std::string_view data, const LineStyle& style) {
  if (!data.empty()) add("<path d=\"{}\"{}/>\n", data, stroke(style));
}

void SvgWriter::areas(std::string_view data, std::string_view fill) {
  if (!data.empty()) add("<path d=\"{}\" fill=\"{}\"/>\n", data, fill);
}

std::string SvgWriter::element(double width, double height, std::string_view title) const {
  return fmt::format(
      R"(<svg role="img" aria-label="{2}" width="{0}" height="{1}" viewBox="0 0 {0} {1}">
{3}</svg>
)",
      number(width), number(height), escaped(title),
      std::string_view(markup_.data(), markup_.size()));
}

std::string SvgWriter::document(double width, double height, std::string_view title,
                                std::string_view description) const {
  return fmt::format(
      R"(<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" )"
      R"(width="{0}" height="{1}" viewBox="0 0 {0} {1}" )"
      R"(font-family="DejaVu Sans, Verdana, Helvetica, Arial, sans-serif">
<title>{2}</title>
<desc>{3}</desc>
<rect width="{0}" height="{1}" fill="#fff"/>
{4}</svg>
)",
      number(width), number(height), escaped(title), escaped(description),
      std::string_view(markup_.data(), markup_.size()));
}

}  // namespace rbgp::picture
