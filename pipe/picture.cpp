#include <rbgp/picture.hpp>

#include <algorithm>

#include <pipe/picture_panels.hpp>
#include <rbgp/error.hpp>

namespace rbgp {
namespace picture {

double draw_headline(SvgWriter& svg, char letter, std::string_view text, double top) {
  svg.line(kMargin, top, kWidth - kMargin, top, {.colour = colour::kGrid});
  const double baseline = top + 28;
  svg.text(kMargin, baseline, std::string(1, letter), {.size = 18, .bold = true});
  svg.text(kMargin + 24, baseline, text, {.size = 16, .bold = true});
  return top + 44;
}

std::string percent(double share) { return fmt::format("{:.4g} %", 100 * share); }

}  // namespace picture

using namespace picture;

namespace {

double draw_title(SvgWriter& svg, const Subject& subject, std::string_view title,
                  std::string_view note) {
  const Rbgp4Config& config = subject.pattern.config();
  svg.text(kMargin, 46, title, {.size = 24, .bold = true});
  svg.text(kMargin, 74, fmt::format("{}{}{}", config.to_string(), note.empty() ? "" : ", ", note),
           {.size = 15, .monospaced = true});
  const auto counted = [](std::int64_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  };
  svg.text(kMargin, 98,
           fmt::format("{} a row; row groups of {}; σ2/σ1 = {:.4f}: the larger of "
                       "Go's {:.4f} and Gi's {:.4f}",
                       counted(config.nnz_per_row(), "non-zero"),
                       counted(config.row_repetition(), "row"), subject.whole.ratio(),
                       subject.go.ratio(), subject.gi.ratio()),
           {.size = 14, .colour = colour::kMuted});
  return 118;
}

}  // namespace

std::string svg_picture(const Rbgp4Pattern& pattern, const PictureOptions& options) {
  const auto size = [](std::int64_t asked, std::int64_t whole, const char* what) {
    require(asked >= 0 && asked <= whole, ErrorCode::invalid_argument,
            "picture's {} {}: must be 0 to the pattern's {}", what, asked, whole);
    return asked == 0 ? whole : asked;
  };
  const Subject subject{.pattern = pattern,
                        .rows = size(options.rows, pattern.rows(), "rows"),
                        .cols = size(options.cols, pattern.cols(), "cols"),
                        .go = pattern.go().spectrum(),
                        .gi = pattern.gi().spectrum(),
                        .whole = pattern.spectrum()};
  const double gap = 1 - subject.whole.ratio();
  const std::string title =
      fmt::format("RBGP4 mask, {} × {}, {} sparse, spectral gap {:.4f}", subject.rows, subject.cols,
                  percent(pattern.config().sparsity()), gap);
  SvgWriter svg;
  double y = draw_title(svg, subject, title, options.note);
  y = draw_mask(svg, subject, y);
  y = draw_base_graphs(svg, subject, y);
  y = draw_spectra(svg, subject, y);
  std::string document = svg.document(
      kWidth, y, title,
      fmt::format("Configuration {}: mask with blocking levels, base graphs, singular values",
                  pattern.config().to_string()));
  require(static_cast<std::int64_t>(document.size()) < kPictureMaxBytes, ErrorCode::internal,
          "the picture has {} bytes, more than the {} it may have", document.size(),
          kPictureMaxBytes);
  return document;
}

}  // namespace rbgp
