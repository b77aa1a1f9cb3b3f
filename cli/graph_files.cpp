#include <cli/graph_files.hpp>
#include <cli/option_checks.hpp>
#include <pipe/output_file.hpp>

#include <array>
#include <initializer_list>
#include <ostream>
#include <streambuf>

#include <rbgp/error.hpp>
#include <rbgp/graph_export.hpp>
#include <rbgp/picture.hpp>

namespace rbgp::cli {
namespace {

// A file as a stream's buffer: what writes a graph needs no more memory for its text than this.
class FileBuffer : public std::streambuf {
 public:
  explicit FileBuffer(const std::string& target) : file_(target) { clear(); }

  void commit() {
    send();
    file_.commit();
  }

 private:
  void clear() { setp(buffer_.data(), buffer_.data() + buffer_.size()); }
  void send() {
    file_.write(pbase(), static_cast<std::size_t>(pptr() - pbase()));
    clear();
  }
  int_type overflow(int_type next) override {
    send();
    if (traits_type::eq_int_type(next, traits_type::eof())) return traits_type::not_eof(next);
    return sputc(traits_type::to_char_type(next));
  }

  std::array<char, 1 << 16> buffer_{};
  OutputFile file_;
};

template <typename Write>
void write_file(const std::optional<std::string>& target, const Write& write) {
  if (!target) return;
  FileBuffer file(*target);
  std::ostream out(&file);
  out.exceptions(std::ios::badbit);  // passes on what the file throws
  write(out);
  file.commit();
}

struct Target {
  const char* option;
  std::optional<std::string> file;
};

void require_each_writable(std::initializer_list<Target> targets,
                           const std::vector<std::string>& read) {
  std::vector<NamedFile> taken;
  for (const std::string& file : read) taken.push_back({"what is read", file});
  for (const Target& target : targets) {
    if (!target.file) continue;
    for (const NamedFile& other : taken) require_unlike({target.option, *target.file}, {other});
    OutputFile::require_writable(*target.file);
    taken.push_back({target.option, *target.file});
  }
}

}  // namespace

void GraphFiles::require_writable(const std::vector<std::string>& read) const {
  require_each_writable({{"--graphml", graphml}, {"--dot", dot}, {"--mtx", mtx}}, read);
}

void GraphFiles::write(const BaseGraph& graph, const std::string& label) const {
  write_file(graphml, [&](std::ostream& out) { write_graphml(out, graph, label); });
  write_file(dot, [&](std::ostream& out) { write_dot(out, graph, label); });
  write_file(mtx, [&](std::ostream& out) { write_matrix_market(out, graph, label); });
}

void add_graph_files(CLI::App& command, GraphFiles& files) {
  command.add_option("--graphml", files.graphml, "Write the graph as GraphML");
  command.add_option("--dot", files.dot, "Write the graph for Graphviz");
  command.add_option("--mtx", files.mtx, "Write the graph as Matrix Market");
}

void PatternFiles::check(const std::vector<std::string>& read) const {
  const bool base_graph_only = files.graphml || files.dot;
  const bool graph_file = base_graph_only || files.mtx;
  require(graph.empty() || graph_file, ErrorCode::invalid_argument,
          "--graph: says what --graphml, --dot or --mtx writes; give one of them");
  require(!graph.empty() || !graph_file, ErrorCode::invalid_argument,
          "--graph: must say what to write, go, gr, gi or gb (for --mtx also w, the whole mask)");
  require(graph != "w" || !base_graph_only, ErrorCode::invalid_argument,
          "--graph w: the whole mask can only go to --mtx; choose go, gr, gi or gb");
  require_each_writable(
      {{"--svg", svg}, {"--graphml", files.graphml}, {"--dot", files.dot}, {"--mtx", files.mtx}},
      read);
}

void PatternFiles::write(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols,
                         const std::string& note) const {
  write_file(svg, [&](std::ostream& out) {
    out << svg_picture(pattern, {.rows = rows, .cols = cols, .note = note});
  });
  if (graph == "w") {
    write_file(files.mtx,
               [&](std::ostream& out) { write_matrix_market(out, pattern, rows, cols); });
  } else if (!graph.empty()) {
    files.write(base_graph(pattern, graph),
                fmt::format("{} of {}{}{}", graph, pattern.config().to_string(),
                            note.empty() ? "" : ", ", note));
  }
}

void add_pattern_files(CLI::App& command, PatternFiles& files) {
  command.add_option("--svg", files.svg, "Draw mask, base graphs and spectra into this file");
  command
      .add_option("--graph", files.graph,
                  "What --graphml, --dot and --mtx write: a base graph or, w, the mask")
      ->check(CLI::IsMember({"go", "gr", "gi", "gb", "w"}));
  add_graph_files(command, files.files);
}

}  // namespace rbgp::cli
