// rbgp: tune, run and export RBGP4-sparse matrix products.

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <cli/commands.hpp>
#include <cli/option_checks.hpp>
#include <cli/ranks.hpp>
#include <rbgp/error.hpp>

namespace {

enum ExitStatus { kDone = 0, kFailed = 1, kBadInput = 2, kUnsupported = 3 };

ExitStatus exit_status(rbgp::ErrorCode code) {
  switch (code) {
    case rbgp::ErrorCode::invalid_argument:
    case rbgp::ErrorCode::io:
      return kBadInput;
    case rbgp::ErrorCode::unsupported:
      return kUnsupported;
    case rbgp::ErrorCode::compile_failed:
    case rbgp::ErrorCode::load_failed:
    case rbgp::ErrorCode::launch_failed:
    case rbgp::ErrorCode::device_fault:
    case rbgp::ErrorCode::out_of_memory:
    case rbgp::ErrorCode::exhausted:
    case rbgp::ErrorCode::internal:
      return kFailed;
  }
  return kFailed;
}

// One line whatever the message holds: scripts that call the command count on it.
void print_error(std::string_view message) {
  std::string line(message);
  while (!line.empty() && line.back() == '\n') line.pop_back();
  for (char& character : line)
    if (character == '\n' || character == '\r') character = ' ';
  std::fprintf(stderr, "rbgp: %s\n", line.c_str());
}

void print_detail(const rbgp::Error& error) {
  std::fprintf(stderr, "%s at %s:%u\n", std::string(to_string(error.code())).c_str(),
               error.where().file_name(), static_cast<unsigned>(error.where().line()));
  if (!error.detail().empty()) std::fprintf(stderr, "%s\n", error.detail().c_str());
}

std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
  std::string path;
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    path += " " + at->get_name();
  }
  if (!path.empty()) return fmt::format("{}; see rbgp{} --help", error.what(), path);
  const std::vector<std::string> unknown = app.remaining();
  if (unknown.empty()) return fmt::format("{}; see rbgp --help", error.what());
  std::string known;
  for (const CLI::App* command : app.get_subcommands({}))
    known += (known.empty() ? "" : ", ") + command->get_name();
  return fmt::format("'{}' is no subcommand; they are {}", unknown.front(), known);
}

int run_command(CLI::App& app, const bool& verbose, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asks_help = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    const bool is_unknown = app.get_subcommands().empty() && !app.remaining().empty();
    if (asks_help && !is_unknown) return app.exit(error);
    print_error(usage_message(app, error));
    return kBadInput;
  } catch (const rbgp::Error& error) {
    print_error(error.what());
    if (verbose) print_detail(error);
    return exit_status(error.code());
  } catch (const std::bad_alloc&) {
    print_error("out of memory");
    return kFailed;
  } catch (const std::exception& error) {
    print_error(error.what());
    return kFailed;
  }
  return kDone;
}

}  // namespace

// A file that is opened must not become a standard stream that whoever called had closed. Writing to the
// place-holder still fails.
static void occupy_standard_streams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream)
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", O_RDONLY);
}

int main(int argc, char** argv) {
  occupy_standard_streams();
  rbgp::cli::Ranks ranks(argc, argv);
  CLI::App app("Tunes, runs and exports products of RBGP4-sparse matrices with dense ones.",
               "rbgp");
  app.set_version_flag("--version", "rbgp " RBGP_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit status: 0 done, 1 failed, 2 bad input or usage, 3 unsupported on this machine. A "
      "sweep\n"
      "that is interrupted is done where it has a plan.");
  rbgp::cli::add_tune(app);
  rbgp::cli::add_run(app);
  rbgp::cli::add_export(app);
  rbgp::cli::add_emit(app);
  rbgp::cli::add_compile(app);
  rbgp::cli::add_inspect(app);
  rbgp::cli::add_explain(app);
  rbgp::cli::add_report(app);
  rbgp::cli::add_journal(app);
  rbgp::cli::add_graph(app);
  rbgp::cli::add_recover(app);
  rbgp::cli::add_prune(app);
  rbgp::cli::add_memory(app);
  rbgp::cli::add_wisdom(app);
  rbgp::cli::add_doctor(app);

  rbgp::cli::refuse_empty_values(app);

  bool verbose = false;
  const std::string verbose_help = "After an error, also print where it arose and any compiler log";
  app.add_flag("--verbose", verbose, verbose_help);
  for (CLI::App* command : app.get_subcommands({})) {
    command->add_flag("--verbose", verbose, verbose_help);
    for (CLI::App* nested : command->get_subcommands({}))
      nested->add_flag("--verbose", verbose, verbose_help);
  }

  // A file that reaches a limit of its size is to be reported as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  const int status = run_command(app, verbose, argc, argv);
  // Buffered output that finds the disk full is noticed only here.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    if (status == kDone) print_error("cannot write to standard output");
    return ranks.end(status == kDone ? kFailed : status);
  }
  return ranks.end(status);
}
