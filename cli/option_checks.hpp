// Checks of option values. CLI11's own conversions cut what is out of range, and their messages do
// not say what is allowed.
#pragma once

#include <CLI/CLI.hpp>
#include <initializer_list>
#include <string>

namespace rbgp::cli {

CLI::Validator size_check();  // a whole number from 1 to 2^31 - 1
CLI::Validator restarts_check();  // a whole number from 0 to a million
CLI::Validator repetition_check();  // a whole number from 1 to SearchBounds::kMaxRepetition
CLI::Validator seed_check();  // a whole number of 64 bits
CLI::Validator sparsity_check();  // a percentage from 0 to below 100

// Refuses empty values of all options, of this command and those below it: a variable of a script that is not set
// is not to mean the default. What an option's own check says of them comes first.
void refuse_empty_values(CLI::App& app);

struct NamedFile {
  const char* option;
  std::string file;  // empty: not given
};
// A file that is written would take the place of one that is read, or written, too. Errors: invalid_argument.
void require_unlike(const NamedFile& written, std::initializer_list<NamedFile> others);

// Whether there is such a file with a whole line, as a journal has from its beginning on.
bool has_line(const std::string& file);

// Options that say what a plan says by itself, and are for a configuration. Errors: invalid_argument where one is given.
void require_none_beside_a_plan(const CLI::App& command, const std::string& plan,
                                std::initializer_list<const char*> options);

}  // namespace rbgp::cli
