// rbgp-worker with faults: see faults.hpp.
#include <support/faults.hpp>
#include <tuner/worker_program.hpp>

int main(int argc, char** argv) {
  const auto plant_fault = [](const rbgp::KernelSpec& spec, const rbgp::DeviceProperties& device,
                              rbgp::runtime::Source& source) {
    rbgp::test::go_wrong_compiling(spec, device, source);
    if (const rbgp::test::Fault* fault = rbgp::test::planted_fault(spec, device))
      rbgp::test::plant(*fault, spec, source);
  };
  return rbgp::run_worker(argc, argv, {.alter_source = plant_fault});
}
