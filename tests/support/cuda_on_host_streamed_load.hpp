// Takes the place of templates/streamed_load.cuh.

inline void load_streamed(float (&to)[4], const float* from) {
  if (reinterpret_cast<std::uintptr_t>(from) % 16 != 0) cuda_on_host::give_up("a misaligned load");
  std::memcpy(to, from, sizeof to);
}
