// Put after emitted CUDA source: runs its kernels on files. Arguments: folder, forward|backward.
//
// values, input, bias, residual, row_order, column_order: what a caller uploads; all but the first two are
// empty where there is none. scalars: alpha, beta, and 1 where O is the residual, updated in place. output: what
// came out, NaN where nothing was written. input, residual and output have elements of the problem's dtype, the
// orders are integers, the others floats. The numbers in capitals are defined by who compiles this.

const unsigned cuda_on_host::shared_bytes = RBGP_SHARED_BYTES;

int main(int argc, char** argv) {
  using cuda_on_host::Buffer;
  using Element = Config::Element;
  if (argc != 3) return 2;
  const std::string folder = argv[1];
  const bool backwards = std::string(argv[2]) == "backward";
  const Buffer values(folder + "/values");
  const Buffer input(folder + "/input");
  const Buffer bias(folder + "/bias");
  const Buffer residual(folder + "/residual");
  const Buffer row_order(folder + "/row_order");
  const Buffer column_order(folder + "/column_order");
  const Buffer scalar_file(folder + "/scalars");
  const float* const scalars = scalar_file.as<float>();
  const Buffer output(RBGP_OUTPUT_BYTES);
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
  const Buffer packed(RBGP_PACKED_BYTES);
  cuda_on_host::launch(2, 1, 32, backwards,
                       [&] { rbgp_pack(values.as<float>(), packed.as<Element>()); });
#ifdef RBGP_PACKED_MAP
  const TensorMap packed_map{packed.data, sizeof(Element), RBGP_PACKED_MAP};
#endif
#ifdef RBGP_INPUT_MAP
  const TensorMap input_map{input.data, sizeof(Element), RBGP_INPUT_MAP};
#endif
#ifdef RBGP_OUTPUT_MAP
  const TensorMap output_map{output.data, sizeof(Element), RBGP_OUTPUT_MAP};
#endif
  cuda_on_host::launch(RBGP_BLOCKS, RBGP_CLUSTER, Config::kThreads, backwards, [&] {
    rbgp_kernel(packed.as<Element>(), input.as<Element>(), output.as<Element>(),
                epilogue RBGP_MAPS);
  });
  output.write(folder + "/output");
}
