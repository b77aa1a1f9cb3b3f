#include <generator/gather_order.hpp>

#include <algorithm>
#include <deque>

namespace rbgp {

std::vector<std::int32_t> gather_order(std::span<const std::int32_t> rows, std::int64_t lanes) {
  std::vector<std::deque<std::int32_t>> waiting(static_cast<std::size_t>(lanes));
  for (std::size_t i = 0; i < rows.size(); ++i)
    waiting[static_cast<std::size_t>(rows[i] % lanes)].push_back(static_cast<std::int32_t>(i));
  std::vector<std::int32_t> order;
  while (order.size() < rows.size()) {
    std::vector<std::int64_t> taken(waiting.size(), 0);  // by this load
    for (std::int64_t lane = 0; lane < lanes && order.size() < rows.size(); ++lane) {
      std::size_t best = waiting.size();
      for (std::size_t residue = 0; residue < waiting.size(); ++residue) {
        if (waiting[residue].empty()) continue;
        if (best == waiting.size() || taken[residue] < taken[best] ||
            (taken[residue] == taken[best] && waiting[residue].size() > waiting[best].size()))
          best = residue;
      }
      order.push_back(waiting[best].front());
      waiting[best].pop_front();
      ++taken[best];
    }
  }
  return order;
}

std::int64_t gather_turns(std::span<const std::int32_t> rows, std::int64_t lanes) {
  std::int64_t turns = 0;
  for (std::size_t first = 0; first < rows.size(); first += static_cast<std::size_t>(lanes)) {
    const auto load =
        rows.subspan(first, std::min(rows.size() - first, static_cast<std::size_t>(lanes)));
    std::vector<std::vector<std::int32_t>> met(static_cast<std::size_t>(lanes));
    for (const std::int32_t row : load) {
      auto& bank = met[static_cast<std::size_t>(row % lanes)];
      // One row serves all lanes that want it.
      if (std::find(bank.begin(), bank.end(), row) == bank.end()) bank.push_back(row);
    }
    std::size_t most = 0;
    for (const auto& bank : met) most = std::max(most, bank.size());
    turns += static_cast<std::int64_t>(most);
  }
  return turns;
}

}  // namespace rbgp
