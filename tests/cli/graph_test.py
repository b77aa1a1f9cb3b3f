"""rbgp graph and rbgp recover, and base graphs that the user brings."""

import json
import math
import unittest

import numpy as np
from rbgp_command import CommandTest, Pattern, read_matrix_market, relative_error


def edges_text(matrix):
    return "".join(f"{u} {v}\n" for u, v in np.argwhere(matrix))


def kronecker(*matrices):
    product = np.ones((1, 1), int)
    for matrix in matrices:
        product = np.kron(product, matrix)
    return product


RING = np.eye(5, dtype=int) + np.roll(np.eye(5, dtype=int), 1, 1) + np.roll(np.eye(5, dtype=int), 2, 1)


class GraphTest(CommandTest):
    def graphs(self, *arguments):
        return json.loads(self.done("graph", *arguments, "--json").stdout)

    def test_certificate_of_a_sampled_graph(self):
        for sizes, construction, made_by in [("32x128@75", "automatic", "two_lift"),
                                             ("32x128@75", "xor_lift", "xor_lift"),
                                             ("40x40@90", "automatic", "edge_swap"),
                                             ("40x40@90", "k_lift", "k_lift"),
                                             ("320x640@90", "automatic", "edge_swap"),
                                             ("110x110@90.909090909", "array_code", "array_code"),
                                             ("9x9@77.777777778", "automatic", "hamiltonian"),
                                             ("3x5", "two_lift", "complete")]:
            with self.subTest(sizes=sizes, construction=construction):
                file = self.folder / "graph.mtx"
                found = self.graphs(sizes, "--construction", construction, "--mtx", file)
                self.assertEqual(list(found), ["graphs"])
                facts = found["graphs"][0]
                self.assertEqual(facts["construction"], made_by)
                self.check_facts(facts, read_matrix_market(file))
                self.assertNotIn(facts["proof"], ("none", "lanczos"))

    def check_facts(self, facts, matrix):
        sigma = np.linalg.svd(matrix.astype(float), compute_uv=False)
        bound = math.sqrt(matrix[0].sum() - 1) + math.sqrt(matrix[:, 0].sum() - 1)
        self.assertEqual(len(set(matrix.sum(0))) + len(set(matrix.sum(1))), 2)
        self.assertEqual(facts["edges"], matrix.sum())
        self.assertAlmostEqual(facts["sigma1"], sigma[0], places=6)
        self.assertAlmostEqual(facts["sigma2"], sigma[1], places=5)
        self.assertAlmostEqual(facts["bound"], bound, places=9)
        self.assertEqual(facts["ramanujan"], bool(sigma[1] <= bound + 1e-6))
        self.assertEqual(facts["connected"], bool(sigma[1] < sigma[0] - 1e-6))

    def test_figure_three(self):
        arguments = ["4x4@50", "2x2@50", "4x4@50", "2x2"]
        self.refused(2, r"2x2 .*degree 1 .*falls apart", "graph", *arguments)
        found = self.graphs(*arguments, "--allow-disconnected")
        self.assertEqual([graph["edges"] for graph in found["graphs"]], [8, 2, 8, 4])
        self.assertEqual(found["product"]["edges"], 512)
        self.assertEqual(found["stored_edges"], 22)
        self.assertEqual(found["blocks"], ["16x16", "8x8", "2x2"])
        self.assertFalse(found["product"]["connected"])
        text = self.done("graph", *arguments, "--allow-disconnected").stdout
        self.assertIn("512 edges from 22 stored; blocks of 16x16, 8x8, 2x2", text)

    def test_products_are_tensor_products(self):
        files = [self.folder / f"{i}.mtx" for i in range(4)]
        subjects = ["4x8@50", "3x3@33.333333333", "2x1"]
        for i, subject in enumerate(subjects):
            self.done("graph", subject, "--seed", 5 + i, "--mtx", files[i])
        self.done("graph", *subjects, "--seed", 5, "--mtx", files[3])
        np.testing.assert_array_equal(read_matrix_market(files[3]),
                                      kronecker(*map(read_matrix_market, files[:3])))

    def test_files(self):
        contents = {"ring.txt": edges_text(RING),
                    "ring.mtx": "%%MatrixMarket matrix coordinate pattern general\n5 5 15\n" +
                                "".join(f"{u + 1} {v + 1}\n" for u, v in np.argwhere(RING))}
        files = [self.folder / name for name in contents]
        for file, content in zip(files, contents.values()):
            file.write_text(content)
        files.append(self.save("ring.npy", RING.astype("u1")))
        for file in files:
            with self.subTest(file=file.name):
                facts = self.graphs(file)["graphs"][0]
                self.assertEqual(facts["construction"], "given")
                self.check_facts(facts, RING)
        self.assertIn("given", self.done("graph", files[0]).stdout)

    def test_nearest(self):
        self.refused(2, r"40x40@88: .*nearest that do are 87\.5 % and 90 %", "graph", "40x40@88")
        process = self.done("graph", "40x40@88", "--nearest", "--json")
        self.assertEqual(json.loads(process.stdout)["graphs"][0]["left_degree"], 5)
        self.assertEqual(process.stderr,
                         "rbgp: note: 40x40@88 is not reachable; the nearest is 40x40@87.5\n")
        self.assertEqual(self.done("graph", "40x40@90", "--nearest").stderr, "")

    def test_bad_input(self):
        for pattern, arguments in [
                (r"neither a graph's file nor sizes", ["nothing.mtx"]),
                (r"two_lift does not reach .*90 %.*nearest for two_lift: 87\.5 %.*edge_swap, k_lift",
                 ["40x40@90", "--construction", "two_lift"]),
                (r"construction 'lift': there are automatic", ["4x4@50", "--construction", "lift"]),
                (r"given is not sampled", ["4x4@50", "--construction", "given"]),
                (r"1 to 1048576 vertices, not 0", ["0x4"]),
                (r"1 to 1048576 vertices, not -4", ["--", "-4x4"]),
                (r"1 to 1048576 vertices, not 1048577", ["1048577x4"]),
                (r"1 to 1048576 vertices, not 9{30}", ["4x" + "9" * 30]),
                (r"edges are more than 1073741824", ["1048576x1048576@50"]),
                (r"falls apart.*nearest 50 %", ["4x4@75"]),
                (r"too large", ["1048576x1"] * 2)]:
            with self.subTest(arguments=arguments):
                self.refused(2, pattern, "graph", *arguments)
        bad = self.folder / "bad.txt"
        for pattern, content in [(r"edge 0 0 .*more than once", "0 0\n0 1\n0 0\n"),
                                 (r"line 1: -1 is out of range", "0 -1\n"),
                                 (r"line 2: 1048576 is out of range", "0 0\n1048576 1\n"),
                                 (r"left vertex 1 has degree 1", "0 0\n0 1\n1 0\n"),
                                 (r"falls apart", "0 0\n1 1\n")]:
            with self.subTest(content=content):
                bad.write_text(content)
                self.refused(2, r"bad\.txt.*" + pattern, "graph", bad)
        self.assertFalse(self.graphs(bad, "--allow-disconnected")["graphs"][0]["connected"])


class OwnGraphsTest(CommandTest):
    """A file's graph in place of a sampled one."""

    CONFIG = "go=4x4@50,gr=2x1,gi=5x5@40,gb=1x1"

    def setUp(self):
        super().setUp()
        self.ring = self.folder / "ring.txt"
        self.ring.write_text(edges_text(RING))

    def test_inspect(self):
        facts = json.loads(self.done("inspect", self.CONFIG, "--gi-file", self.ring, "--json").stdout)
        self.assertEqual(facts["base_graphs"]["gi"]["construction"], "given")
        self.assertEqual(facts["base_graphs"]["go"]["construction"], "hamiltonian")
        sigma = np.linalg.svd(RING.astype(float), compute_uv=False)
        self.assertAlmostEqual(facts["base_graphs"]["gi"]["sigma2"], sigma[1], places=6)

    def test_emit(self):
        own = self.done("emit", self.CONFIG, "--n", 8, "--gi-file", self.ring).stdout
        self.assertNotEqual(own, self.done("emit", self.CONFIG, "--n", 8).stdout)

    def test_tune_and_run(self):
        plan = self.folder / "plan.json"
        self.done("tune", "--config", self.CONFIG, "--n", 16, "--device", "cpu", "--max-candidates",
                  2, "--gi-file", self.ring, "--out", plan)
        pattern = Pattern(plan)
        np.testing.assert_array_equal(pattern.gi, RING)
        random = np.random.default_rng(1)
        dense = pattern.random(random)
        matrix = random.standard_normal((20, 16)).astype("f4")
        output = self.folder / "O.npy"
        self.done("run", plan, "--weights", self.save("W.npy", dense), "--input",
                  self.save("I.npy", matrix), "--output", output)
        self.assertLess(relative_error(np.load(output), dense.astype("f8") @ matrix), 1e-5)

    def test_construction(self):
        config = "go=32x128@75,gr=4x1,gi=32x32,gb=1x1"
        facts = json.loads(self.done("inspect", config, "--construction", "xor_lift",
                                     "--json").stdout)
        self.assertEqual(facts["base_graphs"]["go"]["construction"], "xor_lift")
        self.assertEqual(facts["base_graphs"]["gi"]["construction"], "complete")
        self.assertAlmostEqual(facts["base_graphs"]["go"]["sigma2"], math.sqrt(32))

    def test_refusals(self):
        self.refused(2, r"ring\.txt: its graph is 5x5@40; the configuration's go is 4x4@50",
                     "inspect", self.CONFIG, "--go-file", self.ring)
        self.refused(2, r"need --config", "tune", "--m", 64, "--k", 64, "--n", 8, "--sparsity", 50,
                     "--gi-file", self.ring, "--out", self.folder / "plan.json")
        self.refused(2, r"falls apart", "inspect", "go=4x4@75,gr=1x1,gi=1x1,gb=1x1")
        self.refused(2, r"go=4x4@70: .*nearest", "emit", "go=4x4@70,gr=1x1,gi=1x1,gb=1x1", "--n", 4)
        facts = json.loads(self.done("inspect", "go=4x4@75,gr=1x1,gi=1x1,gb=1x1",
                                     "--allow-disconnected", "--json").stdout)
        self.assertFalse(facts["product"]["connected"])
        process = self.done("emit", "go=4x4@70,gr=1x1,gi=1x1,gb=1x1", "--n", 4, "--nearest")
        self.assertRegex(process.stderr, r"note: .*nearest is go=4x4@50")


class RecoverTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.go = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1], [1, 0, 0, 1]])
        self.mask = kronecker(self.go, np.ones((2, 1), int), RING, np.ones((1, 3), int))

    def test_finds_the_base_graphs(self):
        for dtype in ("u1", "?", "f4"):
            found = json.loads(self.done("recover", self.save("mask.npy", self.mask.astype(dtype)),
                                         "--json").stdout)
            self.assertEqual(found["config"], "go=4x4@50,gr=2x1,gi=5x5@40,gb=1x3")
            self.assertEqual((found["rows"], found["cols"]), self.mask.shape)
            self.assertNotIn("seed", found)
            self.assertEqual(found["nonzeros"], self.mask.sum())
        text = self.done("recover", self.save("mask.npy", self.mask.astype("u1"))).stdout
        self.assertTrue(text.startswith("go=4x4@50,gr=2x1,gi=5x5@40,gb=1x3\n"), text)

    def test_writes_the_graphs(self):
        mask = self.save("mask.npy", self.mask.astype("u1"))
        for name, matrix in (("go", self.go), ("gi", RING), ("w", self.mask)):
            file = self.folder / f"{name}.mtx"
            self.done("recover", mask, "--graph", name, "--mtx", file)
            np.testing.assert_array_equal(read_matrix_market(file), matrix)
        before = mask.read_bytes()
        self.refused(2, "both name", "recover", mask, "--svg", mask)
        self.refused(2, "both name", "recover", mask, "--graph", "go", "--mtx", self.folder / "x",
                     "--dot", self.folder / "x")
        self.assertEqual(mask.read_bytes(), before)
        # What was written is a base graph like any other.
        facts = json.loads(self.done("inspect", "go=4x4@50,gr=2x1,gi=5x5@40,gb=1x3", "--go-file",
                                     self.folder / "go.mtx", "--gi-file", self.folder / "gi.mtx",
                                     "--graph", "w", "--mtx", self.folder / "w.mtx", "--json").stdout)
        self.assertEqual(facts["nonzeros"], self.mask.sum())
        np.testing.assert_array_equal(read_matrix_market(self.folder / "w.mtx"), self.mask)

    def test_a_wrong_entry_is_named(self):
        for row, col in ((0, 0), (17, 31), (39, 59)):
            wrong = self.mask.copy()
            wrong[row, col] ^= 1
            file = self.save("wrong.npy", wrong.astype("u1"))
            self.refused(2, rf"wrong\.npy: no product of base graphs: .*row {row}\b.*column {col}\b",
                         "recover", file)
            self.refused(2, rf"wrong\.npy: .*CBS.*row {row}\b.*column {col}\b", "recover", file,
                         "--sizes", "go=4x4,gr=2x1,gi=5x5,gb=1x3")

    def test_given_sizes(self):
        mask = self.save("mask.npy", self.mask.astype("u1"))
        found = self.done("recover", mask, "--sizes", "go=4x4,gr=2x1,gi=5x5,gb=1x3").stdout
        self.assertTrue(found.startswith("go=4x4@50,gr=2x1,gi=5x5@40,gb=1x3\n"))
        self.refused(2, r"40 x 60.*make 16 x 16", "recover", mask, "--sizes",
                     "go=4x4,gr=1x1,gi=4x4,gb=1x1")

    def test_bad_files(self):
        self.refused(2, r"no edge", "recover", self.save("zero.npy", np.zeros((3, 3), "u1")))
        self.refused(2, r"neither 0 nor 1", "recover", self.save("two.npy", np.full((3, 3), 2)))
        self.refused(2, r"nothing\.npy: cannot be opened", "recover", self.folder / "nothing.npy")
        self.refused(2, r"folder", "recover", self.folder)


if __name__ == "__main__":
    unittest.main()
