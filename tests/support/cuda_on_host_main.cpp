// Put after emitted CUDA source: runs its kernels on files. Arguments: folder, forward|backward.
//
// values, input, bias, residual, row_order, column_order: what a caller uploads; all but the first two are
// empty where there is none. scalars: alpha, beta, and 1 where O is the residual, updated in place. output: what
// came out, NaN where nothing was written. input, residual and output have elements of the problem's dtype, the
// orders are integers, the others floats. The numbers in capitals are defined by who compiles this.

namespace {

std::vector<char> read_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) cuda_on_host::give_up("a file is missing");
  std::fseek(file, 0, SEEK_END);
  std::vector<char> content(static_cast<std::size_t>(std::ftell(file)));
  std::rewind(file);
  if (std::fread(content.data(), 1, content.size(), file) != content.size())
    cuda_on_host::give_up("a file is short");
  std::fclose(file);
  return content;
}

// Exactly as large as asked for, so that AddressSanitizer sees the first access past its end.
struct Buffer {
  explicit Buffer(std::size_t bytes)
      : data(static_cast<char*>(std::aligned_alloc(16, (bytes + 15) / 16 * 16))), size(bytes) {
    std::memset(data, 0xff, bytes);
    ASAN_POISON_MEMORY_REGION(data + bytes, (bytes + 15) / 16 * 16 - bytes);
  }
  explicit Buffer(const std::vector<char>& content) : Buffer(content.size()) {
    for (std::size_t i = 0; i < content.size(); ++i) data[i] = content[i];
  }
  template <typename T>
  T* as() const {
    return reinterpret_cast<T*>(data);
  }
  template <typename T>
  const T* or_null() const {
    return size == 0 ? nullptr : as<T>();
  }
  char* data;
  std::size_t size;
};

using Element = Config::Element;

template <typename Kernel>
void launch(unsigned blocks, unsigned cluster, unsigned threads, bool backwards, Kernel kernel) {
  if (blocks % cluster != 0) cuda_on_host::give_up("a grid that is not whole clusters");
  gridDim = {blocks, 1, 1};
  blockDim = {threads, 1, 1};
  for (unsigned first = 0; first < blocks; first += cluster)
    cuda_on_host::run_cluster(first, cluster, threads, backwards, kernel);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string folder = argv[1];
  const bool backwards = std::string(argv[2]) == "backward";
  Buffer values(read_file(folder + "/values"));
  Buffer input(read_file(folder + "/input"));
  Buffer bias(read_file(folder + "/bias"));
  Buffer residual(read_file(folder + "/residual"));
  Buffer row_order(read_file(folder + "/row_order"));
  Buffer column_order(read_file(folder + "/column_order"));
  const Buffer scalar_file(read_file(folder + "/scalars"));
  const float* const scalars = scalar_file.as<float>();
  Buffer output(RBGP_OUTPUT_BYTES);
  EpilogueArguments epilogue{scalars[0],
                             scalars[1],
                             bias.or_null<float>(),
                             residual.or_null<Element>(),
                             row_order.or_null<int>(),
                             column_order.or_null<int>()};
  if (scalars[2] != 0) {
    std::memcpy(output.data, residual.data, output.size);
    epilogue.residual = output.data;
  }
  Buffer packed(RBGP_PACKED_BYTES);
  launch(2, 1, 32, backwards, [&] { rbgp_pack(values.as<float>(), packed.as<Element>()); });
#ifdef RBGP_PACKED_MAP
  const TensorMap packed_map{packed.data, sizeof(Element), RBGP_PACKED_MAP};
#endif
#ifdef RBGP_INPUT_MAP
  const TensorMap input_map{input.data, sizeof(Element), RBGP_INPUT_MAP};
#endif
#ifdef RBGP_OUTPUT_MAP
  const TensorMap output_map{output.data, sizeof(Element), RBGP_OUTPUT_MAP};
#endif
  launch(RBGP_BLOCKS, RBGP_CLUSTER, Config::kThreads, backwards, [&] {
    rbgp_kernel(packed.as<Element>(), input.as<Element>(), output.as<Element>(),
                epilogue RBGP_MAPS);
  });
  std::FILE* file = std::fopen((folder + "/output").c_str(), "wb");
  const bool written =
      file != nullptr && std::fwrite(output.data, 1, output.size, file) == output.size;
  return written && std::fclose(file) == 0 ? 0 : 2;
}
