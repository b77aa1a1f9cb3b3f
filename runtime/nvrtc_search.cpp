// Where NVRTC is looked for. One function a kind of place; nvrtc_candidates() is the order.
#include "runtime/nvrtc.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace rbgp::runtime {

namespace {

namespace fs = std::filesystem;

// Never a pattern: the toolkit also ships libnvrtc.alt.so, a build that other libraries need.
constexpr const char* kLibraryNames[] = {"libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so"};

// Folders of a toolkit that hold libraries, and folders of site-packages that hold the wheel's.
constexpr const char* kToolkitFolders[] = {"lib64", "targets/x86_64-linux/lib",
                                           "targets/sbsa-linux/lib", "lib"};
constexpr const char* kWheelFolders[] = {"nvidia/cu13/lib", "nvidia/cuda_nvrtc/lib"};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

void add_folder(std::vector<NvrtcCandidate>& list, const fs::path& folder, const char* origin) {
  for (const char* name : kLibraryNames) {
    std::error_code failed;
    const fs::path file = folder / name;
    if (fs::exists(file, failed)) list.push_back({file.string(), origin});
  }
}

// Folders directly under `parent` whose names start with `prefix`, newest version first.
std::vector<fs::path> folders(const fs::path& parent, const std::string& prefix) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, failed))
    if (entry.path().filename().string().starts_with(prefix)) found.push_back(entry.path());
  std::sort(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) {
    return strverscmp(a.c_str(), b.c_str()) > 0;
  });
  return found;
}

void add_toolkits(std::vector<NvrtcCandidate>& list) {
  std::vector<fs::path> roots;
  for (const char* variable : {"CUDA_HOME", "CUDA_PATH"})
    if (const std::string root = environment(variable); !root.empty()) roots.emplace_back(root);
  roots.emplace_back("/usr/local/cuda");
  for (const fs::path& root : folders("/usr/local", "cuda-")) roots.push_back(root);
  for (const fs::path& root : roots)
    for (const char* folder : kToolkitFolders) add_folder(list, root / folder, "toolkit");
}

void add_wheels(std::vector<NvrtcCandidate>& list) {
  std::vector<fs::path> roots;
  for (const char* variable : {"RBGP_WHEELS", "VIRTUAL_ENV"})
    if (const std::string root = environment(variable); !root.empty()) roots.emplace_back(root);
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (!failed) {
    roots.push_back(program.parent_path().parent_path() / "venv");
    roots.push_back(program.parent_path().parent_path().parent_path() / "venv");
  }
  for (const fs::path& root : roots) {
    // `pip install --target` puts packages right under the folder, a virtual environment deeper.
    std::vector<fs::path> packages = {root};
    for (const fs::path& python : folders(root / "lib", "python3"))
      packages.push_back(python / "site-packages");
    for (const fs::path& package : packages)
      for (const char* folder : kWheelFolders) add_folder(list, package / folder, "wheel");
  }
}

}  // namespace

std::vector<NvrtcCandidate> nvrtc_candidates() {
  std::vector<NvrtcCandidate> list;
  if (const std::string chosen = environment("RBGP_NVRTC"); !chosen.empty()) {
    std::error_code failed;
    if (fs::is_directory(chosen, failed)) add_folder(list, chosen, "RBGP_NVRTC");
    // Even if there is nothing: what was asked for is either used or reported.
    if (list.empty()) list.push_back({chosen, "RBGP_NVRTC"});
    return list;
  }
  add_toolkits(list);
  add_wheels(list);
  for (const char* name : kLibraryNames) list.push_back({name, "loader path"});
  return list;
}

}  // namespace rbgp::runtime
