// Arguments of a benchmark program beside Google Benchmark's own.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace rbgp::bench {

using Arguments = std::map<std::string, std::string>;  // name -> value, filled with the defaults

// Takes `--name=value` of the known names out of argv; the rest stays for Google Benchmark.
void take_arguments(int& argc, char** argv, Arguments& arguments);

// "a,b" -> {"a", "b"}
std::vector<std::string> split(const std::string& list);

}  // namespace rbgp::bench
