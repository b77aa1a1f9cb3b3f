#include <generator/pattern_runs.hpp>
#include <generator/random_words.hpp>
#include <rbgp/error.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp {

Rbgp4Pattern::Rbgp4Pattern() : Rbgp4Pattern({}, BaseGraph({}, {0}), BaseGraph({}, {0})) {}

Rbgp4Pattern Rbgp4Pattern::sample(const Rbgp4Config& config, std::uint64_t seed,
                                  const PatternSampling& sampling) {
  config.validate();
  const auto graph = [&](const BaseGraphConfig& sizes, std::uint64_t part, Construction wanted) {
    return BaseGraph::sample(sizes, derive_seed(seed, part),
                             sizes.is_complete() ? Construction::complete : wanted,
                             sampling.allow_disconnected);
  };
  return Rbgp4Pattern(config, graph(config.go, 0, sampling.go), graph(config.gi, 1, sampling.gi));
}

Rbgp4Pattern::Rbgp4Pattern(const Rbgp4Config& config, BaseGraph go, BaseGraph gi)
    : config_(config),
      go_(std::make_shared<const BaseGraph>(std::move(go))),
      gi_(std::make_shared<const BaseGraph>(std::move(gi))) {
  config.validate();
  require(go_->config() == config.go && gi_->config() == config.gi, ErrorCode::invalid_argument,
          "base graphs do not have the sizes and degrees of {}", config.to_string());
}

std::int64_t Rbgp4Pattern::column(std::int64_t u, std::int64_t j) const {
  const RowDigits row = row_digits(config_, u);
  const std::int64_t vb = j % config_.gb.right;
  j /= config_.gb.right;
  const std::int64_t ji = j % config_.gi.left_degree;
  j /= config_.gi.left_degree;
  const std::int64_t vr = j % config_.gr.right;
  const std::int64_t vo = go_->neighbours(row.uo)[static_cast<std::size_t>(j / config_.gr.right)];
  const std::int64_t vi = gi_->neighbours(row.ui)[static_cast<std::size_t>(ji)];
  return ((vo * config_.gr.right + vr) * config_.gi.right + vi) * config_.gb.right + vb;
}

std::vector<std::int64_t> Rbgp4Pattern::columns(std::int64_t u) const {
  std::vector<std::int64_t> columns;
  columns.reserve(static_cast<std::size_t>(nnz_per_row()));
  for_each_run(*this, u, [&](std::int64_t, std::int64_t v) {
    for (std::int64_t vb = 0; vb < config_.gb.right; ++vb) columns.push_back(v + vb);
  });
  return columns;
}

bool Rbgp4Pattern::contains(std::int64_t u, std::int64_t v) const {
  const RowDigits row = row_digits(config_, u);
  v /= config_.gb.right;
  const std::int64_t vi = v % config_.gi.right;
  const std::int64_t vo = v / config_.gi.right / config_.gr.right;
  return go_->has_edge(row.uo, vo) && gi_->has_edge(row.ui, vi);
}

Spectrum Rbgp4Pattern::spectrum() const {
  const Spectrum factors[] = {go_->spectrum(), complete_spectrum(config_.gr), gi_->spectrum(),
                              complete_spectrum(config_.gb)};
  return product_spectrum({rows(), cols(), nnz_per_row()}, factors);
}

}  // namespace rbgp
