#include <bench/kernel_list.hpp>

#include <fstream>
#include <sstream>

#include <rbgp/codegen.hpp>
#include <rbgp/error.hpp>

namespace rbgp::bench {

std::vector<KernelSpec> read_kernels(const std::string& file, const Problem& problem,
                                     const DeviceProperties& device) {
  std::ifstream stream(file);
  require(stream.is_open(), ErrorCode::io, "cannot read {}", file);
  std::vector<KernelSpec> specs;
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string dtype, layout, config_text, kernel_text;
    if (!(words >> dtype)) continue;
    words >> layout >> config_text;
    std::getline(words, kernel_text);
    try {
      const Rbgp4Config config = Rbgp4Config::parse(config_text);
      const KernelConfig kernel = parse_kernel(kernel_text, device);
      if (parse_dtype(dtype) == problem.dtype && parse_layout(layout) == problem.layout &&
          config.rows() == problem.m && config.cols() == problem.k)
        specs.push_back({problem, Rbgp4Pattern::sample(config, kKernelListSeed), kernel});
    } catch (const Error& error) {
      fail(ErrorCode::invalid_argument, "{}:{}: {}", file, number, error.what());
    }
  }
  return specs;
}

}  // namespace rbgp::bench
