#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include <cli/network.hpp>
#include <pipe/json_problem.hpp>
#include <rbgp/error.hpp>

namespace rbgp::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kVersion = 1;

fs::path networks_folder() {
  // Read once at start-up, by one thread.
  if (const char* data = std::getenv("RBGP_DATA"); data != nullptr && *data != '\0') {
    const fs::path folder = fs::path(data) / "networks";
    require(fs::is_directory(folder), ErrorCode::io, "RBGP_DATA is '{}', and there is no folder {}",
            data, folder.string());
    return folder;
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path beside = program.parent_path().parent_path() / "share/rbgp/networks";
  for (const fs::path& folder : {beside, fs::path(RBGP_SOURCE_DATA) / "networks"})
    if (fs::is_directory(folder, error)) return folder;
  fail(ErrorCode::io, "no folder {}; set RBGP_DATA to the data folder of rbgp", beside.string());
}

std::vector<std::string> network_names(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::int64_t positive(const json& layer, const char* field) {
  const auto value = layer.at(field).get<std::int64_t>();
  require(value >= 1, ErrorCode::invalid_argument, "{} of layer {} is {}; allowed are sizes from 1",
          field, layer.at("name").get<std::string>(), value);
  return value;
}

NetworkLayer parse_layer(const json& layer) {
  return {.name = layer.at("name").get<std::string>(),
          .kind = layer.at("kind").get<std::string>(),
          .m = positive(layer, "m"),
          .k = positive(layer, "k"),
          .n = positive(layer, "n"),
          .batch = positive(layer, "batch"),
          .dense = layer.at("dense").get<bool>()};
}

Network parse_network(std::istream& stream) {
  const json whole = json::parse(stream);
  const auto version = whole.at("version").get<int>();
  require(version == kVersion, ErrorCode::invalid_argument, "version is {}; allowed is {}", version,
          kVersion);
  Network network{.name = whole.at("name").get<std::string>(), .layers = {}};
  for (const json& layer : whole.at("layers")) network.layers.push_back(parse_layer(layer));
  return network;
}

}  // namespace

std::string Network::layer_names() const {
  std::string names;
  for (const NetworkLayer& each : layers) names += (names.empty() ? "" : ", ") + each.name;
  return names;
}

const NetworkLayer& Network::layer(std::string_view layer_name) const {
  for (const NetworkLayer& each : layers)
    if (each.name == layer_name) return each;
  fail(ErrorCode::invalid_argument, "--layer: {} has no layer '{}'; its layers are {}", name,
       layer_name, layer_names());
}

Network load_network(const std::string& name) {
  const fs::path folder = networks_folder();
  const std::vector<std::string> names = network_names(folder);
  require(std::find(names.begin(), names.end(), name) != names.end(), ErrorCode::invalid_argument,
          "--network: '{}' is not known; known are {}", name, fmt::join(names, ", "));
  const fs::path file = folder / (name + ".json");
  std::ifstream stream(file);
  require(stream.is_open(), ErrorCode::io, "{}: cannot be read", file.string());
  try {
    return parse_network(stream);
  } catch (const json::exception& error) {
    fail(ErrorCode::invalid_argument, "{}: {}", file.string(), json_problem(error));
  } catch (const Error& error) {
    fail(error.code(), "{}: {}", file.string(), error.what());
  }
}

Problem layer_problem(const NetworkLayer& layer, std::int64_t batch, Dtype dtype) {
  require(layer.n % layer.batch == 0, ErrorCode::invalid_argument,
          "layer {}: n = {} is no multiple of its batch {}", layer.name, layer.n, layer.batch);
  const std::int64_t images = batch == 0 ? layer.batch : batch;
  return {.m = layer.m, .k = layer.k, .n = layer.n / layer.batch * images, .dtype = dtype};
}

}  // namespace rbgp::cli
