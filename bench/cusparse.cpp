#include <bench/cusparse.hpp>

#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include <rbgp/error.hpp>

namespace rbgp::bench {
namespace {

using runtime::DynamicLibrary;

constexpr const char* kFile = "libcusparse.so.12";  // of CUDA 12 and 13

std::vector<std::string> file_names() {
  std::vector<std::string> names;
  for (const char* variable : {"RBGP_CUSPARSE", "RBGP_CUBLAS"})
    if (const char* folder = std::getenv(variable))
      names.push_back(fmt::format("{}/{}", folder, kFile));
  names.push_back(kFile);
  names.push_back(fmt::format("/usr/local/cuda/lib64/{}", kFile));
  return names;
}

struct Search {
  std::unique_ptr<const Cusparse> table;
  std::string reason;
};

Search search() {
  std::string reason;
  std::optional<DynamicLibrary> opened = DynamicLibrary::try_open(file_names(), &reason);
  if (!opened) return {nullptr, reason};
  // Never closed: it keeps state in the CUDA context.
  const DynamicLibrary& library = *new DynamicLibrary(std::move(*opened));
  auto table = std::make_unique<Cusparse>();
#define RBGP_CUSPARSE_LOAD(member, symbol, parameters) \
  table->member = library.find_symbol<decltype(table->member)>(symbol);
  RBGP_CUSPARSE_FUNCTIONS(RBGP_CUSPARSE_LOAD)
#undef RBGP_CUSPARSE_LOAD
  table->error_name = library.find_symbol<decltype(table->error_name)>("cusparseGetErrorName");
  if (table->create == nullptr || table->spmm == nullptr)
    return {nullptr, fmt::format("{} has no cusparseSpMM", library.path().string())};
  return {std::move(table), {}};
}

}  // namespace

const Cusparse* Cusparse::find(std::string& reason) {
  // Leaked, like the library.
  static const Search& found = *new Search(search());
  reason = found.reason;
  return found.table.get();
}

void Cusparse::check(int status, std::string_view what) const {
  if (status == cusparse::kSuccess) return;
  constexpr int kNotSupported = 10;
  const char* name = error_name != nullptr ? error_name(status) : nullptr;
  fail(status == kNotSupported ? ErrorCode::unsupported : ErrorCode::launch_failed, "{}: {}", what,
       name != nullptr ? std::string(name) : fmt::format("cuSPARSE status {}", status));
}

}  // namespace rbgp::bench
