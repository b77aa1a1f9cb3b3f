// Put after emitted CUDA source: runs its kernels on files. Arguments: folder, forward|backward.
//
// values, input, bias, residual, row_order, column_order: what a caller uploads; all but the first two are
// empty where there is none, and the last two are integers. scalars:
// alpha, beta, and 1 where O is the residual, updated in place. output: what came out, NaN where nothing was
// written. The numbers in capitals are defined by who compiles this.

alignas(1024) float4 shared_vectors[(RBGP_SHARED_BYTES + 15) / 16 + 1];

namespace {

template <typename Number>
std::vector<Number> read_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) cuda_on_host::give_up("a file is missing");
  std::fseek(file, 0, SEEK_END);
  std::vector<Number> content(static_cast<std::size_t>(std::ftell(file)) / sizeof(Number));
  std::rewind(file);
  if (std::fread(content.data(), sizeof(Number), content.size(), file) != content.size())
    cuda_on_host::give_up("a file is short");
  std::fclose(file);
  return content;
}

// Exactly as large as asked for, so that AddressSanitizer sees the first access past its end.
template <typename Number>
struct Buffer {
  explicit Buffer(std::size_t bytes)
      : data(static_cast<Number*>(std::aligned_alloc(16, (bytes + 15) / 16 * 16))), size(bytes) {
    std::memset(data, 0xff, bytes);
    ASAN_POISON_MEMORY_REGION(reinterpret_cast<char*>(data) + bytes,
                              (bytes + 15) / 16 * 16 - bytes);
  }
  explicit Buffer(const std::vector<Number>& content) : Buffer(content.size() * sizeof(Number)) {
    for (std::size_t i = 0; i < content.size(); ++i) data[i] = content[i];
  }
  const Number* or_null() const { return size == 0 ? nullptr : data; }
  Number* data;
  std::size_t size;
};

template <typename Kernel>
void launch(unsigned blocks, unsigned threads, bool backwards, Kernel kernel) {
  gridDim = {blocks, 1, 1};
  blockDim = {threads, 1, 1};
  for (unsigned block = 0; block < blocks; ++block) {
    blockIdx = {block, 0, 0};
    ASAN_UNPOISON_MEMORY_REGION(shared_vectors, sizeof shared_vectors);
    std::memset(shared_vectors, 0xff, sizeof shared_vectors);
    ASAN_POISON_MEMORY_REGION(reinterpret_cast<char*>(shared_vectors) + RBGP_SHARED_BYTES,
                              sizeof shared_vectors - RBGP_SHARED_BYTES);
    cuda_on_host::run_block(threads, backwards, kernel);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string folder = argv[1];
  const bool backwards = std::string(argv[2]) == "backward";
  Buffer values(read_file<float>(folder + "/values"));
  Buffer input(read_file<float>(folder + "/input"));
  Buffer bias(read_file<float>(folder + "/bias"));
  Buffer residual(read_file<float>(folder + "/residual"));
  Buffer row_order(read_file<int>(folder + "/row_order"));
  Buffer column_order(read_file<int>(folder + "/column_order"));
  const std::vector<float> scalars = read_file<float>(folder + "/scalars");
  Buffer<float> output(RBGP_OUTPUT_BYTES);
  EpilogueArguments epilogue{scalars[0],         scalars[1],          bias.or_null(),
                             residual.or_null(), row_order.or_null(), column_order.or_null()};
  if (scalars[2] != 0) {
    std::memcpy(output.data, residual.data, output.size);
    epilogue.residual = output.data;
  }
#if RBGP_HAS_PACK
  Buffer<float> packed(RBGP_PACKED_BYTES);
  launch(2, 32, backwards, [&] { rbgp_pack(values.data, packed.data); });
#else
  Buffer<float>& packed = values;
#endif
#if RBGP_BOX_ROWS
  const TensorMap map{input.data, RBGP_K, RBGP_N, RBGP_BOX_ROWS, RBGP_BOX_COLS};
  launch(RBGP_BLOCKS, Config::kThreads, backwards,
         [&] { rbgp_kernel(packed.data, input.data, output.data, epilogue, map); });
#else
  launch(RBGP_BLOCKS, Config::kThreads, backwards,
         [&] { rbgp_kernel(packed.data, input.data, output.data, epilogue); });
#endif
  std::FILE* file = std::fopen((folder + "/output").c_str(), "wb");
  const bool written =
      file != nullptr && std::fwrite(output.data, 1, output.size, file) == output.size;
  return written && std::fclose(file) == 0 ? 0 : 2;
}
