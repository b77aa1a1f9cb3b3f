// What a user would take instead, beside our best kernel, in one run and on the same input: the dense
// product of the vendor's library (in the dtype, and in tf32 for the peers that use it on floats), cuSPARSE in its formats,
// on the host Eigen. Arguments besides Google Benchmark's:
//   --sizes=4096           or MxKxN, several; 1024 on the host
//   --sparsities=50,75,87.5,93.75
//   --peers=csr,bsr4,bsr16,bsr32,bell32,bell64,bell128   none where it is empty; without the bsr in 16 bits
//   --dtype=f32   --layout=kn
//   --budget=15            seconds of tuning for our kernel at each sparsity; 0 leaves it out
//   --plans=FILE,FILE      kernels of plans, beside what is tuned
//   --kernels=FILE         kernels of a list (kernel_list.hpp), likewise
//   --device=auto
#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include <benchmark/benchmark.h>

#include <bench/arguments.hpp>
#include <bench/peers.hpp>
#include <bench/product_bench.hpp>
#include <rbgp/error.hpp>

namespace {

using namespace rbgp;

struct Selection {
  std::vector<double> sparsities;
  std::vector<bench::Peer> peers;
  std::vector<Plan> plans;
  double budget_seconds;
};

Selection parse(bench::Arguments& arguments, bool host) {
  const bool halves = dtype_bytes(parse_dtype(arguments["dtype"])) == 2;
  Selection selection;
  for (const std::string& text : bench::split(arguments["sparsities"]))
    selection.sparsities.push_back(bench::parse_number(text));
  const std::string all = host     ? "csr"
                          : halves ? "csr,bell32,bell64,bell128"
                                   : "csr,bsr4,bsr16,bsr32,bell32,bell64,bell128";
  for (const std::string& text :
       bench::split(arguments["peers"] == "all" ? all : arguments["peers"]))
    selection.peers.push_back(bench::Peer::parse(text));
  for (const std::string& file : bench::split(arguments["plans"]))
    selection.plans.push_back(Plan::load(file));
  selection.budget_seconds = bench::parse_number(arguments["budget"]);
  return selection;
}

void register_all(bench::ProductBench& suite, const Selection& selection) {
  // The arithmetic of our kernels, and those of peers that differ.
  std::set<Dtype> arithmetics = {suite.problem().dtype};
  for (const bench::Peer& peer : selection.peers)
    arithmetics.insert(peer.arithmetic(suite.problem().dtype));
  for (const Dtype arithmetic : arithmetics) suite.register_dense(arithmetic);
  for (const double sparsity : selection.sparsities) {
    for (const bench::Peer& peer : selection.peers) bench::register_peer(suite, peer, sparsity);
    if (selection.budget_seconds > 0)
      suite.tune_and_register(
          {.sparsity_percent = sparsity, .budget_seconds = selection.budget_seconds});
  }
  for (const Plan& plan : selection.plans) suite.register_plan(plan);
}

}  // namespace

int main(int argc, char** argv) {
  bench::Arguments arguments = {{"sizes", ""},      {"sparsities", "50,75,87.5,93.75"},
                                {"peers", "all"},   {"budget", "15"},
                                {"plans", ""},      {"kernels", ""},
                                {"device", "auto"}, {"dtype", "f32"},
                                {"layout", "kn"}};
  bench::take_arguments(argc, argv, arguments);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  try {
    const Device device = Device::select(arguments["device"]);
    bench::add_context(device, parse_dtype(arguments["dtype"]));
    const bool host = device.kind() == DeviceKind::host;
    const Selection selection = parse(arguments, host);
    if (arguments["sizes"].empty()) arguments["sizes"] = host ? "1024" : "4096";
    std::vector<Problem> problems;
    for (const std::string& text : bench::split(arguments["sizes"]))
      problems.push_back(bench::with_choices(bench::parse_problem(text), arguments));
    for (const Plan& plan : selection.plans) {
      const Problem& wanted = plan.spec.problem;
      require(std::find(problems.begin(), problems.end(), wanted) != problems.end(),
              ErrorCode::invalid_argument, "a plan is for {} x {} x {}, which is not among --sizes",
              wanted.m, wanted.k, wanted.n);
    }
    std::vector<std::unique_ptr<bench::ProductBench>> suites;
    for (const Problem& problem : problems) {
      suites.push_back(std::make_unique<bench::ProductBench>("peers", problem, device));
      register_all(*suites.back(), selection);
      suites.back()->register_kernels(arguments["kernels"]);
    }
    benchmark::RunSpecifiedBenchmarks();
  } catch (const Error& error) {
    return bench::report_error("bench_peers", error);
  }
  return 0;
}
