#include <rbgp/plan.hpp>

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>

#include <generator/kernel_family.hpp>
#include <pipe/device_json.hpp>
#include <pipe/file_io.hpp>
#include <pipe/integer_field.hpp>
#include <pipe/json_problem.hpp>
#include <pipe/problem_json.hpp>
#include <rbgp/error.hpp>

namespace rbgp {
namespace {

using Json = nlohmann::ordered_json;

Json adjacency_json(const BaseGraph& graph) {
  Json rows = Json::array();
  for (std::int64_t u = 0; u < graph.config().left; ++u) {
    const auto row = graph.neighbours(u);
    rows.push_back(std::vector<std::int32_t>(row.begin(), row.end()));
  }
  return rows;
}

BaseGraph graph_from_json(const BaseGraphConfig& config, const Json& rows) {
  std::vector<std::int32_t> adjacency;
  require(static_cast<std::int64_t>(rows.size()) == config.left, ErrorCode::invalid_argument,
          "plan: a base graph has {} adjacency rows, its configuration {}", rows.size(),
          config.left);
  for (const Json& row : rows) {
    require(static_cast<std::int64_t>(row.size()) == config.left_degree,
            ErrorCode::invalid_argument,
            "plan: an adjacency row has {} entries, its configuration {}", row.size(),
            config.left_degree);
    for (const Json& entry : row) {
      // Checked before it is cut to 32 bits.
      const std::int64_t v = entry.is_number_integer() ? entry.get<std::int64_t>() : -1;
      require(v >= 0 && v < config.right, ErrorCode::invalid_argument,
              "plan: adjacency entry {} is no vertex from 0 to {}", entry.dump(), config.right - 1);
      adjacency.push_back(static_cast<std::int32_t>(v));
    }
  }
  return BaseGraph(config, std::move(adjacency));
}

// Sides that did not move are left out, and the whole field where none did.
Json order_json(const MatrixOrder& order) {
  Json json = Json::object();
  if (!order.rows.empty()) json["rows"] = order.rows;
  if (!order.cols.empty()) json["cols"] = order.cols;
  return json;
}

std::vector<std::int64_t> order_side(const Json& json, const char* side) {
  std::vector<std::int64_t> order;
  if (!json.contains(side)) return order;
  for (const Json& entry : json.at(side)) {
    // A fraction would be cut without a word.
    require(entry.is_number_integer(), ErrorCode::invalid_argument,
            "plan: order.{} has the entry {}, which is no integer", side, entry.dump());
    order.push_back(entry.get<std::int64_t>());
  }
  return order;
}

MatrixOrder order_from_json(const Json& plan, const Problem& problem) {
  if (!plan.contains("order")) return {};
  const Json& json = plan.at("order");
  require(json.is_object(), ErrorCode::invalid_argument, "plan: order is {}, no object",
          json.dump());
  const MatrixOrder order{order_side(json, "rows"), order_side(json, "cols")};
  try {
    order.validate(problem.m, problem.k);
  } catch (const Error& error) {
    fail(error.code(), "plan: {}", error.what());
  }
  return order;
}

// In the range of all families, this build's or not: which names and values a family takes is looked at where it is
// asked for a kernel, so that wisdom of another version still reads.
std::map<std::string, std::int64_t> tunables_from_json(const Json& json) {
  std::map<std::string, std::int64_t> tunables;
  for (const auto& [name, unused] : json.items()) {
    const std::int64_t value = integer_field(json, name.c_str());
    require_tunable_in_range(name, value);
    tunables[name] = value;
  }
  return tunables;
}

double time_from_json(const Json& measured, const char* field) {
  const double ms = measured.at(field).get<double>();
  require(std::isfinite(ms) && ms >= 0, ErrorCode::invalid_argument,
          "measured: {} is {}; it is a time in milliseconds, 0 where it was not measured", field,
          ms);
  return ms;
}

std::uint64_t seed_from_json(const Json& seed) {
  require(seed.is_number_unsigned(), ErrorCode::invalid_argument,
          "seed is {}; it is a whole number from 0 to {}", seed.dump(), UINT64_MAX);
  return seed.get<std::uint64_t>();
}

// Tunables that the family has got since then have their first values: what its kernels were before.
void add_new_tunables(KernelConfig& kernel, const DeviceProperties& device) {
  for (const KernelFamily& family : kernel_families())
    if (family.name == kernel.family)
      for (const Tunable& tunable : family.tunables(device))
        kernel.tunables.try_emplace(tunable.name, tunable.values.front());
}

Plan read_plan(const Json& json) {
  require(json.is_object() && json.contains("version"), ErrorCode::invalid_argument,
          "not a plan: it has no version");
  const std::int64_t version = integer_field(json, "version");
  require(version == Plan::kVersion, ErrorCode::invalid_argument,
          "plan of version {}: this build reads version {}; tune again", version, Plan::kVersion);
  const Json& pattern = json.at("pattern");
  const Json& measured = json.at("measured");
  const Rbgp4Config config = Rbgp4Config::parse(pattern.at("config").get<std::string>());
  Plan plan{.spec = {.problem = problem_from_json(json.at("problem")),
                     .pattern = Rbgp4Pattern(config, graph_from_json(config.go, pattern.at("go")),
                                             graph_from_json(config.gi, pattern.at("gi"))),
                     .kernel = {.family = json.at("kernel").at("family").get<std::string>(),
                                .tunables = tunables_from_json(json.at("kernel").at("tunables"))}}};
  plan.seed = seed_from_json(pattern.at("seed"));
  plan.device = device_from_json(json.at("device"));
  add_new_tunables(plan.spec.kernel, plan.device);
  plan.median_ms = time_from_json(measured, "median_ms");
  plan.dense_ms = time_from_json(measured, "dense_ms");
  plan.dense_library = measured.at("dense_library").get<std::string>();
  const Problem& sizes = plan.spec.problem;
  require(sizes.m >= 1 && sizes.k >= 1 && sizes.n >= 1 && sizes.m <= config.rows() &&
              sizes.k <= config.cols(),
          ErrorCode::invalid_argument,
          "plan: a {} x {} x {} problem does not lie on the pattern {}", sizes.m, sizes.k, sizes.n,
          config.to_string());
  plan.order = order_from_json(json, sizes);
  return plan;
}

}  // namespace

KernelSpec apply_order(KernelSpec spec, const MatrixOrder& order, const DeviceProperties& device) {
  Epilogue& epilogue = spec.problem.epilogue;
  if (!order.rows.empty()) epilogue.row_order = true;
  if (order.cols.empty() || epilogue.column_order) return spec;
  epilogue.column_order = true;
  const KernelFamily& family = find_family(spec.kernel.family);
  if (family.unsupported(shape_of(spec, device))) epilogue.column_order = false;
  return spec;
}

std::string Plan::to_json() const {
  Json json = {
      {"version", kVersion},
      {"problem", problem_json(spec.problem)},
      {"pattern",
       {{"config", spec.pattern.config().to_string()},
        {"seed", seed},
        {"go", adjacency_json(spec.pattern.go())},
        {"gi", adjacency_json(spec.pattern.gi())}}},
      {"kernel", {{"family", spec.kernel.family}, {"tunables", spec.kernel.tunables}}},
      {"device", device_json(device)},
      {"measured",
       {{"median_ms", median_ms}, {"dense_ms", dense_ms}, {"dense_library", dense_library}}}};
  if (!order.empty()) json["order"] = order_json(order);
  return json.dump() + "\n";
}

Plan Plan::from_json(std::string_view text) {
  try {
    return read_plan(Json::parse(text));
  } catch (const Json::exception& error) {
    fail(ErrorCode::invalid_argument, "not a plan: {}", json_problem(error));
  }
}

void Plan::save(const std::filesystem::path& file) const { write_whole(file, to_json()); }

Plan Plan::load(const std::filesystem::path& file) {
  const std::string text = read_whole(file);
  try {
    return from_json(text);
  } catch (const Error& error) {
    fail(error.code(), "{}: {}", file.string(), error.what());
  }
}

}  // namespace rbgp
