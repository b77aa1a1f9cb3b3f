// The three parts of a pattern's picture. Each draws below `top` and returns where it ends.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <pipe/picture_svg.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp::picture {

inline constexpr double kWidth = 1280;
inline constexpr double kMargin = 40;
inline constexpr double kContentWidth = kWidth - 2 * kMargin;

// What is drawn.
struct Subject {
  const Rbgp4Pattern& pattern;
  std::int64_t rows = 0;  // of the matrix: a padded pattern has more
  std::int64_t cols = 0;
  Spectrum go, gi, whole;
};

double draw_mask(SvgWriter& svg, const Subject& subject, double top);
double draw_base_graphs(SvgWriter& svg, const Subject& subject, double top);
double draw_spectra(SvgWriter& svg, const Subject& subject, double top);

// "a  Mask": a part's headline; returns the top of what is below.
double draw_headline(SvgWriter& svg, char letter, std::string_view text, double top);

// A sparsity or a share in percent, as short as it is exact: "87.5 %".
std::string percent(double share);

// The singular values of a biadjacency matrix above rounding, descending.
// Cubic in the smaller side; memory its square.
std::vector<double> singular_values(const BaseGraph& graph);

// The largest side that `singular_values` is asked for: a second of work.
inline constexpr std::int64_t kMaxSpectrumSide = 1024;

// The non-zero singular values of the mask of W from Go's and Gi's, descending.
std::vector<double> product_singular_values(const Rbgp4Config& config,
                                            const std::vector<double>& go,
                                            const std::vector<double>& gi);

}  // namespace rbgp::picture
