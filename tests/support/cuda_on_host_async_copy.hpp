// Takes the place of templates/async_copy.cuh.

template <int kBytes>
inline void copy_async(float* shared, const float* global, bool valid) {
  static_assert(kBytes == 4 || kBytes == 8 || kBytes == 16, "sizes of cp.async");
  const auto address = reinterpret_cast<std::uintptr_t>(shared);
  if (address % kBytes != 0 || reinterpret_cast<std::uintptr_t>(global) % kBytes != 0)
    cuda_on_host::give_up("a misaligned copy");
  cuda_on_host::copy_later(shared, global, kBytes, valid);
}

inline void commit_copies() { cuda_on_host::commit(); }

template <int kPending>
inline void wait_copies() {
  cuda_on_host::wait(kPending);
}
