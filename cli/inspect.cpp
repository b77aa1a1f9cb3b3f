#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <streambuf>
#include <string_view>

#include <cli/commands.hpp>
#include <cli/json_fields.hpp>
#include <cli/option_checks.hpp>
#include <cli/output_file.hpp>
#include <cli/table.hpp>
#include <rbgp/error.hpp>
#include <rbgp/graph_export.hpp>
#include <rbgp/picture.hpp>
#include <rbgp/plan.hpp>

namespace rbgp::cli {
namespace {

constexpr std::int64_t kIndexBytes = 4;

struct InspectOptions {
  std::string subject;
  std::uint64_t seed = 1;
  bool json = false;
  // Files to write.
  std::optional<std::string> svg, graphml, dot, mtx;
  std::string
      graph;  // that graphml, dot and mtx hold: "go", "gr", "gi", "gb", or "w" for mtx alone
};

struct GraphFacts {
  const char* name = "";
  BaseGraphConfig sizes;
  Spectrum spectrum;
};

struct Facts {
  Rbgp4Pattern pattern;
  Rbgp4Config config;
  std::uint64_t seed = 1;
  std::optional<Plan> plan;
  std::int64_t rows = 0;  // of W: a padded pattern has more
  std::int64_t cols = 0;
  std::int64_t nonzeros = 0;
  std::int64_t value_bytes = 0;
  std::int64_t index_bytes = 0;               // adjacency of the four base graphs
  std::int64_t unstructured_index_bytes = 0;  // a column index for every non-zero
  std::array<GraphFacts, 5> graphs{};         // Go, Gr, Gi, Gb, W
};

double ramanujan_bound(std::int64_t left_degree, std::int64_t right_degree) {
  return std::sqrt(static_cast<double>(left_degree - 1)) +
         std::sqrt(static_cast<double>(right_degree - 1));
}

// All rows of a complete graph's biadjacency matrix are equal, so that its rank is one.
Spectrum complete_spectrum(const BaseGraphConfig& sizes) {
  return {.sigma1 = std::sqrt(static_cast<double>(sizes.left) * static_cast<double>(sizes.right)),
          .sigma2 = 0,
          .bound = ramanujan_bound(sizes.right, sizes.left),
          .ramanujan = true,
          .connected = true};
}

// Singular values of a tensor product are the products of its factors' (paper section 4): the second
// largest swaps the factor of the largest ratio to its second.
GraphFacts product_facts(const Rbgp4Config& config, const std::array<GraphFacts, 5>& graphs) {
  const BaseGraphConfig sizes{config.rows(), config.cols(), config.nnz_per_row()};
  Spectrum product{.sigma1 = 1, .sigma2 = 0, .bound = 0, .ramanujan = false, .connected = true};
  double ratio = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    product.sigma1 *= graphs[i].spectrum.sigma1;
    product.connected = product.connected && graphs[i].spectrum.connected;
    ratio = std::max(ratio, graphs[i].spectrum.ratio());
  }
  product.sigma2 = product.sigma1 * ratio;
  product.bound = ramanujan_bound(sizes.left_degree, sizes.right_degree());
  constexpr double kRounding = 1e-9;
  product.ramanujan = product.sigma2 <= product.bound + kRounding * product.sigma1;
  return {"W", sizes, product};
}

Facts facts_of(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols, Dtype dtype) {
  const Rbgp4Config& config = pattern.config();
  Facts facts;
  facts.pattern = pattern;
  facts.config = config;
  facts.rows = rows;
  facts.cols = cols;
  facts.graphs[0] = {"Go", config.go, pattern.go().spectrum()};
  facts.graphs[1] = {"Gr", config.gr, complete_spectrum(config.gr)};
  facts.graphs[2] = {"Gi", config.gi, pattern.gi().spectrum()};
  facts.graphs[3] = {"Gb", config.gb, complete_spectrum(config.gb)};
  facts.graphs[4] = product_facts(config, facts.graphs);
  facts.nonzeros = rows * config.nnz_per_row();
  facts.value_bytes = facts.nonzeros * dtype_bytes(dtype);
  for (std::size_t i = 0; i < 4; ++i)
    facts.index_bytes += facts.graphs[i].sizes.edges() * kIndexBytes;
  facts.unstructured_index_bytes = facts.nonzeros * kIndexBytes;
  return facts;
}

Facts gather_facts(const InspectOptions& options) {
  const std::string& subject = options.subject;
  if (!std::filesystem::exists(subject) && subject.find('=') != std::string::npos) {
    const Rbgp4Config config = Rbgp4Config::parse(subject);
    Facts facts = facts_of(Rbgp4Pattern::sample(config, options.seed), config.rows(), config.cols(),
                           Dtype::f32);
    facts.seed = options.seed;
    return facts;
  }
  require(std::filesystem::exists(subject), ErrorCode::io,
          "'{}' is neither a plan's file nor a configuration such as "
          "go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1",
          subject);
  Plan plan = Plan::load(subject);
  const Problem& problem = plan.spec.problem;
  Facts facts = facts_of(plan.spec.pattern, problem.m, problem.k, problem.dtype);
  facts.seed = plan.seed;
  facts.plan = std::move(plan);
  return facts;
}

Json graph_json(const GraphFacts& graph) {
  return {{"left", graph.sizes.left},
          {"right", graph.sizes.right},
          {"left_degree", graph.sizes.left_degree},
          {"right_degree", graph.sizes.right_degree()},
          {"edges", graph.sizes.edges()},
          {"sparsity", graph.sizes.sparsity()},
          {"sigma1", graph.spectrum.sigma1},
          {"sigma2", graph.spectrum.sigma2},
          {"spectral_gap", 1 - graph.spectrum.ratio()},
          {"bound", graph.spectrum.bound},
          {"ramanujan", graph.spectrum.ramanujan},
          {"connected", graph.spectrum.connected}};
}

Json facts_json(const Facts& facts) {
  Json json = {{"config", facts.config.to_string()},
               {"seed", facts.seed},
               {"rows", facts.rows},
               {"cols", facts.cols},
               {"nnz_per_row", facts.config.nnz_per_row()},
               {"nonzeros", facts.nonzeros},
               {"base_graphs", Json::object()}};
  for (std::size_t i = 0; i < 4; ++i) {
    static constexpr std::array kKeys = {"go", "gr", "gi", "gb"};
    json["base_graphs"][kKeys[i]] = graph_json(facts.graphs[i]);
  }
  json["product"] = graph_json(facts.graphs[4]);
  json["bytes"] = {{"values", facts.value_bytes},
                   {"index", facts.index_bytes},
                   {"unstructured_index", facts.unstructured_index_bytes}};
  if (!facts.plan) return json;
  const Plan& plan = *facts.plan;
  json["problem"] = to_json(plan.spec.problem);
  json["kernel"] = to_json(plan.spec.kernel);
  json["device"] = to_json(plan.device);
  json["measured"] = {{"median_ms", plan.median_ms},
                      {"dense_ms", plan.dense_ms},
                      {"dense_library", plan.dense_library}};
  return json;
}

std::string graphs_text(const Facts& facts) {
  using Align = Table::Align;
  Table table({{"graph", Align::left},
               {"size", Align::right},
               {"dl", Align::right},
               {"dr", Align::right},
               {"edges", Align::right},
               {"sparsity", Align::right},
               {"sigma1", Align::right},
               {"sigma2", Align::right},
               {"bound", Align::right},
               {"gap", Align::right},
               {"Ramanujan", Align::left},
               {"connected", Align::left}});
  for (const GraphFacts& graph : facts.graphs) {
    const auto [left, right, left_degree] = graph.sizes;
    const Spectrum& spectrum = graph.spectrum;
    table.add_row(
        {graph.name, fmt::format("{}x{}", left, right), fmt::format("{}", left_degree),
         fmt::format("{}", graph.sizes.right_degree()), fmt::format("{}", graph.sizes.edges()),
         fmt::format("{:.6g} %", 100 * graph.sizes.sparsity()),
         fmt::format("{:.4f}", spectrum.sigma1), fmt::format("{:.4f}", spectrum.sigma2),
         fmt::format("{:.4f}", spectrum.bound), fmt::format("{:.4f}", 1 - spectrum.ratio()),
         spectrum.ramanujan ? "yes" : "no", spectrum.connected ? "yes" : "no"});
  }
  return table.text();
}

std::string plan_text(const Plan& plan) {
  const Problem& problem = plan.spec.problem;
  std::string text = fmt::format("plan: {} x {} x {} {}, {}, on {} ({})", problem.m, problem.k,
                                 problem.n, to_string(problem.dtype), plan.spec.kernel.to_string(),
                                 plan.device.name, plan.device.arch);
  if (plan.median_ms > 0) text += fmt::format(", {:.4g} ms", plan.median_ms);
  if (plan.dense_ms > 0) text += fmt::format(", dense {:.4g} ms", plan.dense_ms);
  return text + "\n";
}

// A file as a stream's buffer: what writes a graph needs no more memory for its text than this.
class FileBuffer : public std::streambuf {
 public:
  explicit FileBuffer(const std::string& target) : file_(target) { clear(); }

  void commit() {
    send();
    file_.commit();
  }

 private:
  void clear() { setp(buffer_.data(), buffer_.data() + buffer_.size()); }
  void send() {
    file_.write(pbase(), static_cast<std::size_t>(pptr() - pbase()));
    clear();
  }
  int_type overflow(int_type next) override {
    send();
    if (traits_type::eq_int_type(next, traits_type::eof())) return traits_type::not_eof(next);
    return sputc(traits_type::to_char_type(next));
  }

  std::array<char, 1 << 16> buffer_{};
  OutputFile file_;
};

template <typename Write>
void write_file(const std::optional<std::string>& target, const Write& write) {
  if (!target) return;
  FileBuffer file(*target);
  std::ostream out(&file);
  out.exceptions(std::ios::badbit);  // passes on what the file throws
  write(out);
  file.commit();
}

void check_files(const InspectOptions& options) {
  const bool base_graph_only = options.graphml || options.dot;
  const bool graph_file = base_graph_only || options.mtx;
  require(options.graph.empty() || graph_file, ErrorCode::invalid_argument,
          "--graph: says what --graphml, --dot or --mtx writes; give one of them");
  require(!options.graph.empty() || !graph_file, ErrorCode::invalid_argument,
          "--graph: must say what to write, go, gr, gi or gb (for --mtx also w, the whole mask)");
  require(options.graph != "w" || !base_graph_only, ErrorCode::invalid_argument,
          "--graph w: the whole mask can only go to --mtx; choose go, gr, gi or gb");
  // Before sampling, which may take long.
  for (const auto* target : {&options.svg, &options.graphml, &options.dot, &options.mtx})
    if (*target) OutputFile::require_writable(**target);
}

void write_files(const InspectOptions& options, const Facts& facts) {
  write_file(options.svg, [&](std::ostream& out) {
    const std::string note = fmt::format("seed {}", facts.seed);
    out << svg_picture(facts.pattern, {.rows = facts.rows, .cols = facts.cols, .note = note});
  });
  if (options.graph == "w") {
    write_file(options.mtx, [&](std::ostream& out) {
      write_matrix_market(out, facts.pattern, facts.rows, facts.cols);
    });
  } else if (!options.graph.empty()) {
    const BaseGraph graph = base_graph(facts.pattern, options.graph);
    const std::string label =
        fmt::format("{} of {}, seed {}", options.graph, facts.config.to_string(), facts.seed);
    write_file(options.graphml, [&](std::ostream& out) { write_graphml(out, graph, label); });
    write_file(options.dot, [&](std::ostream& out) { write_dot(out, graph, label); });
    write_file(options.mtx, [&](std::ostream& out) { write_matrix_market(out, graph, label); });
  }
}

void run_inspect(const InspectOptions& options) {
  check_files(options);
  const Facts facts = gather_facts(options);
  write_files(options, facts);
  if (options.json) {
    print_json(facts_json(facts));
    return;
  }
  fmt::print("{}, seed {}\n", facts.config.to_string(), facts.seed);
  if (facts.plan) fmt::print("{}", plan_text(*facts.plan));
  fmt::print("\n{}\n", graphs_text(facts));
  fmt::print("W: {} x {}, {} non-zeros, {} a row\n", facts.rows, facts.cols, facts.nonzeros,
             facts.config.nnz_per_row());
  fmt::print("bytes: {} of values, {} of index data ({} with a column index a non-zero)\n",
             facts.value_bytes, facts.index_bytes, facts.unstructured_index_bytes);
}

}  // namespace

void add_inspect(CLI::App& app) {
  auto options = std::make_shared<InspectOptions>();
  CLI::App* command =
      app.add_subcommand("inspect", "Sizes, spectra and memory of a plan or a configuration");
  command->add_option("subject", options->subject, "Plan or configuration")->required();
  command->add_option("--seed", options->seed, "Seed of a configuration's base graphs")
      ->capture_default_str()
      ->check(seed_check());
  command->add_flag("--json", options->json, "Print one JSON object");
  command->add_option("--svg", options->svg, "Draw mask, base graphs and spectra into this file");
  command
      ->add_option("--graph", options->graph,
                   "What --graphml, --dot and --mtx write: a base graph or, w, the mask")
      ->check(CLI::IsMember({"go", "gr", "gi", "gb", "w"}));
  command->add_option("--graphml", options->graphml, "Write the graph as GraphML");
  command->add_option("--dot", options->dot, "Write the graph for Graphviz");
  command->add_option("--mtx", options->mtx,
                      "Write the graph, or with --graph w the whole mask, as Matrix Market");
  command->callback([options] { run_inspect(*options); });
}

}  // namespace rbgp::cli
