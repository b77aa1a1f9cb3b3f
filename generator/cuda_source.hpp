// Pieces of emitted CUDA source that all CUDA families share.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <generator/kernel_family.hpp>
#include <generator/row_split.hpp>

namespace rbgp {

// Changes whenever emitted source may change for the same spec.
inline constexpr int kGeneratorVersion = 9;

// 90 of "sm_90a".
int cuda_arch_number(const DeviceProperties& device);

// Head comment: what the source was generated from, and nothing that varies from run to run.
std::string source_head(const KernelSpec& spec, const DeviceProperties& device);

// The text of an embedded template as one piece: without `#pragma once`, which means nothing in a main
// file, and with the templates that it includes in place of its `#include` lines, each once.
std::string kernel_template(std::string_view file);

using Constant = std::pair<std::string_view, std::int64_t>;

// The type of an element in memory, of templates/element.cuh.
std::string_view cuda_element(Dtype dtype);

// `struct NAME { static constexpr int kA = 1; ... BODY };`
std::string constants_struct(std::string_view name, const std::vector<Constant>& constants,
                             std::string_view body = {});

// `__device__ const TYPE NAME[] = {...};`, short or int where no type is named.
std::string device_array(std::string_view name, std::span<const std::int32_t> numbers);
std::string device_array(std::string_view type, std::string_view name,
                         std::span<const std::int32_t> numbers);

// Words of a row of a tile of I, `cols` wide, in shared memory: see templates/transposed.cuh.
inline std::int64_t input_stride(const Problem& problem, std::int64_t cols) {
  return problem.layout == Layout::nk ? cols + 4 : cols;
}

// A member of Pattern: `static int NAME(PARAMETERS) { return EXPRESSION; }`.
std::string device_function(std::string_view name, std::string_view parameters,
                            std::string_view expression);

// The adjacency of a base graph: an array in device memory in the smallest unsigned type, and a
// static member function `FUNCTION(u, k)`, the k-th neighbour of u, each row of the graph standing
// for `copies` rows. A complete graph needs no array.
struct AdjacencySource {
  std::string array;  // namespace scope
  std::string member;  // inside Pattern
};
AdjacencySource adjacency_source(const BaseGraph& graph, std::string_view array,
                                 std::string_view function, std::int64_t copies);

// What a family adds to what all CUDA kernels have.
struct CudaKernelParts {
  std::string_view template_file;
  std::string_view
      kernel;  // a class template of the file, of Config and Pattern, with run and pack
  std::string_view launch_bounds = "Config::kThreads";
  std::int64_t cluster = 1;  // thread blocks of a cluster
  std::vector<Constant> config;  // of Config, beside the problem's sizes, layout and epilogue
  std::string config_members;  // of Config, further ones
  // The configuration whose sizes Pattern has, where it is not that of the spec.
  std::optional<Rbgp4Config> pattern_config;
  RowSplit split;  // of Pattern, with the sizes of the base graphs
  std::vector<Constant> pattern;  // of Pattern, beside those
  AdjacencySource go, gi;
  bool takes_maps =
      false;  // run gets TensorMaps in the place of the pointers to packed values and I
  bool takes_output_map = false;  // and one of O before the pointer to it
};

// The source below its head: template, adjacency, Config, Pattern, entry points. rbgp_kernel has the same
// arguments in all families, whatever the problem: packed values, I and O as pointers to elements of the
// problem's dtype, EpilogueArguments by value; those that copy boxes have TensorMaps after them.
// rbgp_pack makes packed values of canonical ones, which are floats.
std::string cuda_kernel_source(const KernelSpec& spec, const CudaKernelParts& parts);

}  // namespace rbgp
