// Takes the place of templates/bulk_copy.cuh.

// What encode_tensor_map is told: a row-major matrix and a box of it.
struct TensorMap {
  char* matrix;
  long long element_bytes, rows, cols, box_rows, box_cols, swizzle_bytes;
  long long pair_rows;  // other than 0: rows so far apart take turns in the box
};

struct SharedBarrier {
  unsigned long long state;

  void init(unsigned arrivals) { cuda_on_host::barrier_init(&state, arrivals); }
  void arrive_expecting(unsigned bytes) { cuda_on_host::barrier_arrive(&state, bytes); }
  void arrive() { cuda_on_host::barrier_arrive(&state, 0); }
  void arrive_at(unsigned block) {
    cuda_on_host::barrier_arrive(cuda_on_host::peer_address(&state, block), 0);
  }
  bool arrive_last() { return cuda_on_host::barrier_arrive(&state, 0); }
  void wait(unsigned parity) { cuda_on_host::barrier_wait(&state, parity); }
};

namespace cuda_on_host {

// Calls move(shared, matrix, bytes) for each element of a box; `matrix` is null outside the matrix.
template <typename Move>
void move_box(char* shared, const TensorMap& map, int col, int row, Move move) {
  if (map.box_rows == 0) give_up("a box of a map that has none");
  if (map.box_rows > 256 || map.box_cols > 256 || map.box_cols * map.element_bytes % 16 != 0 ||
      map.cols * map.element_bytes % 16 != 0)
    give_up("a map that the driver refuses");
  if (shared_offset(shared) % (map.swizzle_bytes == 0 ? 128 : 1024) != 0)
    give_up("a box that is not aligned");
  if (map.swizzle_bytes != 0 && map.box_cols * map.element_bytes != map.swizzle_bytes)
    give_up("rows of a box that are not as long as the swizzle");
  if (map.pair_rows != 0 && map.box_rows % 2 != 0) give_up("a box with half a pair of rows");
  for (long long r = 0; r < map.box_rows; ++r)
    for (long long c = 0; c < map.box_cols; ++c) {
      // Of a pair the first row is named.
      const long long first = map.pair_rows == 0 ? row + r : row + r / 2;
      const long long at = map.pair_rows == 0 ? first : first + r % 2 * map.pair_rows;
      const bool inside =
          first >= 0 && first < map.rows - map.pair_rows && col + c >= 0 && col + c < map.cols;
      char* place = shared + (r * map.box_cols + c) * map.element_bytes;
      if (map.swizzle_bytes != 0) place = shared_address(swizzled(shared_offset(place)));
      move(place, inside ? map.matrix + (at * map.cols + col + c) * map.element_bytes : nullptr,
           static_cast<unsigned>(map.element_bytes));
    }
}

// Orders a copy into each of the blocks of the cluster that `blocks` has a bit for.
inline void copy_to(unsigned short blocks, void* to, const void* from, unsigned bytes,
                    SharedBarrier& barrier) {
  for (unsigned rank = 0; rank < 16; ++rank)
    if ((blocks >> rank & 1) != 0)
      bulk_copy(peer_address(to, rank), from, bytes, peer_address(&barrier.state, rank));
}

}  // namespace cuda_on_host

inline void copy_box(void* shared, const TensorMap& map, int col, int row, SharedBarrier& barrier) {
  cuda_on_host::move_box(static_cast<char*>(shared), map, col, row,
                         [&](char* to, const char* from, unsigned bytes) {
                           cuda_on_host::bulk_copy(to, from, bytes, &barrier.state);
                         });
}

inline void copy_box_to(unsigned short blocks, void* shared, const TensorMap& map, int col, int row,
                        SharedBarrier& barrier) {
  cuda_on_host::move_box(static_cast<char*>(shared), map, col, row,
                         [&](char* to, const char* from, unsigned bytes) {
                           cuda_on_host::copy_to(blocks, to, from, bytes, barrier);
                         });
}

inline void copy_paired_box(void* shared, const TensorMap& map, int col, int row,
                            SharedBarrier& barrier) {
  if (map.pair_rows == 0) cuda_on_host::give_up("a box of pairs of a map that has none");
  copy_box(shared, map, col, row, barrier);
}

inline void copy_paired_box_to(unsigned short blocks, void* shared, const TensorMap& map, int col,
                               int row, SharedBarrier& barrier) {
  if (map.pair_rows == 0) cuda_on_host::give_up("a box of pairs of a map that has none");
  copy_box_to(blocks, shared, map, col, row, barrier);
}

inline void store_box(const TensorMap& map, int col, int row, const void* shared) {
  cuda_on_host::require_fences();
  cuda_on_host::move_box(const_cast<char*>(static_cast<const char*>(shared)), map, col, row,
                         [&](char* from, char* to, unsigned bytes) {
                           if (to != nullptr) cuda_on_host::store_later(to, from, bytes);
                         });
}

inline void fence_for_copies() { cuda_on_host::fence(); }
inline void end_stores() { cuda_on_host::end_store_group(); }

template <int kGroups>
inline void wait_until_stores_read() {
  cuda_on_host::finish_stores(kGroups);
}

inline void wait_for_stores() { cuda_on_host::finish_stores(0); }
