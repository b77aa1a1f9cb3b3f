// A base graph's biadjacency matrix in small.
#pragma once

#include <cstddef>
#include <string>

#include <pipe/picture_svg.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp::picture {

// Path data of the edges as unit squares, x the right vertex and y the left; one square an edge up to
// 4096 edges, then runs of neighbouring edges are merged. Empty where it would pass max_bytes.
std::string cells_path(const BaseGraph& graph, std::size_t max_bytes);

// The share of edges in each of at most 64 x 64 areas, as shades; returns the highest share, which has
// the darkest. At most some 80,000 bytes.
double draw_density(SvgWriter& svg, const BaseGraph& graph, const Box& box);

// The shades, lowest first.
void draw_density_scale(SvgWriter& svg, const Box& box);

}  // namespace rbgp::picture
