// Whole files, read at once and written so that a reader never sees half of one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace rbgp {

// Errors: io naming the file and the reason.
std::string read_whole(const std::filesystem::path& file);

// As an OutputFile. Errors: io, exhausted; then nothing is left behind.
void write_whole(const std::filesystem::path& file, std::string_view content);

}  // namespace rbgp
