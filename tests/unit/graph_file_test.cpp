#include <gtest/gtest.h>

#include <fstream>

#include <rbgp/product.hpp>
#include <support/refusal.hpp>
#include <support/temporary_folder.hpp>
#include <unit/graph_checks.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;

class GraphFile : public testing::Test {
 protected:
  std::string write(const std::string& content) {
    const std::string file = (folder_.path() / "graph").string();
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }

 private:
  test::TemporaryFolder folder_;
};

// As NumPy writes it: the header padded to a multiple of 64 bytes.
std::string npy(const std::string& dtype, const std::string& shape, const std::string& data,
                bool fortran_order = false, char version = 1) {
  std::string header = "{'descr': '" + dtype +
                       "', 'fortran_order': " + (fortran_order ? "True" : "False") +
                       ", 'shape': " + shape + ", }";
  const std::size_t fixed = version == 1 ? 10 : 12;
  while ((fixed + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string file = "\x93NUMPY";
  file += {version, '\0', static_cast<char>(header.size() & 0xff),
           static_cast<char>(header.size() >> 8)};
  if (version != 1) file += std::string(2, '\0');
  return file + header + data;
}

template <typename T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

// The cycle on 3 + 3 vertices, in every format.
TEST_F(GraphFile, ReadsEveryFormat) {
  const std::vector<std::int32_t> cycle{0, 1, 1, 2, 0, 2};
  const std::string mask_bytes("\1\1\0\0\1\1\1\0\1", 9);
  const std::string transposed("\1\0\1\1\1\0\0\1\1", 9);
  const std::string contents[] = {
      "0 1\n0 0\n1 1\n1 2\n2 0\n2 2\n",
      "# a cycle\r\n0,0\r\n0,1 % twice two\r\n\r\n1\t1\r\n1 2\r\n2 0\r\n  2   2",
      "%%MatrixMarket matrix coordinate pattern general\n% c\n3 3 6\n1 1\n1 2\n2 2\n2 3\n3 1\n3 "
      "3\n",
      "%%MatrixMarket Matrix Coordinate Real General\n3 3 7\n1 1 1\n1 2 -2.5\n2 2 1e3\n2 3 1\n3 1 "
      "1\n"
      "3 3 1\n3 2 0\n",
      "%%MatrixMarket matrix array integer general\n3 3\n1\n0\n1\n1\n1\n0\n0\n1\n1\n",
      npy("|b1", "(3, 3)", mask_bytes),
      npy("|u1", "(3, 3)", transposed, true),
      npy("|i1", "(3, 3)", mask_bytes, false, 2),
      npy("<i8", "(3, 3)", bytes_of<std::int64_t>({1, 1, 0, 0, 1, 1, 1, 0, 1})),
      npy("<f4", "(3,3)", bytes_of<float>({1, 1, 0, 0, 1, 1, 1, 0, 1})),
      npy("<f8", "(3, 3)", bytes_of<double>({1, 1, -0.0, 0, 1, 1, 1, 0, 1})),
      npy("<f2", "(3, 3)",
          bytes_of<std::uint16_t>({0x3c00, 0x3c00, 0, 0, 0x3c00, 0x3c00, 0x3c00, 0, 0x3c00})),
  };
  for (const std::string& content : contents) {
    SCOPED_TRACE(content);
    const BaseGraph graph = BaseGraph::load(write(content));
    EXPECT_EQ(graph.adjacency(), cycle);
    EXPECT_EQ(graph.config(), (BaseGraphConfig{3, 3, 2}));
    EXPECT_EQ(graph.construction(), Construction::given);
    test::expect_good(graph);
  }
}

TEST_F(GraphFile, RefusesWhatIsNoGraphOfEqualDegrees) {
  struct Row {
    std::string content;
    const char* part;
  };
  const std::string pattern = "%%MatrixMarket matrix coordinate pattern general\n";
  const Row rows[] = {
      {"", "no edge"},
      {"# nothing\n\n", "no edge"},
      {"0 0\n0\n", "line 2"},
      {"0 0 1\n", "line 1"},
      {"0 0\n0 x\n", "line 2: 'x' is not an integer"},
      {"0 0\n0 1.5\n", "line 2: '1.5'"},
      {"0 -1\n", "line 1: -1 is out of range"},
      {"0 1048576\n", "out of range"},
      {"0 99999999999999999999999\n", "out of range"},
      {"0 0\n0 1\n0 0\n", "edge 0 0"},
      {"0 0\n0 1\n1 0\n", "left vertex 1 has degree 1"},
      {"0 0\n2 0\n", "left vertex 1 has degree 0"},
      {"0 0\n0 1\n1 0\n1 2\n", "right vertex 1 has degree 1"},
      {"0 0\n1 1\n", "falls apart"},
      {pattern, "line of sizes"},
      {pattern + "2 2\n1 1\n", "line 2: 2 fields"},
      {pattern + "2 2 2\n1 1\n", "1 entries"},
      {pattern + "2 2 1\n1 1\n2 2\n", "line 4: more than 1"},
      {pattern + "2 2 1\n0 1\n", "line 3: 0 is out of range"},
      {pattern + "2 2 1\n1 3\n", "line 3: 3 is out of range"},
      {pattern + "2 2 2\n1 1\n1 1\n", "more than once"},
      {pattern + "2000000 2 1\n1 1\n", "out of range"},
      {pattern + "3 3 0\n", "no edge"},
      {"%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n1 1\n", "general"},
      {"%%MatrixMarket matrix coordinate complex general\n2 2 1\n1 1\n", "line 1"},
      {"%%MatrixMarket", "line 1"},
      {"%%MatrixMarket matrix array real general\n1 1\none\n", "'one' is not a number"},
      {"\x93NUMPY", "header"},
      {npy("|b1", "(3, 3)", "\1"), "bytes of data"},
      {npy("|b1", "(9,)", std::string(9, '\1')), "two dimensions"},
      {npy("|b1", "(1, 3, 3)", std::string(9, '\1')), "two dimensions"},
      {npy("|b1", "(0, 3)", ""), "0"},
      {npy("|b1", "(2000000, 1)", ""), "2000000"},
      {npy(">i4", "(1, 1)", std::string(4, '\0')), "little-endian"},
      {npy("<c8", "(1, 1)", std::string(8, '\0')), "little-endian"},
      {npy("|u1", "(1, 2)", "\1\2"), "[0, 1] is neither"},
      {npy("|u1", "(1, 2)", std::string(2, '\0')), "no edge"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.content);
    const std::string file = write(row.content);
    const std::string message =
        refusal(ErrorCode::invalid_argument, [&] { BaseGraph::load(file); });
    EXPECT_TRUE(has(message, row.part)) << message;
    EXPECT_TRUE(has(message, file)) << message;
  }
  refusal(ErrorCode::io, [] { BaseGraph::load("/nowhere/graph.txt"); });
  EXPECT_TRUE(has(refusal(ErrorCode::io, [] { BaseGraph::load("/"); }), "folder"));
}

// A mask need not be biregular; sides are those that the file names, or the largest entry's.
TEST_F(GraphFile, MasksAreReadWhateverTheirDegrees) {
  struct Row {
    std::string content;
    std::int64_t rows, cols;
  };
  const Row files[] = {
      {"0 0\n0 2\n1 2\n", 2, 3},
      {"%%MatrixMarket matrix coordinate pattern general\n4 3 3\n1 1\n1 3\n2 3\n", 4, 3},
      {npy("|u1", "(2, 4)", std::string("\1\0\1\0\0\0\1\0", 8)), 2, 4},
  };
  for (const Row& row : files) {
    SCOPED_TRACE(row.content);
    const Mask mask = Mask::load(write(row.content));
    EXPECT_EQ(mask.rows(), row.rows);
    EXPECT_EQ(mask.cols(), row.cols);
    EXPECT_EQ(mask.count(), 3);
    EXPECT_TRUE(mask.at(0, 0) && mask.at(0, 2) && mask.at(1, 2));
  }
  const std::string twice = write("0 0\n1 1\n1 1\n");
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { Mask::load(twice); }),
                  "edge 1 1 (counted from 0) is there more than once"));
  refusal(ErrorCode::invalid_argument, [&] { Mask::load(write("")); });
  refusal(ErrorCode::io, [] { Mask::load("/nowhere/mask.npy"); });
}

TEST_F(GraphFile, ADisconnectedGraphIsReadWhereAllowed) {
  const std::string file = write("0 0\n1 1\n");
  const BaseGraph graph = BaseGraph::load(file, true);
  EXPECT_FALSE(graph.spectrum().connected);
  EXPECT_EQ(graph.spectrum().ratio(), 1);
}

}  // namespace
}  // namespace rbgp
