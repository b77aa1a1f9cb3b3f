// The family table: every kernel family that there is, one row each. Tests, tuner and bench iterate
// over it; adding a family is one template (or emit function) and one row.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <rbgp/device.hpp>
#include <rbgp/problem.hpp>

namespace rbgp {

// Which tunables were looked at, each once, in order: numbers of their places among KernelConfig::tunables.
class TunableReads {
 public:
  void add(std::size_t place) {
    if ((seen_ >> place & 1) != 0) return;
    seen_ |= std::uint64_t{1} << place;
    places_[count_++] = static_cast<std::uint8_t>(place);
  }
  std::span<const std::uint8_t> places() const { return {places_.data(), count_}; }

 private:
  std::uint64_t seen_ = 0;
  std::size_t count_ = 0;
  std::array<std::uint8_t, 64> places_ = {};
};

// A kernel's tunables, as families look at them: flat, since a search looks at very many. Refers to the names.
class KernelValues {
 public:
  KernelValues(const KernelConfig& kernel, TunableReads* reads = nullptr);
  // Without tunables, to be added one by one.
  explicit KernelValues(std::string_view family) : family_(family) {}
  void add(std::string_view tunable, std::int64_t value) {
    if (count_ < tunables_.size()) tunables_[count_++] = {tunable, value};
  }

  std::string_view family() const { return family_; }
  std::int64_t at(std::string_view tunable) const;  // as KernelConfig has it

 private:
  static constexpr std::size_t kMost = 24;  // no family has as many
  struct Entry {
    std::string_view name;
    std::int64_t value = 0;
  };

  std::string_view family_;
  TunableReads* reads_ = nullptr;  // null: nobody wants to know
  std::size_t count_ = 0;
  std::array<Entry, kMost> tunables_;
};

// What a kernel's shape depends on: of the edges of the base graphs only whether Gi is a lift. Refers to what it is of.
struct KernelShape {
  const Rbgp4Config& config;
  const Problem& problem;
  KernelValues kernel;
  const DeviceProperties& device;
  std::int64_t known_clones = 0;  // clones_of the Gi that there is; 0: as it would be sampled

  // How many clones the vertices of a complete graph have in Gi, of which each row meets one: see
  // clones_of in construction.hpp. 1: Gi is no such lift.
  std::int64_t gi_clones() const;
};

KernelShape shape_of(const KernelSpec& spec, const DeviceProperties& device);

// A parameter of a family, with the values that a search may try. The first is the default: of a parameter that a family
// gets later what its kernels were before, as plans that lack it mean.
struct Tunable {
  std::string name;
  std::vector<std::int64_t> values;
};

// Of a matrix in device memory, as the copy engine takes it (see runtime/tensor_map.hpp).
struct CopyBox {
  std::int64_t rows = 0;  // 0: there is none
  std::int64_t cols = 0;
  std::int64_t swizzle_bytes = 0;
  std::int64_t pair_rows = 0;  // other than 0: rows so far apart take turns in the box
};

// How a kernel is launched and what memory it wants: computed here once, emitted into the source,
// and asserted there.
struct KernelGeometry {
  std::array<std::int64_t, 3> grid = {1, 1, 1};  // CUDA: thread blocks
  std::array<std::int64_t, 3> block = {1, 1, 1};  // CUDA: threads
  std::int64_t shared_bytes = 0;  // CUDA: dynamic shared memory of a thread block
  std::int64_t tasks = 0;  // host: calls that may run side by side
  std::int64_t workspace_bytes = 0;  // scratch memory; on the host for each thread of a launch
  std::int64_t packed_bytes = 0;  // packed values
  // CUDA: what one bulk copy takes of packed values and of I, and one puts into O, as they lie. Packed values
  // count as a matrix whose rows are as long as the box's. A kernel that copies boxes has tensor maps as its
  // last arguments: of packed values and of I, or of those and of O.
  CopyBox packed_box = {}, input_box = {}, output_box = {};
  bool takes_output_map = false;  // with or without such a box
  // CUDA: it waits itself for launches before it, so that it may begin while they end (launch_order.cuh).
  bool overlaps_launches = false;
  // Rows are multiplied by explicit zeros where they have no value: what is not finite in I then reaches
  // elements of O that a sparse product leaves finite, as it does in a dense product of the masked W.
  bool explicit_zeros = false;

  // Of the matrix that packed values count as, where there is a box of it.
  std::int64_t packed_rows(Dtype dtype) const {
    return packed_bytes / (dtype_bytes(dtype) * packed_box.cols);
  }
};

struct KernelWork;

struct KernelFamily {
  std::string_view name;
  DeviceKind target;
  std::string_view summary;
  // Entry points in the source.
  std::string_view entry;
  std::string_view pack_entry;
  std::vector<Tunable> (*tunables)(const DeviceProperties& device);
  // Why the family cannot do it, in one line; nothing where it can.
  std::optional<std::string> (*unsupported)(const KernelShape& shape);
  // Of a supported shape.
  KernelGeometry (*geometry)(const KernelShape& shape);
  // Of a supported shape: what it asks of the device (generator/kernel_work.hpp).
  KernelWork (*work)(const KernelShape& shape);
  // Its source, below the head that emit_source puts on it.
  std::string (*emit)(const KernelSpec& spec, const DeviceProperties& device);
  // What `unsupported` may allow, so that nobody searches a family in vain; empty for any dtype.
  std::span<const Dtype> dtypes = {};
  bool multiplies(Dtype dtype) const;
};

std::span<const KernelFamily> kernel_families();

// Errors: invalid_argument naming the known families.
const KernelFamily& find_family(std::string_view name);

// Throws unsupported where no family for the kind of device multiplies the dtype.
void require_family(DeviceKind target, Dtype dtype);

// Why a family that multiplies f32 cannot do a problem of another dtype; nothing for f32.
std::optional<std::string> f32_only(const Problem& problem);

// Throws invalid_argument where a value is none that any tunable may have.
void require_tunable_in_range(std::string_view name, std::int64_t value);

// Throws invalid_argument where a tunable is missing, not one of the family's, or out of range.
void require_tunables(const KernelConfig& kernel, const DeviceProperties& device);

// Throws invalid_argument where the problem does not lie on the pattern, a tunable is missing or not
// one of the family's, or the family does not support the shape.
void require_supported(const KernelSpec& spec, const DeviceProperties& device);

// What is compiled: emit_source's text without its head, so that specs of which one kernel comes have one source, which
// is compiled once. Errors: as require_supported.
std::string kernel_source(const KernelSpec& spec, const DeviceProperties& target);

}  // namespace rbgp
