#include <bench/arguments.hpp>

#include <sstream>

namespace rbgp::bench {

void take_arguments(int& argc, char** argv, Arguments& arguments) {
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string text = argv[i];
    const std::size_t equals = text.find('=');
    const auto known = text.starts_with("--") && equals != std::string::npos
                           ? arguments.find(text.substr(2, equals - 2))
                           : arguments.end();
    if (known == arguments.end())
      argv[kept++] = argv[i];
    else
      known->second = text.substr(equals + 1);
  }
  argc = kept;
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> items;
  std::istringstream stream(list);
  for (std::string item; std::getline(stream, item, ',');) items.push_back(item);
  return items;
}

}  // namespace rbgp::bench
