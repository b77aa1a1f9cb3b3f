// Runs the layer once and checks it against a naive product.
#include "check.h"

static void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(status));
  exit(1);
}

int main() {
  float* values = random_values();
  rbgp_element* input = random_elements((long long)RBGP_K * RBGP_N, 2);
  rbgp_element* output = random_elements((long long)RBGP_M * RBGP_N, 3);
  float* bias = random_floats(RBGP_M, 4);
  rbgp_element* residual = random_elements((long long)RBGP_M * RBGP_N, 5);
  const size_t values_bytes = sizeof(float) * RBGP_M * RBGP_NNZ_PER_ROW;
  const size_t input_bytes = sizeof(rbgp_element) * RBGP_K * RBGP_N;
  const size_t output_bytes = sizeof(rbgp_element) * RBGP_M * RBGP_N;
  float *device_values, *device_bias;
  rbgp_element *device_packed, *device_input, *device_output, *device_residual;
  int *device_row_order, *device_column_order;
  check(cudaMalloc(&device_values, values_bytes), "cudaMalloc");
  check(cudaMalloc(&device_packed, RBGP_PACKED_BYTES), "cudaMalloc");
  check(cudaMalloc(&device_input, input_bytes), "cudaMalloc");
  check(cudaMalloc(&device_output, output_bytes), "cudaMalloc");
  check(cudaMalloc(&device_bias, sizeof(float) * RBGP_M), "cudaMalloc");
  check(cudaMalloc(&device_residual, output_bytes), "cudaMalloc");
  check(cudaMalloc(&device_row_order, sizeof rbgp_row_order), "cudaMalloc");
  check(cudaMalloc(&device_column_order, sizeof rbgp_column_order), "cudaMalloc");
  check(cudaMemcpy(device_row_order, rbgp_row_order, sizeof rbgp_row_order, cudaMemcpyHostToDevice),
        "cudaMemcpy");
  check(cudaMemcpy(device_column_order, rbgp_column_order, sizeof rbgp_column_order,
                   cudaMemcpyHostToDevice),
        "cudaMemcpy");
  check(cudaMemcpy(device_bias, bias, sizeof(float) * RBGP_M, cudaMemcpyHostToDevice),
        "cudaMemcpy");
  check(cudaMemcpy(device_residual, residual, output_bytes, cudaMemcpyHostToDevice), "cudaMemcpy");
  check(cudaMemcpy(device_values, values, values_bytes, cudaMemcpyHostToDevice), "cudaMemcpy");
  check(cudaMemcpy(device_input, input, input_bytes, cudaMemcpyHostToDevice), "cudaMemcpy");
  check(cudaMemset(device_output, 0xff, output_bytes), "cudaMemset");

  const rbgp_epilogue epilogue = {0.75f,           -1.25f,           device_bias,
                                  device_residual, device_row_order, device_column_order};
  check(rbgp_layer_prepare(), "rbgp_layer_prepare");
  check(rbgp_layer_pack(device_values, device_packed, 0), "rbgp_layer_pack");
  check(rbgp_layer(device_packed, device_input, device_output, &epilogue, 0), "rbgp_layer");
  check(cudaMemcpy(output, device_output, output_bytes, cudaMemcpyDeviceToHost), "cudaMemcpy");
  const rbgp_epilogue host_epilogue = {epilogue.alpha, epilogue.beta,  bias,
                                       residual,       rbgp_row_order, rbgp_column_order};
  const int result = check_output(values, input, &host_epilogue, output);

  cudaFree(device_column_order);
  cudaFree(device_row_order);
  cudaFree(device_residual);
  cudaFree(device_bias);
  cudaFree(device_output);
  cudaFree(device_input);
  cudaFree(device_packed);
  cudaFree(device_values);
  free(residual);
  free(bias);
  free(output);
  free(input);
  free(values);
  return result;
}
