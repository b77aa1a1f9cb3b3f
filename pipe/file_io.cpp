#include <pipe/file_io.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include <pipe/output_file.hpp>
#include <rbgp/error.hpp>

namespace rbgp {

std::string read_whole(const std::filesystem::path& file) {
  // Before it is opened: a pipe would wait for a writer, and a device may have no end.
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  require(!std::filesystem::exists(status) || std::filesystem::is_regular_file(status),
          ErrorCode::io, "{}: cannot be read: it is {}", file.string(),
          std::filesystem::is_directory(status) ? "a folder" : "not a regular file");
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  if (stream) content << stream.rdbuf();
  require(stream && !stream.bad(), ErrorCode::io, "{}: cannot be read: {}", file.string(),
          std::strerror(errno));
  return std::move(content).str();
}

void write_whole(const std::filesystem::path& file, std::string_view content) {
  OutputFile output(file);
  output.write(content.data(), content.size());
  output.commit();
}

}  // namespace rbgp
