// Takes the place of templates/bulk_copy.cuh.

// What encode_tensor_map is told: a row-major matrix of floats and a box of it.
struct TensorMap {
  const float* matrix;
  long long rows, cols, box_rows, box_cols;
};

struct CopyBarrier {
  unsigned long long state;

  void init() { cuda_on_host::barrier_init(&state); }
  void expect(unsigned bytes) { cuda_on_host::barrier_expect(&state, bytes); }
  void wait(unsigned parity) { cuda_on_host::barrier_wait(&state, parity); }
};

inline void copy_box(float* shared, const TensorMap& map, int col, int row, CopyBarrier& barrier) {
  constexpr std::uintptr_t kBoxAlignment = 128;
  if (reinterpret_cast<std::uintptr_t>(shared) % kBoxAlignment != 0)
    cuda_on_host::give_up("a box that is not aligned");
  for (long long r = 0; r < map.box_rows; ++r)
    for (long long c = 0; c < map.box_cols; ++c) {
      const bool inside = row + r < map.rows && col + c < map.cols;
      cuda_on_host::bulk_copy(shared + r * map.box_cols + c,
                              inside ? map.matrix + (row + r) * map.cols + col + c : nullptr,
                              sizeof(float), &barrier.state);
    }
}

inline void copy_bytes(float* shared, const float* global, unsigned bytes, CopyBarrier& barrier) {
  const auto addresses =
      reinterpret_cast<std::uintptr_t>(shared) | reinterpret_cast<std::uintptr_t>(global);
  if ((addresses | bytes) % 16 != 0) cuda_on_host::give_up("a bulk copy that is not aligned");
  cuda_on_host::bulk_copy(shared, global, bytes, &barrier.state);
}

inline int count_up(int* counter) { return (*counter)++; }
