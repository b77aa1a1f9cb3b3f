#include <rbgp/search_bounds.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <generator/base_graph_config.hpp>
#include <rbgp/error.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {
namespace {

struct Part {
  std::string_view name;
  std::optional<BaseGraphConfig> SearchBounds::* graph;
  bool is_complete;
};
constexpr std::array kParts = {
    Part{"go", &SearchBounds::go, false}, Part{"gr", &SearchBounds::gr, true},
    Part{"gi", &SearchBounds::gi, false}, Part{"gb", &SearchBounds::gb, true}};

void fix_part(SearchBounds& bounds, std::string_view text) {
  for (const Part& part : kParts) {
    if (text.substr(0, text.find('=')) != part.name || text.find('=') == text.npos) continue;
    std::optional<BaseGraphConfig>& graph = bounds.*part.graph;
    require(!graph, ErrorCode::invalid_argument, "fixed parts: {} is there twice", part.name);
    graph =
        parse_base_graph(fmt::format("{}=", part.name), text.substr(part.name.size() + 1), false);
    require(!part.is_complete || graph->is_complete(), ErrorCode::invalid_argument,
            "{}: this base graph is complete, it takes no sparsity", text);
    return;
  }
  fail(ErrorCode::invalid_argument,
       "fixed parts: '{}' is none; write some of go=AxB@S,gr=Ax1,gi=AxB@S,gb=AxB", text);
}

}  // namespace

bool SearchBounds::any() const { return !to_string().empty(); }

void SearchBounds::fix(std::string_view text) {
  const bool is_printable =
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= ' ' && c < 127; });
  require(is_printable, ErrorCode::invalid_argument,
          "fixed parts: they have characters that are not printable ASCII");
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    fix_part(*this, text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (gr && gr->right != 1)
    fail(ErrorCode::invalid_argument,
         "fixed parts: gr={}: patterns are searched with one right vertex of Gr", gr->to_string());
}

std::string SearchBounds::to_string() const {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, value);
  };
  if (min_repetition != 0) add("min_repetition", fmt::format("{}", min_repetition));
  if (min_gi_share != 0) add("min_gi_share", fmt::format("{}", min_gi_share));
  if (min_gap != 0) add("min_gap", fmt::format("{}", min_gap));
  for (const Part& part : kParts)
    if (const auto& graph = this->*part.graph) add(part.name, graph->to_string());
  return text;
}

void SearchBounds::validate_without_sparsity() const {
  const auto is_part = [](double value) { return value >= 0 && value <= 1; };
  require(min_repetition >= 0 && min_repetition <= kMaxRepetition, ErrorCode::invalid_argument,
          "min_repetition {}: allowed is 1 to {}", min_repetition, kMaxRepetition);
  require(is_part(min_gi_share), ErrorCode::invalid_argument, "min_gi_share {}: allowed is 0 to 1",
          min_gi_share);
  require(is_part(min_gap), ErrorCode::invalid_argument, "min_gap {}: allowed is 0 to 1", min_gap);
  if (gr && gb)
    require(gr->left * gb->left >= min_repetition, ErrorCode::invalid_argument,
            "min_repetition {} contradicts gr={} and gb={}, whose rows repeat {} times",
            min_repetition, gr->to_string(), gb->to_string(), gr->left * gb->left);
  if (gi)
    require(min_gi_share == 0 || !gi->is_complete(), ErrorCode::invalid_argument,
            "min_gi_share {} contradicts gi={}, which is complete", min_gi_share, gi->to_string());
  if (go)
    require(min_gi_share < 1 || go->is_complete(), ErrorCode::invalid_argument,
            "min_gi_share 1 contradicts go={}, which has sparsity", go->to_string());
}

void SearchBounds::validate(double sparsity_percent) const {
  validate_without_sparsity();
  require(min_gi_share == 0 || sparsity_percent > 0, ErrorCode::invalid_argument,
          "min_gi_share {}: W of 0 % has no sparsity to share out", min_gi_share);
  const double wanted = 1 - sparsity_percent / 100;
  constexpr double kRounding = 1e-9;
  for (const auto& [name, graph] : {std::pair{"go", &go}, std::pair{"gi", &gi}})
    if (*graph)
      require((*graph)->density() >= wanted - kRounding, ErrorCode::invalid_argument,
              "{}={} contradicts {:.6g} % sparsity: W would have {:.6g} % or more", name,
              (*graph)->to_string(), sparsity_percent, 100 * (1 - (*graph)->density()));
  if (go && gi)
    require(std::abs(go->density() * gi->density() - wanted) <= kRounding,
            ErrorCode::invalid_argument,
            "go={} and gi={} contradict {:.6g} % sparsity: W has {:.6g} %", go->to_string(),
            gi->to_string(), sparsity_percent, 100 * (1 - go->density() * gi->density()));
}

}  // namespace rbgp
