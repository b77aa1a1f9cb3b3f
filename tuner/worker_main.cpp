// rbgp-worker: see worker_program.hpp.
#include <tuner/worker_program.hpp>

int main(int argc, char** argv) { return rbgp::run_worker(argc, argv); }
