#include <bench/entry_name.hpp>

#include <rbgp/error.hpp>

namespace rbgp::bench {

std::string EntryName::text() const {
  for (const std::string* part : {&suite, &dtype, &layout, &impl})
    require(!part->empty() && part->find('/') == std::string::npos, ErrorCode::invalid_argument,
            "\"{}\" is no part of a benchmark's name: not empty, no slash", *part);
  require(!config.empty(), ErrorCode::invalid_argument,
          "a benchmark's name ends with a configuration");
  return fmt::format("{}/{}/{}/{}x{}x{}/{}/{}", suite, dtype, layout, problem.m, problem.k,
                     problem.n, impl, config);
}

}  // namespace rbgp::bench
