// Takes the place of templates/warpgroup.cuh: descriptors of shared memory are read as the instruction reads
// them (PTX ISA, asynchronous warpgroup level matrix instructions), and each thread computes its own sums.
// Products happen as late as they may, when they are waited for.

enum { kNoSwizzle = 0, kSwizzle128 = 1 };

inline unsigned long long matrix_descriptor(const void* shared, int leading_bytes, int stride_bytes,
                                            int swizzle) {
  const unsigned long long address = cuda_on_host::shared_offset(shared);
  return (address & 0x3ffff) >> 4 | static_cast<unsigned long long>(leading_bytes >> 4) << 16 |
         static_cast<unsigned long long>(stride_bytes >> 4) << 32 |
         static_cast<unsigned long long>(swizzle) << 62;
}

inline unsigned long long advance(unsigned long long descriptor, int bytes) {
  return descriptor + static_cast<unsigned long long>(bytes >> 4);
}

namespace cuda_on_host {

struct Descriptor {
  explicit Descriptor(unsigned long long bits)
      : address((bits & 0x3fff) << 4),
        leading((bits >> 16 & 0x3fff) << 4),
        stride((bits >> 32 & 0x3fff) << 4),
        swizzle(bits >> 62) {
    if ((bits >> 14 & 3) != 0 || (bits >> 30 & 3) != 0 || (bits >> 46 & 0xffff) != 0)
      give_up("a descriptor whose fields overflow");
  }
  std::size_t address, leading, stride;
  unsigned swizzle;
};

template <typename Element>
float operand_at(std::size_t offset) {
  if (offset + sizeof(Element) > shared_bytes) give_up("an operand outside shared memory");
  Element element;
  std::memcpy(&element, shared_address(offset), sizeof element);
  const float number = to_float(element);
  // What tensor cores take of a float.
  return sizeof(Element) == 4 ? __uint_as_float(__float_as_uint(number) & 0xffffe000) : number;
}

// Row r and column k of W: core matrices of 8 rows x 16 bytes.
template <typename Element>
float weight(const Descriptor& w, int r, int k) {
  if (w.swizzle != kNoSwizzle) give_up("W comes without a swizzle");
  const std::size_t byte = k * sizeof(Element);
  return operand_at<Element>(w.address + r / 8 * w.stride + byte / 16 * w.leading + r % 8 * 16 +
                             byte % 16);
}

// Row k and column n of I, of which rows (kByRows) or columns lie in rows of 128 bytes.
template <typename Element, bool kByRows>
float input(const Descriptor& i, int k, int n) {
  if (i.swizzle != kSwizzle128) give_up("I comes under the swizzle of 128 bytes");
  constexpr int kRow = 128 / sizeof(Element);
  return operand_at<Element>(
      swizzled(kByRows ? i.address + n / kRow * i.leading + k / 8 * i.stride + k % 8 * 128 +
                             n % kRow * sizeof(Element)
                       : i.address + n / 8 * i.stride + n % 8 * 128 + k * sizeof(Element)));
}

// This thread's sums of 64 rows: two rows, 8 apart, of its warp's 16, and two of every 8 columns.
template <typename Element, int kCols, bool kByRows>
void product_of_thread(float* sums, Descriptor w, Descriptor i, bool add) {
  constexpr int kDepth = 32 / sizeof(Element);
  const int thread = threadIdx.x % 128;
  for (int half = 0; half < 2; ++half) {
    const int row = thread / 32 * 16 + thread % 32 / 4 + half * 8;
    float weights[kDepth];
    for (int k = 0; k < kDepth; ++k) weights[k] = weight<Element>(w, row, k);
    for (int j = 0; j < kCols / 8; ++j)
      for (int c = 0; c < 2; ++c) {
        float& sum = sums[4 * j + 2 * half + c];
        double total = add ? sum : 0;
        for (int k = 0; k < kDepth; ++k)
          total += static_cast<double>(weights[k]) *
                   input<Element, kByRows>(i, k, 8 * j + thread % 4 * 2 + c);
        sum = static_cast<float>(total);
      }
  }
}

// The same by the sparse instruction: W has two values of every four columns, and `selected` says which, for the
// columns of each half 16 bits of a row, 8 rows apart in the halves of a word.
template <typename Element, int kCols, bool kByRows>
void sparse_product_of_thread(float* sums, Descriptor w, Descriptor i,
                              const unsigned (&selected)[2], bool add) {
  static_assert(sizeof(Element) == 2 && kByRows, "what is emitted");
  constexpr int kValues = 16;
  const int thread = threadIdx.x % 128;
  for (int half = 0; half < 2; ++half) {
    const int row = thread / 32 * 16 + thread % 32 / 4 + half * 8;
    float weights[kValues];
    int columns[kValues];
    for (int k = 0; k < kValues; ++k) {
      weights[k] = weight<Element>(w, row, k);
      columns[k] = k / 2 * 4 + static_cast<int>(selected[k / 8] >> (16 * half + k % 8 * 2) & 3);
      if (k % 2 == 1 && columns[k] <= columns[k - 1])
        give_up("selected columns that do not ascend");
    }
    for (int j = 0; j < kCols / 8; ++j)
      for (int c = 0; c < 2; ++c) {
        float& sum = sums[4 * j + 2 * half + c];
        double total = add ? sum : 0;
        for (int k = 0; k < kValues; ++k)
          total += static_cast<double>(weights[k]) *
                   input<Element, kByRows>(i, columns[k], 8 * j + thread % 4 * 2 + c);
        sum = static_cast<float>(total);
      }
  }
}

}  // namespace cuda_on_host

// What the emitted instruction becomes.
template <typename Element, int kCols, bool kByRows, int kSums>
void multiply_on_host(float (&sums)[kSums], unsigned long long w, unsigned long long i, bool add) {
  static_assert(kSums == kCols / 2, "sums of a thread");
  float* const to = sums;
  cuda_on_host::product_later([=] {
    cuda_on_host::product_of_thread<Element, kCols, kByRows>(to, cuda_on_host::Descriptor(w),
                                                             cuda_on_host::Descriptor(i), add);
  });
}

// The first two of four lanes that have the same rows say which columns those have.
template <typename Element, int kCols, bool kByRows, int kSums>
void multiply_on_host(float (&sums)[kSums], unsigned long long w, unsigned long long i,
                      unsigned selected, bool add) {
  static_assert(kSums == kCols / 2, "sums of a thread");
  float* const to = sums;
  const int first = threadIdx.x % 32 / 4 * 4;
  const unsigned left = __shfl_sync(0xffffffffu, selected, first);
  const unsigned right = __shfl_sync(0xffffffffu, selected, first + 1);
  cuda_on_host::product_later([=] {
    const unsigned both[2] = {left, right};
    cuda_on_host::sparse_product_of_thread<Element, kCols, kByRows>(
        to, cuda_on_host::Descriptor(w), cuda_on_host::Descriptor(i), both, add);
  });
}

inline void begin_products() { cuda_on_host::begin_product_group(); }
inline void end_products() { cuda_on_host::end_product_group(); }

template <int kGroups>
inline void wait_for_products() {
  cuda_on_host::finish_products(kGroups);
}

template <int kThreads>
inline void barrier_of(int id) {
  cuda_on_host::named_barrier(id, kThreads);
}

inline void store_transposed(void* to, unsigned a, unsigned b, unsigned c, unsigned d) {
  if (cuda_on_host::shared_offset(to) % 16 != 0) cuda_on_host::give_up("a row that is not aligned");
  const unsigned lane = threadIdx.x % 32;
  const unsigned words[4] = {a, b, c, d};
  unsigned short row[8];
  for (unsigned matrix = 0; matrix < 4; ++matrix)
    for (unsigned column = 0; column < 8; ++column) {
      // Element (column, lane % 8) of the matrix as it was before.
      const unsigned pair = __shfl_sync(0xffffffffu, words[matrix], 4 * column + lane % 8 / 2);
      if (lane / 8 == matrix)
        row[column] = static_cast<unsigned short>(lane % 2 == 0 ? pair : pair >> 16);
    }
  std::memcpy(to, row, sizeof row);
}

inline void transpose_four(unsigned (&words)[4]) {
  const unsigned lane = threadIdx.x % 32;
  unsigned got[4];
  for (unsigned from = 0; from < 4; ++from)
    for (unsigned word = 0; word < 4; ++word) {
      const unsigned other = __shfl_sync(0xffffffffu, words[word], lane / 4 * 4 + from);
      if (word == lane % 4) got[from] = other;
    }
  std::memcpy(words, got, sizeof got);
}

template <int kRegisters>
inline void give_up_registers() {
  static_assert(kRegisters % 8 == 0 && kRegisters >= 24 && kRegisters <= 256, "registers");
}
template <int kRegisters>
inline void take_registers() {
  static_assert(kRegisters % 8 == 0 && kRegisters >= 24 && kRegisters <= 256, "registers");
}
