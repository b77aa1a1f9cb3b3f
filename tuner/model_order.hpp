// What the model expects of a space: where strategies begin, and what orders neighbours.
#pragma once

#include <cstddef>
#include <vector>

#include <tuner/search_space.hpp>

namespace rbgp {

struct ExpectedPoint {
  Point point;
  double cost = 0;  // the model's, relative
};

// Whether the space is small: then its order has all of its candidates.
bool is_walked(const SearchSpace& space);

// What the space is to begin with, and then the candidates of a small space, best first, all of them once: the best of
// each split of sparsity between Go and Gi in turn, so that no split is written off unmeasured. Of a larger space those
// of a random sample, and what the first of each split lead to: kernels of which no change of one tunable alone is
// expected to be faster.
std::vector<ExpectedPoint> model_order(const SearchSpace& space, RandomWords& random);

// What the model expects of one candidate of the space, in milliseconds by the space's rates, or by others.
double expected_cost(const SearchSpace& space, const Candidate& candidate);
double expected_cost(const SearchSpace& space, const Candidate& candidate,
                     const DeviceRates& rates);

// The best kernel of its pattern that the model knows within reach: one tunable after the other takes its best value.
ExpectedPoint refined(const SearchSpace& space, ExpectedPoint best, const DeviceRates& rates);

// The point with one to three axes at other values, at random: a move that keeps the matrix divisible often
// has to change two sizes at once. It may be no candidate.
Point moved_point(const SearchSpace& space, Point point, RandomWords& random);

// Axes on which two points differ.
std::size_t distance(const Point& a, const Point& b);

}  // namespace rbgp
