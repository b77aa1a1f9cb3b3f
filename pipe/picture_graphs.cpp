#include <algorithm>
#include <array>
#include <vector>

#include <pipe/picture_panels.hpp>

namespace rbgp::picture {
namespace {

constexpr std::int64_t kMaxEdges = 600;  // more are a grey area
constexpr double kColumnGap = 24;
constexpr double kDrawingHeight = 250;
constexpr double kSideLabelWidth = 44;  // "1048575" at the size of the index labels
constexpr double kMinVertexPitch = 4.5;

struct Drawing {
  const char* name = "";
  const char* role = "";
  BaseGraphConfig sizes;
  const BaseGraph* graph = nullptr;  // none for a complete one
};

// Where a vertex of a side is drawn.
struct Side {
  double x = 0;
  double top = 0;
  std::int64_t count = 1;
  double pitch() const { return kDrawingHeight / static_cast<double>(count); }
  double y(std::int64_t index) const { return top + (static_cast<double>(index) + 0.5) * pitch(); }
};

// Which edges are drawn: those of `vertices` left vertices evenly spaced, every `stride`-th of each.
struct Selection {
  std::int64_t vertices = 1;
  std::int64_t stride = 1;
  std::int64_t edges = 0;

  std::int64_t vertex(std::int64_t i, std::int64_t left) const { return i * left / vertices; }
};

Selection select_edges(const BaseGraphConfig& sizes) {
  Selection selection;
  selection.vertices = std::clamp<std::int64_t>(kMaxEdges / sizes.left_degree, 1, sizes.left);
  selection.stride = (sizes.left_degree + kMaxEdges - 1) / kMaxEdges;
  const std::int64_t each = (sizes.left_degree + selection.stride - 1) / selection.stride;
  selection.edges = selection.vertices * each;
  return selection;
}

std::string selection_text(const BaseGraphConfig& sizes, const Selection& selection) {
  if (selection.edges == sizes.edges())
    return fmt::format("{} {}", sizes.edges(), sizes.edges() == 1 ? "edge" : "edges, all drawn");
  return fmt::format("{} edges, drawn: {} of {} left {}", sizes.edges(),
                     selection.stride == 1 ? "those" : fmt::format("1 in {}", selection.stride),
                     selection.vertices, selection.vertices == 1 ? "vertex" : "vertices");
}

void draw_side(SvgWriter& svg, const Side& side, const char* letter, bool on_left) {
  if (side.pitch() >= kMinVertexPitch) {
    const double radius = std::min(4.0, 0.38 * side.pitch());
    for (std::int64_t i = 0; i < side.count; ++i)
      svg.dot(side.x, side.y(i), radius, colour::kFrame);
  } else {
    svg.fill({side.x - 2.5, side.top, 5, kDrawingHeight}, colour::kFrame);
  }
  const double label_x = side.x + (on_left ? -9 : 9);
  const TextStyle style{.size = 11, .colour = colour::kMuted, .anchor = on_left ? "end" : "start"};
  svg.text(label_x, side.y(0) + 4, "0", style);
  if (side.count > 1)
    svg.text(label_x, std::max(side.y(side.count - 1), side.y(0) + 12) + 4,
             fmt::format("{}", side.count - 1), style);
  svg.text(side.x, side.top + kDrawingHeight + 20, fmt::format("{}: {}", letter, side.count),
           {.size = 12, .anchor = "middle"});
}

void draw_edges(SvgWriter& svg, const Drawing& drawing, const Selection& selection,
                const Side& left, const Side& right) {
  const std::int64_t degree = drawing.sizes.left_degree;
  // One vertex in the middle stands out: its edges can be followed however many the others are.
  const std::int64_t marked = selection.vertices / 2;
  std::string others;
  std::string followed;
  for (std::int64_t i = 0; i < selection.vertices; ++i) {
    const std::int64_t u = selection.vertex(i, drawing.sizes.left);
    for (std::int64_t j = 0; j < degree; j += selection.stride) {
      const std::int64_t v =
          drawing.graph ? drawing.graph->neighbours(u)[static_cast<std::size_t>(j)] : j;
      fmt::format_to(std::back_inserter(i == marked ? followed : others), "M{} {:.1f}L{} {:.1f}",
                     number(left.x), left.y(u), number(right.x), right.y(v));
    }
  }
  const double opacity = std::clamp(60.0 / static_cast<double>(selection.edges), 0.3, 0.8);
  svg.strokes(others, {.colour = colour::kNonzero, .width = 0.8, .opacity = opacity});
  const double width = std::clamp(40.0 / static_cast<double>(degree), 0.6, 1.3);
  svg.strokes(followed, {.colour = colour::kMarked, .width = width});
}

void draw_graph(SvgWriter& svg, const Drawing& drawing, const Box& box) {
  const BaseGraphConfig& sizes = drawing.sizes;
  svg.text(box.x, box.y + 14, fmt::format("{}  {} × {}", drawing.name, sizes.left, sizes.right),
           {.size = 15, .bold = true});
  const std::string degrees =
      sizes.is_complete() ? std::string("complete")
                          : fmt::format("{} sparse, degrees {} and {}", percent(sizes.sparsity()),
                                        sizes.left_degree, sizes.right_degree());
  svg.text(box.x, box.y + 34, fmt::format("{}; {}", drawing.role, degrees), {.size = 12.5});
  const Selection selection = select_edges(sizes);
  svg.text(box.x, box.y + 52, selection_text(sizes, selection),
           {.size = 12, .colour = colour::kMuted});

  const double top = box.y + 66;
  const Side left{box.x + kSideLabelWidth, top, sizes.left};
  const Side right{box.right() - kSideLabelWidth, top, sizes.right};
  draw_edges(svg, drawing, selection, left, right);
  draw_side(svg, left, "U", true);
  draw_side(svg, right, "V", false);
}

}  // namespace

double draw_base_graphs(SvgWriter& svg, const Subject& subject, double top) {
  const Rbgp4Config& config = subject.pattern.config();
  const std::array drawings = {
      Drawing{"Go", "outer", config.go, &subject.pattern.go()},
      Drawing{"Gr", "repetition", config.gr},
      Drawing{"Gi", "inner", config.gi, &subject.pattern.gi()},
      Drawing{"Gb", "block", config.gb},
  };
  const double y = draw_headline(svg, 'b', "Base graphs, the edges of one vertex marked", top);
  const double width = (kContentWidth - 3 * kColumnGap) / 4;
  double x = kMargin;
  for (const Drawing& drawing : drawings) {
    draw_graph(svg, drawing, {x, y, width, kDrawingHeight});
    x += width + kColumnGap;
  }
  return y + 66 + kDrawingHeight + 42;
}

}  // namespace rbgp::picture
