// Where the command keeps wisdom, and where it looks for it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <rbgp/wisdom.hpp>

namespace rbgp::cli {

inline constexpr const char* kWisdomHelp =
    "The file of best plans, which sweeps begin with and add to (default: wisdom.jsonl beside the "
    "compiled kernels); none for no file";

// The file that a sweep with this --wisdom adds its plan to; empty where there is none.
std::string wisdom_to_write(const std::string& option);

// The file that a sweep adds its plan to.
class WisdomFile {
 public:
  // `option` is --wisdom's value: a file, "none", or empty for the default place.
  // Errors: io or invalid_argument where a file that was named is no wisdom or cannot be written.
  explicit WisdomFile(const std::string& option);

  // Adds the plan. Where that goes wrong the sweep is not lost for it: a note of the result says so.
  void keep(const TuneRequest& request, TuneResult& result) const;

  const std::optional<std::filesystem::path>& path() const { return file_; }

 private:
  std::optional<std::filesystem::path> file_;
  bool named_ = false;
};

// The user's file and those that came with rbgp.
std::vector<std::filesystem::path> wisdom_files(const std::string& option);

// Has the sweep begin with what they know, and says so in a note. With "none" it knows nothing; a file that is not there
// yet is one that the sweep will make.
void begin_with_known(TuneRequest& request, const std::string& option);

}  // namespace rbgp::cli
