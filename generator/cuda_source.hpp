// Pieces of emitted CUDA source that all CUDA families share.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <generator/kernel_family.hpp>

namespace rbgp {

// Changes whenever emitted source may change for the same spec.
inline constexpr int kGeneratorVersion = 2;

// 90 of "sm_90a".
int cuda_arch_number(const DeviceProperties& device);

// Head comment: what the source was generated from, and nothing that varies from run to run.
std::string source_head(const KernelSpec& spec, const DeviceProperties& device,
                        std::string_view comment);

// The text of an embedded template as one piece: without `#pragma once`, which means nothing in a main
// file, and with the templates that it includes in place of its `#include` lines, each once.
std::string kernel_template(std::string_view file);

using Constant = std::pair<std::string_view, std::int64_t>;

// `struct NAME { static constexpr int kA = 1; ... BODY };`
std::string constants_struct(std::string_view name, const std::vector<Constant>& constants,
                             std::string_view body = {});

// `__device__ const TYPE NAME[] = {...};`
std::string device_array(std::string_view type, std::string_view name,
                         std::span<const std::int32_t> numbers);

// What every Config says of the problem: its sizes, its layout and its epilogue.
std::vector<Constant> problem_constants(const Problem& problem);

// Words of a row of a tile of I, `cols` wide, in shared memory: see templates/transposed.cuh.
inline std::int64_t input_stride(const Problem& problem, std::int64_t cols) {
  return problem.layout == Layout::nk ? cols + 4 : cols;
}

// The kernel that calls KERNEL::run. All CUDA families have the arguments of this one, whatever the problem:
// packed values, I, O, and EpilogueArguments by value.
std::string kernel_entry(std::string_view launch_bounds, std::string_view kernel);

// The adjacency of a base graph: an array in device memory in the smallest unsigned type, and a
// static member function `FUNCTION(u, k)`, the k-th neighbour of u, each row of the graph standing
// for `copies` rows. A complete graph needs no array.
struct AdjacencySource {
  std::string array;  // namespace scope
  std::string member;  // inside Pattern
};
AdjacencySource adjacency_source(const BaseGraph& graph, std::string_view array,
                                 std::string_view function, std::int64_t copies);

}  // namespace rbgp
