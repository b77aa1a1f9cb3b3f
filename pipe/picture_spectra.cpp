#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include <Eigen/Dense>

#include <pipe/picture_axis.hpp>
#include <pipe/picture_panels.hpp>

namespace rbgp::picture {
namespace {

constexpr double kColumnGap = 30;
constexpr double kPlotHeight = 230;
constexpr double kAxisWidth = 48;
constexpr std::int64_t kMinRanks = 8;  // room for the labels of the first two
constexpr std::size_t kMaxDots = 160;
constexpr LineStyle kBoundLine = {.width = 1.5, .dashes = "6 4"};

struct Curve {
  const char* name = "";
  Spectrum facts;
  std::vector<double> values;  // empty: only the two of `facts` are known
  std::int64_t count = 0;      // of singular values, zeros too
};

// Ranks that are drawn: all of a short curve, evenly spaced ones on the logarithmic axis of a long one.
std::vector<std::size_t> drawn_ranks(std::size_t count) {
  std::vector<std::size_t> ranks;
  for (std::size_t i = 0; i < std::min(count, kMaxDots); ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(kMaxDots - 1);
    const auto spaced = static_cast<std::size_t>(std::pow(static_cast<double>(count), share) + 0.5);
    const std::size_t rank = count <= kMaxDots ? i + 1 : spaced;
    if (ranks.empty() || rank > ranks.back()) ranks.push_back(std::min(rank, count));
  }
  return ranks;
}

// The area between the axes, and where a rank and a value lie in it.
struct Axes {
  Box area;
  double ranks = 1;
  double highest = 1;
  double x(double rank) const {
    return area.x + 10 + std::log(rank) / std::log(ranks) * (area.width - 20);
  }
  double y(double value) const { return area.bottom() - value / highest * area.height; }
};

void draw_axes(SvgWriter& svg, const Axes& axes) {
  const TextStyle style{.size = 11, .colour = colour::kMuted, .anchor = "end"};
  const double step = tick_step(axes.highest, 4);
  for (double value = 0; value <= axes.highest; value += step) {
    const double y = axes.y(value);
    svg.line(axes.area.x, y, axes.area.right(), y, {.colour = colour::kGrid});
    svg.text(axes.area.x - 6, y + 4, fmt::format("{:.5g}", value), style);
  }
  TextStyle below = style;
  below.anchor = "middle";
  // 1, 2, 5, 10, ... while they have room.
  const bool decades_only = axes.ranks > 300;
  for (double power = 1; power <= axes.ranks; power *= 10)
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double rank = digit * power;
      if (rank > axes.ranks || (decades_only && digit != 1)) continue;
      svg.line(axes.x(rank), axes.area.bottom(), axes.x(rank), axes.area.bottom() + 4);
      svg.text(axes.x(rank), axes.area.bottom() + 17, fmt::format("{}", rank), below);
    }
  svg.line(axes.area.x, axes.area.bottom(), axes.area.right(), axes.area.bottom());
}

void draw_curve(SvgWriter& svg, const Axes& axes, const Curve& curve) {
  for (const std::size_t rank : drawn_ranks(curve.values.size()))
    if (rank > 2)
      svg.dot(axes.x(static_cast<double>(rank)), axes.y(curve.values[rank - 1]), 2.2,
              colour::kNonzero);
  const double bound = axes.y(curve.facts.bound);
  svg.line(axes.area.x, bound, axes.area.right(), bound, kBoundLine);
  svg.dot(axes.x(1), axes.y(curve.facts.sigma1), 4.5, colour::kMarked);
  svg.text(axes.x(1) + 8, axes.y(curve.facts.sigma1) - 5, "σ1",
           {.size = 12, .bold = true, .halo = colour::kPaper});
  if (curve.count < 2) return;
  svg.dot(axes.x(2), axes.y(curve.facts.sigma2), 4.5, colour::kMarked);
  svg.text(axes.x(2) + 8, axes.y(curve.facts.sigma2) - 5, "σ2",
           {.size = 12, .bold = true, .halo = colour::kPaper});
}

std::string axis_text(const Curve& curve) {
  if (curve.values.empty())
    return fmt::format("rank; the first 2 of {} (too many to compute all)", curve.count);
  const auto zeros = curve.count - static_cast<std::int64_t>(curve.values.size());
  return zeros > 0 ? fmt::format("rank, logarithmic; {} of {} are 0", zeros, curve.count)
                   : std::string("rank, logarithmic");
}

void draw_plot(SvgWriter& svg, const Curve& curve, const Box& box) {
  const Spectrum& facts = curve.facts;
  svg.text(box.x, box.y + 14, curve.name, {.size = 15, .bold = true});
  svg.text(box.x, box.y + 34,
           fmt::format("σ1 {:.2f}, σ2 {:.2f}, gap {:.4f}", facts.sigma1, facts.sigma2,
                       1 - facts.ratio()),
           {.size = 12.5});
  svg.text(box.x, box.y + 52,
           fmt::format("{}, {}", facts.ramanujan ? "Ramanujan" : "not Ramanujan",
                       facts.connected ? "connected" : "not connected"),
           {.size = 12.5, .colour = facts.connected ? colour::kMuted : colour::kMarked});
  // Above the plot, because the values may pass the bound anywhere.
  const std::string bound = fmt::format("bound {:.2f}", facts.bound);
  svg.text(box.right(), box.y + 52, bound, {.size = 12.5, .anchor = "end"});
  const double key_x = box.right() - 7.8 * static_cast<double>(bound.size()) - 4;
  svg.line(key_x - 30, box.y + 48, key_x, box.y + 48, kBoundLine);
  const Axes axes{.area = {box.x + kAxisWidth, box.y + 70, box.width - kAxisWidth, kPlotHeight},
                  .ranks = static_cast<double>(
                      std::max(kMinRanks, static_cast<std::int64_t>(curve.values.size()))),
                  // Room above for the labels.
                  .highest = 1.12 * std::max({facts.sigma1, facts.bound, 1e-9})};
  draw_axes(svg, axes);
  draw_curve(svg, axes, curve);
  svg.text(axes.area.x + axes.area.width / 2, axes.area.bottom() + 36, axis_text(curve),
           {.size = 12, .colour = colour::kMuted, .anchor = "middle"});
}

Curve base_curve(const char* name, const BaseGraph& graph, const Spectrum& facts) {
  const std::int64_t count = std::min(graph.config().left, graph.config().right);
  Curve curve{.name = name, .facts = facts, .values = {}, .count = count};
  if (graph.config().is_complete())
    curve.values = {facts.sigma1};
  else if (count <= kMaxSpectrumSide)
    curve.values = singular_values(graph);
  return curve;
}

Curve product_curve(const Rbgp4Config& config, const Spectrum& facts, const Curve& go,
                    const Curve& gi) {
  Curve curve{.name = "W = Go ⊗ Gr ⊗ Gi ⊗ Gb",
              .facts = facts,
              .values = {},
              .count = std::min(config.rows(), config.cols())};
  if (!go.values.empty() && !gi.values.empty())
    curve.values = product_singular_values(config, go.values, gi.values);
  return curve;
}

}  // namespace

std::vector<double> singular_values(const BaseGraph& graph) {
  const auto [left, right, left_degree] = graph.config();
  // Neighbours of the larger side's vertices: the Gram matrix of the smaller counts their pairs, and
  // a matrix as long as the larger side is never made.
  const bool left_is_small = left <= right;
  const std::int64_t small = std::min(left, right);
  std::vector<std::vector<std::int64_t>> lists(static_cast<std::size_t>(std::max(left, right)));
  for (std::int64_t u = 0; u < left; ++u)
    for (const std::int32_t v : graph.neighbours(u))
      lists[static_cast<std::size_t>(left_is_small ? v : u)].push_back(left_is_small ? u : v);
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(small, small);
  for (const auto& list : lists)
    for (const std::int64_t i : list)
      for (const std::int64_t j : list) gram(i, j) += 1;
  const Eigen::VectorXd eigenvalues =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram, Eigen::EigenvaluesOnly).eigenvalues();
  // Eigenvalues carry rounding of a few ulps of the largest; its root is what a zero comes out as.
  const double floor = 1e-14 * static_cast<double>(small) * eigenvalues[small - 1];
  std::vector<double> values;
  for (std::int64_t i = small; i-- > 0 && eigenvalues[i] > floor;)
    values.push_back(std::sqrt(eigenvalues[i]));
  return values;
}

std::vector<double> product_singular_values(const Rbgp4Config& config,
                                            const std::vector<double>& go,
                                            const std::vector<double>& gi) {
  // Complete graphs have the one value sqrt(|U| |V|).
  const double complete =
      std::sqrt(static_cast<double>(config.gr.edges()) * static_cast<double>(config.gb.edges()));
  std::vector<double> values;
  values.reserve(go.size() * gi.size());
  for (const double outer : go)
    for (const double inner : gi) values.push_back(outer * inner * complete);
  std::sort(values.begin(), values.end(), std::greater<>());
  return values;
}

double draw_spectra(SvgWriter& svg, const Subject& subject, double top) {
  const Rbgp4Pattern& pattern = subject.pattern;
  const Curve go = base_curve("Go", pattern.go(), subject.go);
  const Curve gi = base_curve("Gi", pattern.gi(), subject.gi);
  const std::array curves = {go, gi, product_curve(pattern.config(), subject.whole, go, gi)};
  const double y = draw_headline(
      svg, 'c', "Singular values of the biadjacency matrices and the Ramanujan bound", top);
  const double width = (kContentWidth - 2 * kColumnGap) / 3;
  double x = kMargin;
  for (const Curve& curve : curves) {
    draw_plot(svg, curve, {x, y, width, kPlotHeight});
    x += width + kColumnGap;
  }
  return y + 70 + kPlotHeight + 60;
}

}  // namespace rbgp::picture
