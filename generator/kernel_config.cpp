#include <rbgp/error.hpp>
#include <rbgp/problem.hpp>

namespace rbgp {

std::int64_t KernelConfig::at(const std::string& tunable) const {
  const auto entry = tunables.find(tunable);
  require(entry != tunables.end(), ErrorCode::invalid_argument, "kernel {}: tunable {} is missing",
          family, tunable);
  return entry->second;
}

std::string KernelConfig::to_string() const {
  std::string text = family;
  for (const auto& [name, value] : tunables) text += fmt::format(" {}={}", name, value);
  return text;
}

}  // namespace rbgp
