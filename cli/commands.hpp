// The subcommands, one file each. Every function adds its subcommand to the application; the
// subcommand's callback does the work and throws rbgp::Error.
#pragma once

#include <CLI/CLI.hpp>

namespace rbgp::cli {

void add_tune(CLI::App& app);
void add_run(CLI::App& app);
void add_export(CLI::App& app);
void add_emit(CLI::App& app);
void add_compile(CLI::App& app);
void add_inspect(CLI::App& app);
void add_journal(CLI::App& app);
void add_explain(CLI::App& app);
void add_report(CLI::App& app);
void add_graph(CLI::App& app);
void add_recover(CLI::App& app);
void add_prune(CLI::App& app);
void add_memory(CLI::App& app);
void add_wisdom(CLI::App& app);
void add_doctor(CLI::App& app);

}  // namespace rbgp::cli
