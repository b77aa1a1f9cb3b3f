#include <pipe/file_io.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <pipe/output_file.hpp>
#include <rbgp/error.hpp>

namespace rbgp {

std::string read_whole(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  if (stream) content << stream.rdbuf();
  require(stream && !stream.bad() && !std::filesystem::is_directory(file), ErrorCode::io,
          "{}: cannot be read: {}", file.string(),
          std::filesystem::is_directory(file) ? "it is a folder" : std::strerror(errno));
  return std::move(content).str();
}

void write_whole(const std::filesystem::path& file, std::string_view content) {
  OutputFile output(file);
  output.write(content.data(), content.size());
  output.commit();
}

}  // namespace rbgp
