#include <rbgp/kernel.hpp>

#include <cstdint>

#include <generator/kernel_family.hpp>
#include <pipe/compile_spec.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/error.hpp>
#include <runtime/host_parallel.hpp>
#include <runtime/module.hpp>
#include <runtime/tensor_map.hpp>

namespace rbgp {
namespace {

using HostKernel = void (*)(const void* packed, const void* input, void* output, void* workspace,
                            const EpilogueArguments* epilogue, std::int64_t task);
using HostPack = void (*)(const float* values, void* packed);

constexpr std::uintptr_t kAlignment = 16;
constexpr std::int64_t kWorkspaceAlignment = 64;

struct HostLaunch {
  HostKernel kernel;
  const void* packed;
  const void* input;
  void* output;
  std::byte* workspace;
  std::int64_t workspace_bytes;  // of one thread
  const EpilogueArguments* epilogue;
};

void run_host_task(void* context, std::int64_t task, int thread) {
  const auto& launch = *static_cast<const HostLaunch*>(context);
  launch.kernel(launch.packed, launch.input, launch.output,
                launch.workspace + thread * launch.workspace_bytes, launch.epilogue, task);
}

void require_pointer(const void* pointer, const char* name, std::int64_t alignment = kAlignment) {
  require(
      pointer != nullptr &&
          reinterpret_cast<std::uintptr_t>(pointer) % static_cast<std::uintptr_t>(alignment) == 0,
      ErrorCode::invalid_argument, "{}: a kernel needs memory aligned to {} bytes, not {}", name,
      alignment, pointer);
}

// A number that nothing would read is a mistake that nobody would see. Text is made only for an error:
// launching allocates nothing.
void require_arguments(const Epilogue& epilogue, const EpilogueArguments& arguments) {
  const auto refuse_without = [&](bool given, bool part, const char* what, const char* name) {
    if (given && !part)
      fail(ErrorCode::invalid_argument,
           "the problem's epilogue is '{}': it takes no {}, which needs the part '{}'",
           epilogue.to_string(), what, name);
  };
  refuse_without(arguments.alpha != 1, epilogue.scale, "alpha", "scale");
  refuse_without(arguments.bias != nullptr, epilogue.bias, "bias", "bias");
  refuse_without(arguments.residual != nullptr, epilogue.residual, "R", "residual");
  refuse_without(arguments.row_order != nullptr, epilogue.row_order, "order of rows", "row_order");
  refuse_without(arguments.column_order != nullptr, epilogue.column_order, "order of columns",
                 "column_order");
  const auto require_numbers = [](const auto* numbers, bool part, const char* name,
                                  const char* line) {
    require(!part || (numbers != nullptr &&
                      reinterpret_cast<std::uintptr_t>(numbers) % alignof(decltype(*numbers)) == 0),
            ErrorCode::invalid_argument, "{}: the problem's epilogue needs one number a {}, not {}",
            name, line, fmt::ptr(numbers));
  };
  require_numbers(arguments.bias, epilogue.bias, "bias", "row");
  require_numbers(arguments.row_order, epilogue.row_order, "row_order", "row");
  require_numbers(arguments.column_order, epilogue.column_order, "column_order", "column");
  if (epilogue.residual && (arguments.beta != 0 || arguments.residual != nullptr))
    require_pointer(arguments.residual, "R");
}

}  // namespace

struct Kernel::State {
  KernelSpec spec;
  Device device = Device::host();
  const KernelFamily* family = nullptr;
  KernelGeometry geometry;
  std::int64_t thread_workspace_bytes = 0;
  std::shared_ptr<const runtime::Module> module;
  std::optional<runtime::CudaFunction> cuda;
  std::optional<runtime::CudaFunction> cuda_pack;
  HostKernel host = nullptr;
  HostPack host_pack = nullptr;
};

Kernel Kernel::create(const KernelSpec& spec, const Device& device) {
  return load_kernel(spec, device, compile_spec(spec, device.properties()));
}

Kernel load_kernel(const KernelSpec& spec, const Device& device, const runtime::Binary& binary) {
  auto state = std::make_shared<Kernel::State>(Kernel::State{.spec = spec, .device = device});
  state->family = &find_family(spec.kernel.family);
  state->geometry = state->family->geometry(shape_of(spec, device.properties()));
  state->module = runtime::Module::load(binary, device);
  const std::string entry(state->family->entry);
  if (device.kind() == DeviceKind::cuda) {
    state->cuda = state->module->cuda_function(entry, state->geometry.shared_bytes);
    state->cuda_pack = state->module->cuda_function(std::string(state->family->pack_entry), 0);
  } else {
    state->host = reinterpret_cast<HostKernel>(state->module->host_function(entry));
    state->host_pack = reinterpret_cast<HostPack>(
        state->module->host_function(std::string(state->family->pack_entry)));
    state->thread_workspace_bytes = (state->geometry.workspace_bytes + kWorkspaceAlignment - 1) /
                                    kWorkspaceAlignment * kWorkspaceAlignment;
  }
  return Kernel(std::move(state));
}

const KernelSpec& Kernel::spec() const { return state_->spec; }
const Device& Kernel::device() const { return state_->device; }

std::size_t Kernel::packed_bytes() const {
  return static_cast<std::size_t>(state_->geometry.packed_bytes);
}

std::size_t Kernel::workspace_bytes() const {
  return static_cast<std::size_t>(state_->thread_workspace_bytes *
                                  state_->device.properties().compute_units);
}

void Kernel::pack(const float* values, DeviceBuffer& packed) const {
  require(packed.bytes() >= packed_bytes(), ErrorCode::invalid_argument,
          "pack: packed values need {} bytes, the buffer has {}", packed_bytes(), packed.bytes());
  pack(values, packed.data());
}

void Kernel::pack(const float* values, void* packed) const {
  require(values != nullptr, ErrorCode::invalid_argument, "pack: the values are null");
  if (state_->device.kind() == DeviceKind::host) return launch_pack(values, packed);
  const KernelSpec& spec = state_->spec;
  DeviceBuffer canonical(
      state_->device,
      static_cast<std::size_t>(spec.problem.m * spec.pattern.nnz_per_row()) * sizeof(float));
  canonical.upload(values, canonical.bytes());
  launch_pack(static_cast<const float*>(canonical.data()), packed);
  state_->device.synchronize();
}

void Kernel::launch_pack(const float* values, void* packed, void* stream) const {
  require(values != nullptr, ErrorCode::invalid_argument, "pack: the values are null");
  require_pointer(packed, "packed values");
  if (state_->host_pack != nullptr) return state_->host_pack(values, packed);
  require_pointer(values, "values");
  void* arguments[] = {&values, &packed};
  // Packing strides over the grid: a few blocks a multiprocessor fill the device.
  constexpr unsigned kBlocksEach = 8;
  constexpr unsigned kThreads = 256;
  const auto units = static_cast<unsigned>(state_->device.properties().compute_units);
  state_->cuda_pack->launch({units * kBlocksEach, 1, 1}, {kThreads, 1, 1}, 0, arguments, stream);
}

void Kernel::launch(const void* packed, const void* input, void* output, void* workspace,
                    void* stream, const EpilogueArguments& epilogue) const {
  require_pointer(packed, "packed values");
  require_pointer(input, "I");
  require_pointer(output, "O");
  if (state_->thread_workspace_bytes > 0)
    require_pointer(workspace, "workspace", kWorkspaceAlignment);
  require_arguments(state_->spec.problem.epilogue, epilogue);
  if (state_->host != nullptr) {
    HostLaunch launch{state_->host,
                      packed,
                      input,
                      output,
                      static_cast<std::byte*>(workspace),
                      state_->thread_workspace_bytes,
                      &epilogue};
    runtime::parallel_tasks(state_->geometry.tasks, state_->device.properties().compute_units,
                            run_host_task, &launch);
    return;
  }
  const auto extent = [](const std::array<std::int64_t, 3>& sizes) {
    return std::array<unsigned, 3>{static_cast<unsigned>(sizes[0]), static_cast<unsigned>(sizes[1]),
                                   static_cast<unsigned>(sizes[2])};
  };
  EpilogueArguments numbers = epilogue;
  // A kernel takes of these as many as it has: maps are for those that copy boxes.
  const Problem& problem = state_->spec.problem;
  const auto map_of = [&](const CopyBox& box, std::int64_t rows, std::int64_t cols,
                          const void* matrix) {
    if (box.rows == 0) return runtime::TensorMap{};
    return runtime::encode_tensor_map(state_->device,
                                      {.dtype = problem.dtype,
                                       .rows = rows,
                                       .cols = cols,
                                       .box_rows = box.rows,
                                       .box_cols = box.cols,
                                       .swizzle_bytes = box.swizzle_bytes,
                                       .pair_rows = box.pair_rows},
                                      matrix);
  };
  const KernelGeometry& geometry = state_->geometry;
  const std::int64_t packed_rows =
      geometry.packed_box.rows == 0 ? 0 : geometry.packed_rows(problem.dtype);
  runtime::TensorMap packed_map =
      map_of(geometry.packed_box, packed_rows, geometry.packed_box.cols, packed);
  runtime::TensorMap input_map =
      map_of(geometry.input_box, problem.input_rows(), problem.input_cols(), input);
  runtime::TensorMap output_map =
      map_of(geometry.output_box, problem.output_rows(), problem.output_cols(), output);
  void* arguments[] = {&packed, &input, &output, &numbers, &packed_map, &input_map, &output_map};
  state_->cuda->launch(extent(state_->geometry.grid), extent(state_->geometry.block),
                       static_cast<unsigned>(state_->geometry.shared_bytes), arguments, stream,
                       state_->geometry.overlaps_launches);
}

std::string Kernel::describe() const {
  std::string text = state_->spec.kernel.to_string();
  if (state_->cuda) {
    const runtime::CudaFunctionAttributes& attributes = state_->cuda->attributes();
    text +=
        fmt::format(": {} registers, {} bytes of local and {} of shared memory",
                    attributes.registers, attributes.local_bytes, state_->geometry.shared_bytes);
  } else {
    text += fmt::format(": {} tasks, {} bytes of workspace a thread", state_->geometry.tasks,
                        state_->thread_workspace_bytes);
  }
  if (!state_->module->fallback().empty()) text += "; " + state_->module->fallback();
  return text;
}

}  // namespace rbgp
