// Takes the place of templates/bulk_copy.cuh.

// What encode_tensor_map is told: a row-major matrix of floats and a box of it.
struct TensorMap {
  const float* matrix;
  long long rows, cols, box_rows, box_cols;
};

struct SharedBarrier {
  unsigned long long state;

  void init(unsigned arrivals) { cuda_on_host::barrier_init(&state, arrivals); }
  void arrive_expecting(unsigned bytes) { cuda_on_host::barrier_arrive(&state, bytes); }
  bool arrive_last() { return cuda_on_host::barrier_arrive(&state, 0); }
  void wait(unsigned parity) { cuda_on_host::barrier_wait(&state, parity); }
};

inline void copy_box(float* shared, const TensorMap& map, int col, int row, SharedBarrier& barrier) {
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

inline void copy_bytes(float* shared, const float* global, unsigned bytes, SharedBarrier& barrier) {
  const auto addresses =
      reinterpret_cast<std::uintptr_t>(shared) | reinterpret_cast<std::uintptr_t>(global);
  if ((addresses | bytes) % 16 != 0) cuda_on_host::give_up("a bulk copy that is not aligned");
  cuda_on_host::bulk_copy(shared, global, bytes, &barrier.state);
}
