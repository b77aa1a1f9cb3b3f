#include <cli/tune_network.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <cli/json_fields.hpp>
#include <cli/option_checks.hpp>
#include <cli/stop_signal.hpp>
#include <cli/sweep.hpp>
#include <cli/table.hpp>
#include <cli/tune_report.hpp>
#include <cli/wisdom_files.hpp>
#include <pipe/output_file.hpp>
#include <rbgp/error.hpp>
#include <rbgp/explain.hpp>

namespace rbgp::cli {
namespace {

namespace fs = std::filesystem;

// Layers with the same product, and what came of it.
struct LayerGroup {
  Problem problem;
  bool dense = false;
  std::vector<std::string> names;
  std::vector<std::string> space;  // describe_space
  std::optional<TuneResult> result;

  // What the layer takes: a dense one's time is that of the dense product.
  double layer_ms() const {
    const Plan& plan = result->plan;
    return dense ? plan.dense_ms : plan.median_ms;
  }
};

std::vector<LayerGroup> groups_of(const NetworkSweep& sweep) {
  std::vector<LayerGroup> groups;
  for (const NetworkLayer& layer : sweep.network.layers) {
    Problem problem = layer_problem(layer, sweep.batch, sweep.request.problem.dtype);
    problem.layout = sweep.request.problem.layout;
    problem.epilogue = sweep.request.problem.epilogue;
    auto found = std::find_if(groups.begin(), groups.end(), [&](const LayerGroup& group) {
      return group.problem == problem && group.dense == layer.dense;
    });
    if (found == groups.end())
      found = groups.insert(groups.end(), {.problem = problem, .dense = layer.dense});
    found->names.push_back(layer.name);
  }
  return groups;
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  require(fs::is_directory(folder), ErrorCode::io, "{}: no folder can be made there: {}",
          folder.string(), error ? error.message() : "it is a file");
}

// How much is left, without what removed the rest.
std::string in_short(const std::vector<std::string>& space) {
  std::string text;
  for (const std::string& line : space)
    text += (text.empty() ? "" : "; ") + line.substr(0, line.find(';'));
  return text;
}

// All that is wanted of a dense layer is the dense product's time: the one candidate is any.
TuneRequest dense_request(TuneRequest request) {
  request.config = Rbgp4Config{BaseGraphConfig::complete(1, request.problem.k),
                               BaseGraphConfig::complete(request.problem.m, 1),
                               {},
                               {}};
  request.max_candidates = 1;
  request.family.clear();
  request.bounds = {};
  request.journal.clear();
  return request;
}

fs::path plan_file(const NetworkSweep& sweep, const std::string& layer) {
  return sweep.plans / (layer + ".json");
}

fs::path journal_file(const NetworkSweep& sweep, const std::string& layer) {
  return sweep.journals / (layer + ".jsonl");
}

// Wisdom is read and written beside the layers' own files. Looked at before any of them is made.
void require_files_apart(const NetworkSweep& sweep) {
  const NamedFile wisdom = {"--wisdom", wisdom_to_write(sweep.wisdom)};
  for (const NetworkLayer& layer : sweep.network.layers) {
    require_unlike({"--out", plan_file(sweep, layer.name).string()}, {wisdom});
    if (!sweep.journals.empty())
      require_unlike({"--journal", journal_file(sweep, layer.name).string()}, {wisdom});
  }
}

void require_a_journal(const NetworkSweep& sweep) {
  const std::vector<NetworkLayer>& layers = sweep.network.layers;
  const bool any = std::any_of(layers.begin(), layers.end(), [&](const NetworkLayer& layer) {
    return has_line(journal_file(sweep, layer.name).string());
  });
  require(
      any, ErrorCode::io,
      "--resume: {}: there is no layer's journal to resume; without --resume a sweep begins them",
      sweep.journals.string());
}

class NetworkTuner {
 public:
  explicit NetworkTuner(const NetworkSweep& sweep)
      : sweep_(sweep), groups_(groups_of(sweep)), wisdom_(sweep.wisdom) {}

  void run() {
    prepare_folders();
    const TuneRequest& request = sweep_.request;
    if (const std::string measured = measure_device_once(request.device, request.problem.dtype);
        !measured.empty())
      fmt::print(stderr, "{}\n", measured);
    describe_spaces();
    for (std::size_t i = 0; i < groups_.size() && !stop_.requested(); ++i) tune_group(i);
    require(has_come_to_anything(), ErrorCode::internal,
            "interrupted before a candidate was measured; no plan written");
    if (sweep_.json)
      print_json(report_json());
    else
      fmt::print("{}", report_text());
  }

 private:
  // A plan, or where all layers are left dense a time: without an interruption there always is one.
  bool has_come_to_anything() const {
    const bool all_dense = std::all_of(groups_.begin(), groups_.end(),
                                       [](const LayerGroup& group) { return group.dense; });
    return std::any_of(groups_.begin(), groups_.end(), [&](const LayerGroup& group) {
      return group.result.has_value() && (all_dense || !group.dense);
    });
  }

  void prepare_folders() const {
    make_folder(sweep_.plans);
    if (!sweep_.journals.empty()) make_folder(sweep_.journals);
    for (const LayerGroup& group : groups_)
      for (const std::string& name : group.names)
        if (!group.dense) OutputFile::require_writable(plan_file(sweep_, name));
  }

  // An equal share of what is left of the budget, for this group and each of the sparse ones after it.
  double share(std::size_t from) const {
    const auto left =
        std::count_if(groups_.begin() + static_cast<std::ptrdiff_t>(from), groups_.end(),
                      [](const LayerGroup& group) { return !group.dense; });
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin_;
    // Whatever was used up, each layer gets its one candidate.
    const double rest = sweep_.request.budget_seconds - elapsed.count();
    return std::max(rest / static_cast<double>(std::max<std::ptrdiff_t>(left, 1)), 1e-3);
  }

  static Error of_layer(const Error& error, const LayerGroup& group) {
    return Error(error.code(), fmt::format("layer {}: {}", group.names[0], error.what()),
                 error.detail());
  }

  // Before any is tuned: a layer that cannot be is not to be found hours later.
  void describe_spaces() {
    for (LayerGroup& group : groups_) {
      if (group.dense) continue;
      TuneRequest request = sweep_.request;
      request.problem = group.problem;
      try {
        group.space = describe_space(request);
      } catch (const Error& error) {
        throw of_layer(error, group);
      }
      fmt::print(sweep_.json ? stderr : stdout, "space: {}: {}\n", group.names[0],
                 in_short(group.space));
    }
    std::fflush(stdout);
  }

  void tune_group(std::size_t i) {
    LayerGroup& group = groups_[i];
    TuneRequest request = sweep_.request;
    request.problem = group.problem;
    request.budget_seconds = share(i);
    request.begin = std::chrono::steady_clock::now();
    if (!sweep_.journals.empty()) request.journal = journal_file(sweep_, group.names[0]).string();
    if (group.dense)
      request = dense_request(request);
    else
      begin_with_known(request, sweep_.wisdom);
    fmt::print(stderr, "layer {} ({} of {}): {}\n", fmt::join(group.names, ", "), i + 1,
               groups_.size(), group.problem.to_string());
    try {
      request.space = group.space;
      group.result = sweep(request, stop_);
    } catch (const Error& error) {
      if (stop_.requested() && error.code() == ErrorCode::internal) return;
      throw of_layer(error, group);
    }
    require(!group.dense || group.result->plan.dense_ms > 0, ErrorCode::launch_failed,
            "layer {} is dense, and its time is not known: {}", group.names[0],
            fmt::join(group.result->notes, "; "));
    if (group.dense) return;
    wisdom_.keep(request, *group.result);
    for (const std::string& name : group.names) group.result->plan.save(plan_file(sweep_, name));
  }

  // The network's own order, each layer by its name.
  template <typename Visit>
  void visit_layers(const Visit& visit) const {
    for (const NetworkLayer& layer : sweep_.network.layers)
      for (const LayerGroup& group : groups_)
        if (std::find(group.names.begin(), group.names.end(), layer.name) != group.names.end())
          visit(layer, group);
  }

  struct Sum {
    double layers_ms = 0;
    double dense_ms = 0;
    std::size_t layers = 0;
    std::size_t untuned = 0;
    bool disturbed = false;  // by the times of one of them
    double speedup() const { return layers_ms > 0 ? dense_ms / layers_ms : 0; }
  };

  Sum sum() const {
    Sum sum;
    visit_layers([&](const NetworkLayer&, const LayerGroup& group) {
      if (!group.result) {
        ++sum.untuned;
        return;
      }
      ++sum.layers;
      sum.disturbed = sum.disturbed || group.result->disturbed;
      sum.layers_ms += group.layer_ms();
      sum.dense_ms += group.result->plan.dense_ms;
    });
    return sum;
  }

  std::string report_text() const {
    using Align = Table::Align;
    Table table({{"layer", Align::left},
                 {"product", Align::left},
                 {"ms", Align::right},
                 {"dense ms", Align::right},
                 {"x dense", Align::right},
                 {"gap", Align::right},
                 {"configuration", Align::left}});
    const auto row = [&](const std::string& name, const std::string& product, double ms,
                         double dense_ms, bool disturbed, const std::string& gap,
                         const std::string& config) {
      const char* mark = disturbed ? "?" : "";
      table.add_row({name, product, fmt::format("{:.4g}{}", ms, mark),
                     fmt::format("{:.4g}{}", dense_ms, mark),
                     fmt::format("{:.2f}{}", dense_ms / ms, mark), gap, config});
    };
    visit_layers([&](const NetworkLayer& layer, const LayerGroup& group) {
      if (!group.result) {
        table.add_row({layer.name, group.problem.to_string(), "-", "-", "-", "-", "not tuned"});
        return;
      }
      const Plan& plan = group.result->plan;
      const CandidateResult& chosen = group.result->ranking[group.result->chosen];
      row(layer.name, group.problem.to_string(), group.layer_ms(), plan.dense_ms,
          group.result->disturbed, group.dense ? "-" : fmt::format("{:.3f}", chosen.spectral_gap),
          group.dense ? "left dense" : chosen.config.to_string());
    });
    const Sum all = sum();
    row("sum", fmt::format("{} layers", all.layers), all.layers_ms, all.dense_ms, all.disturbed, "",
        "");
    std::string text = table.text() + "\n";
    if (all.disturbed)
      text += "?: the machine was too busy for these times, and the sums, to be relied on\n";
    for (const LayerGroup& group : groups_)
      if (group.result && !group.dense)
        for (const std::string& note : group.result->notes)
          text += fmt::format("note: {}: {}\n", group.names[0], note);
    if (all.untuned > 0)
      text += fmt::format("interrupted: {} layers are not tuned and not in the sum\n", all.untuned);
    return text + fmt::format("plans: {}\n", sweep_.plans.string());
  }

  Json report_json() const {
    Json layers = Json::array();
    visit_layers([&](const NetworkLayer& layer, const LayerGroup& group) {
      Json json = {{"name", layer.name},
                   {"problem", problem_json(group.problem)},
                   {"dense", group.dense},
                   {"tuned_as", group.names[0]},
                   {"measured", group.result.has_value()}};
      if (group.result) {
        json["median_ms"] = group.layer_ms();
        json["dense_ms"] = group.result->plan.dense_ms;
        json["speedup"] = group.result->plan.dense_ms / group.layer_ms();
        json.update(finals_json(*group.result));
      }
      if (group.result && !group.dense) {
        const CandidateResult& chosen = group.result->ranking[group.result->chosen];
        json["config"] = chosen.config.to_string();
        json["spectral_gap"] = chosen.spectral_gap;
        json["candidates"] = group.result->ranking.size();
        json["notes"] = group.result->notes;
        json["space"] = group.space;
        json["pruned"] = group.result->pruned;
        json["plan"] = plan_file(sweep_, layer.name).string();
      }
      layers.push_back(std::move(json));
    });
    const Sum all = sum();
    return {{"network", sweep_.network.name},
            {"device", sweep_.request.device.text()},
            {"interrupted", stop_.requested().load()},
            {"layers", std::move(layers)},
            {"sum",
             {{"layers", all.layers},
              {"median_ms", all.layers_ms},
              {"dense_ms", all.dense_ms},
              {"speedup", all.speedup()},
              {"disturbed", all.disturbed}}}};
  }

  const NetworkSweep& sweep_;
  std::vector<LayerGroup> groups_;
  WisdomFile wisdom_;
  StopSignal stop_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

void tune_network(const NetworkSweep& sweep) {
  require_files_apart(sweep);
  if (sweep.resume) require_a_journal(sweep);
  NetworkTuner(sweep).run();
}

}  // namespace rbgp::cli
