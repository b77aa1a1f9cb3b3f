// Takes the place of templates/warp_mma.cuh: lanes show each other their parts of the operands (PTX ISA,
// fragments of mma.m16n8k16 and m16n8k8, ldmatrix), and each computes its own sums.

namespace cuda_on_host {

// Element k of the two words that lanes 4 * row .. 4 * row + 3 have of a row: 16 bytes of each half.
template <typename Element>
float element_of_row(unsigned row, unsigned first_word, unsigned word_step, unsigned k) {
  constexpr unsigned kHalf = 16 / sizeof(Element);  // elements
  constexpr unsigned kWord = 4 / sizeof(Element);
  const unsigned word =
      operands_of(4 * row + k % kHalf / kWord)[first_word + k / kHalf * word_step];
  Element element;
  std::memcpy(&element, reinterpret_cast<const char*>(&word) + k % kWord * sizeof element,
              sizeof element);
  return to_float(element);
}

}  // namespace cuda_on_host

template <typename Element>
inline void multiply_add(float (&upper)[2], float (&lower)[2], const uint4& w, unsigned first,
                         unsigned second, const Element*) {
  using namespace cuda_on_host;
  const unsigned lane = cuda_on_host::lane();
  operands_of(lane) = {w.x, w.y, w.z, w.w, first, second};
  warp_barrier();
  for (unsigned c = 0; c < 2; ++c)
    for (unsigned half = 0; half < 2; ++half) {
      float& sum = half == 0 ? upper[c] : lower[c];
      double total = sum;
      for (unsigned k = 0; k < 32 / sizeof(Element); ++k)
        total += static_cast<double>(element_of_row<Element>(lane / 4, half, 2, k)) *
                 element_of_row<Element>(lane % 4 * 2 + c, 4, 1, k);
      sum = static_cast<float>(total);
    }
  warp_barrier();
}

inline void load_transposed(unsigned (&to)[4], const void* row) {
  using namespace cuda_on_host;
  const std::size_t offset = shared_offset(row);
  if (offset % 16 != 0) give_up("a row of a matrix that is not aligned");
  const unsigned lane = cuda_on_host::lane();
  operands_of(lane)[0] = static_cast<unsigned>(offset);
  warp_barrier();
  for (unsigned matrix = 0; matrix < 4; ++matrix) {
    unsigned short pair[2];
    for (unsigned i = 0; i < 2; ++i) {
      const unsigned from = operands_of(8 * matrix + lane % 4 * 2 + i)[0];
      pair[i] = reinterpret_cast<const unsigned short*>(shared_address(from))[lane / 4];
    }
    std::memcpy(&to[matrix], pair, sizeof pair);
  }
  warp_barrier();
}

inline unsigned select_bytes(unsigned a, unsigned b, unsigned bytes) {
  const unsigned long long all = static_cast<unsigned long long>(b) << 32 | a;
  unsigned selected = 0;
  for (unsigned i = 0; i < 4; ++i)
    selected |= static_cast<unsigned>(all >> 8 * (bytes >> 4 * i & 7) & 0xff) << 8 * i;
  return selected;
}
