// Faults planted on purpose into compiled kernels, and which candidates of a sweep have which.
//
// The worker program of faulty_worker_main.cpp plants them; a test that sets RBGP_WORKER to it knows
// what to expect of each candidate.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <rbgp/problem.hpp>
#include <rbgp/tuner.hpp>
#include <runtime/compiler.hpp>

namespace rbgp::test {

struct Fault {
  std::string_view name;
  // LLVM assembly of a block that task 0 runs when it is done, and what it declares.
  std::string_view host_body, host_declarations;
  // CUDA statements that one thread runs when all blocks are done, and what they declare.
  std::string_view cuda_body, cuda_declarations;
  FailureKind host_kind, cuda_kind;  // what it is to be called
};

const std::vector<Fault>& faults();

// How many candidates of a sweep have a fault: kEachFault; of one that has to be waited for RBGP_TEST_HANGS
// (an environment variable), else fewer.
inline constexpr std::size_t kEachFault = 20;
std::size_t planted_count(const Fault& fault);

// The fault of a candidate, or null: among the kernels of one family on its configuration, in the order of
// an exhaustive search, the faults take turns, and one in turn has none, nor has one whose fault was
// planted often enough.
const Fault* planted_fault(const KernelSpec& spec, const DeviceProperties& device);

// Makes the fault part of the source, which stays unlike any other's.
void plant(const Fault& fault, const KernelSpec& spec, runtime::Source& source);

// Problems of so many columns have kernels without a fault; but of four candidates one never compiles, at
// one the compiler dies, and one is no source.
inline constexpr std::int64_t kCompileFaultsN = 88;
void go_wrong_compiling(const KernelSpec& spec, const DeviceProperties& device,
                        runtime::Source& source);

// The program, built beside the tests.
std::filesystem::path faulty_worker();

}  // namespace rbgp::test
