// Constructions without chance in them (complete, XOR lift, array code), and one cycle.
#include <generator/construction.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace rbgp {
namespace {

constexpr int kMostBits = 20;  // of the field: sides have at most 2^20 vertices

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

// Both algebraic constructions lift the complete graph on a x b vertices by a group of characters.
// A character turns it into an a x b matrix, rows and columns of which repeat those of a `field` x
// `field` matrix whose singular values are all sqrt(field) (Hadamard; Fourier): sigma2^2 is at most
// that times the repetitions.
double most_second_squared(const BaseGraphConfig& config, std::int64_t field) {
  const std::int64_t repeats =
      ceil_div(config.left_degree, field) * ceil_div(config.right_degree(), field);
  return static_cast<double>(field) * static_cast<double>(repeats);
}

// Degrees (2, 2) are left out: there the bound does not imply that the graph is connected.
bool reaches_by_characters(const BaseGraphConfig& config, std::int64_t field) {
  const std::int64_t least = std::min(config.left_degree, config.right_degree());
  const std::int64_t most = std::max(config.left_degree, config.right_degree());
  const double bound = ramanujan_bound(config);
  return least >= 2 && most >= 3 && most_second_squared(config, field) <= bound * bound;
}

// That sigma2 is within the bound is known; what it is, is measured.
Draw with_measured_second(const BaseGraphConfig& config, Adjacency adjacency) {
  sort_rows(adjacency, config.left_degree);
  const Norm norm = norm_of({config.left, config.right, adjacency}, ramanujan_bound(config), {});
  return {std::move(adjacency), Norm{norm.value, true, Proof::formula}};
}

int lift_bits(const BaseGraphConfig& config) {
  const auto order = static_cast<std::uint64_t>(lift_order(config));
  return order >= 2 && std::has_single_bit(order) ? std::countr_zero(order) : 0;
}

// The r of GF(2^r) with the smallest guaranteed sigma2; labels have L bits, so r is L or more.
int field_bits(const BaseGraphConfig& config) {
  int best = lift_bits(config);
  for (int bits = best + 1; bits <= kMostBits; ++bits)
    if (most_second_squared(config, std::int64_t{1} << bits) <
        most_second_squared(config, std::int64_t{1} << best))
      best = bits;
  return best;
}

int degree_of(std::uint64_t polynomial) { return static_cast<int>(std::bit_width(polynomial)) - 1; }

// Remainder of a polynomial over GF(2), a bit a coefficient.
std::uint64_t polynomial_modulo(std::uint64_t value, std::uint64_t divisor) {
  while (degree_of(value) >= degree_of(divisor))
    value ^= divisor << (degree_of(value) - degree_of(divisor));
  return value;
}

// The first irreducible polynomial of a degree, by trial division.
std::uint64_t irreducible_polynomial(int degree) {
  const auto is_irreducible = [&](std::uint64_t polynomial) {
    for (std::uint64_t divisor = 2; degree_of(divisor) <= degree / 2; ++divisor)
      if (polynomial_modulo(polynomial, divisor) == 0) return false;
    return true;
  };
  std::uint64_t polynomial = std::uint64_t{1} << degree;
  while (!is_irreducible(polynomial)) ++polynomial;
  return polynomial;
}

std::uint64_t field_product(std::uint64_t a, std::uint64_t b, std::uint64_t polynomial) {
  std::uint64_t product = 0;
  for (; b != 0; b >>= 1, a <<= 1)
    if (b & 1) product ^= a;
  return polynomial_modulo(product, polynomial);
}

bool is_prime(std::int64_t number) {
  for (std::int64_t divisor = 2; divisor * divisor <= number; ++divisor)
    if (number % divisor == 0) return false;
  return number >= 2;
}

}  // namespace

Adjacency complete_adjacency(std::int64_t left, std::int64_t right) {
  Adjacency adjacency(static_cast<std::size_t>(left * right));
  for (std::size_t i = 0; i < adjacency.size(); ++i)
    adjacency[i] = static_cast<std::int32_t>(i % static_cast<std::size_t>(right));
  return adjacency;
}

void sort_rows(Adjacency& adjacency, std::int64_t degree) {
  for (auto row = adjacency.begin(); row != adjacency.end(); row += degree)
    std::sort(row, row + degree);
}

bool reaches_complete(const BaseGraphConfig& config) { return config.is_complete(); }

std::optional<Draw> sample_complete(const BaseGraphConfig& config, RandomWords&, DrawBudget&) {
  return Draw{complete_adjacency(config.left, config.right), Norm{0, true, Proof::formula}};
}

bool reaches_hamiltonian(const BaseGraphConfig& config) {
  return config.left_degree == 2 && config.right_degree() == 2 && config.left >= 2;
}

std::optional<Draw> sample_hamiltonian(const BaseGraphConfig& config, RandomWords& random,
                                       DrawBudget&) {
  const auto sides = static_cast<std::size_t>(config.left);
  std::vector<std::size_t> order_left(sides);
  std::vector<std::int32_t> order_right(sides);
  std::iota(order_left.begin(), order_left.end(), std::size_t{0});
  std::iota(order_right.begin(), order_right.end(), 0);
  random.shuffle(order_left);
  random.shuffle(order_right);
  Adjacency adjacency(2 * sides);
  for (std::size_t i = 0; i < sides; ++i) {
    adjacency[2 * order_left[i]] = order_right[i];
    adjacency[2 * order_left[i] + 1] = order_right[(i + 1) % sides];
  }
  sort_rows(adjacency, 2);
  return Draw{std::move(adjacency), std::nullopt};
}

bool reaches_xor_lift(const BaseGraphConfig& config) {
  return lift_bits(config) >= 1 &&
         reaches_by_characters(config, std::int64_t{1} << field_bits(config));
}

// Row (h, u) is joined to column (h xor phi(u v), v), phi the low L bits of a product in GF(2^r).
std::optional<Draw> sample_xor_lift(const BaseGraphConfig& config, RandomWords&, DrawBudget&) {
  const int bits = field_bits(config);
  const std::uint64_t polynomial = irreducible_polynomial(bits);
  const std::uint64_t element = (std::uint64_t{1} << bits) - 1;
  const std::uint64_t order = std::uint64_t{1} << lift_bits(config);
  const auto rows = static_cast<std::uint64_t>(config.right_degree());
  const auto cols = static_cast<std::uint64_t>(config.left_degree);
  Adjacency adjacency(static_cast<std::size_t>(config.edges()));
  for (std::uint64_t u = 0; u < rows; ++u)
    for (std::uint64_t v = 0; v < cols; ++v) {
      const std::uint64_t label = field_product(u & element, v & element, polynomial) & (order - 1);
      for (std::uint64_t h = 0; h < order; ++h)
        adjacency[(h * rows + u) * cols + v] = static_cast<std::int32_t>((h ^ label) * cols + v);
    }
  return with_measured_second(config, std::move(adjacency));
}

bool reaches_array_code(const BaseGraphConfig& config) {
  const std::int64_t prime = lift_order(config);
  return is_prime(prime) && reaches_by_characters(config, prime);
}

// Row (h, u) is joined to column (h + u v mod p, v).
std::optional<Draw> sample_array_code(const BaseGraphConfig& config, RandomWords&, DrawBudget&) {
  const std::int64_t prime = lift_order(config);
  const std::int64_t rows = config.right_degree();
  const std::int64_t cols = config.left_degree;
  Adjacency adjacency(static_cast<std::size_t>(config.edges()));
  for (std::int64_t h = 0; h < prime; ++h)
    for (std::int64_t u = 0; u < rows; ++u)
      for (std::int64_t v = 0; v < cols; ++v)
        adjacency[static_cast<std::size_t>((h * rows + u) * cols + v)] =
            static_cast<std::int32_t>((h + u * v) % prime * cols + v);
  return with_measured_second(config, std::move(adjacency));
}

}  // namespace rbgp
