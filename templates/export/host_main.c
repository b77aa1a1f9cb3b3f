/* Runs the layer once and checks it against a naive product. */
#include <string.h>

#include "check.h"

static void* aligned(size_t bytes) {
  void* memory = aligned_alloc(64, (bytes + 64) / 64 * 64);
  if (memory == NULL) exit(1);
  return memory;
}

int main(void) {
  float* values = random_values();
  rbgp_element* random_input = random_elements((long long)RBGP_K * RBGP_N, 2);
  const size_t input_bytes = sizeof(rbgp_element) * RBGP_K * RBGP_N;
  const size_t output_bytes = sizeof(rbgp_element) * RBGP_M * RBGP_N;
  void* packed = aligned(RBGP_PACKED_BYTES);
  void* workspace = aligned(RBGP_WORKSPACE_BYTES * (size_t)rbgp_layer_threads());
  rbgp_element* input = (rbgp_element*)aligned(input_bytes);
  rbgp_element* output = (rbgp_element*)aligned(output_bytes);
  memcpy(input, random_input, input_bytes);
  memset(output, 0xff, output_bytes);
  float* bias = random_floats(RBGP_M, 4);
  rbgp_element* residual = random_elements((long long)RBGP_M * RBGP_N, 5);
  const rbgp_epilogue epilogue = {0.75F, -1.25F, bias, residual, rbgp_row_order, rbgp_column_order};

  rbgp_pack(values, packed);
  rbgp_layer(packed, input, output, workspace, &epilogue);
  const int result = check_output(values, input, &epilogue, output);

  free(residual);
  free(bias);
  free(output);
  free(input);
  free(workspace);
  free(packed);
  free(random_input);
  free(values);
  return result;
}
