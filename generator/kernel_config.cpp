#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include <generator/kernel_family.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/error.hpp>
#include <rbgp/problem.hpp>

namespace rbgp {

std::int64_t KernelConfig::at(const std::string& tunable) const {
  const auto entry = tunables.find(tunable);
  require(entry != tunables.end(), ErrorCode::invalid_argument, "kernel {}: tunable {} is missing",
          family, tunable);
  return entry->second;
}

KernelValues::KernelValues(const KernelConfig& kernel, TunableReads* reads)
    : family_(kernel.family), reads_(reads) {
  for (const auto& [name, value] : kernel.tunables) add(name, value);
}

std::int64_t KernelValues::at(std::string_view tunable) const {
  for (std::size_t place = 0; place < count_; ++place)
    if (tunables_[place].name == tunable) {
      if (reads_ != nullptr) reads_->add(place);
      return tunables_[place].value;
    }
  fail(ErrorCode::invalid_argument, "kernel {}: tunable {} is missing", family_, tunable);
}

std::string KernelConfig::to_string() const {
  std::string text = family;
  for (const auto& [name, value] : tunables) text += fmt::format(" {}={}", name, value);
  return text;
}

void set_tunable(KernelConfig& kernel, std::string_view setting) {
  const std::size_t equals = setting.find('=');
  const std::string name(setting.substr(0, equals));
  const char* const end = setting.data() + setting.size();
  const char* const begin = equals == std::string_view::npos ? end : setting.data() + equals + 1;
  std::int64_t value = 0;
  const auto [rest, error] = std::from_chars(begin, end, value);
  require(error == std::errc{} && rest == end, ErrorCode::invalid_argument,
          "'{}' is no TUNABLE=INTEGER; write block_n=128 for example", setting);
  const auto tunable = kernel.tunables.find(name);
  require(tunable != kernel.tunables.end(), ErrorCode::invalid_argument,
          "kernel {} has no tunable '{}'; with its defaults it is {}", kernel.family, name,
          kernel.to_string());
  tunable->second = value;
}

KernelConfig parse_kernel(std::string_view text, const DeviceProperties& target) {
  std::istringstream words{std::string(text)};
  KernelConfig kernel;
  words >> kernel.family;
  for (const Tunable& tunable : find_family(kernel.family).tunables(target))
    kernel.tunables[tunable.name] = tunable.values.front();
  for (std::string setting; words >> setting;) set_tunable(kernel, setting);
  return kernel;
}

}  // namespace rbgp
