"""rbgp inspect against NumPy's singular values."""

import json
import math
import unittest

import numpy as np
from rbgp_command import CommandTest, Pattern

CONFIG = "go=8x16@50,gr=4x1,gi=16x16@75,gb=2x1"


def singular_values(matrix):
    values = np.linalg.svd(matrix, compute_uv=False)
    return values[0], values[1] if len(values) > 1 else 0.0


class InspectTest(CommandTest):
    def test_plan_agrees_with_numpy(self):
        plan, report = self.tune(128, 192, 16, 75, candidates=3)
        pattern = Pattern(plan)
        facts = json.loads(self.done("inspect", plan, "--json").stdout)
        graphs = {"go": pattern.go, "gr": np.ones(pattern.sizes["gr"]), "gi": pattern.gi,
                  "gb": np.ones(pattern.sizes["gb"])}
        edges = 0
        for name, matrix in graphs.items():
            with self.subTest(graph=name):
                self.check_graph(facts["base_graphs"][name], matrix)
                edges += int(matrix.sum())
        self.check_graph(facts["product"], pattern.whole.astype(float))
        nonzeros = int(pattern.mask.sum())
        self.assertEqual((facts["rows"], facts["cols"]), pattern.mask.shape)
        self.assertEqual(facts["nonzeros"], nonzeros)
        self.assertEqual(facts["bytes"], {"values": 4 * nonzeros, "index": 4 * edges,
                                          "unstructured_index": 4 * nonzeros})
        # Of those that are equally fast within the noise it is not always the first.
        chosen = report["ranking"][report["chosen"]]
        self.assertAlmostEqual(facts["product"]["spectral_gap"], chosen["spectral_gap"])
        self.assertEqual(facts["kernel"], chosen["kernel"])

    def test_values_have_the_size_of_the_dtype(self):
        for dtype, size in (("f32", 4), ("tf32", 4), ("bf16", 2), ("f16", 2)):
            facts = json.loads(self.done("inspect", CONFIG, "--dtype", dtype, "--json").stdout)
            self.assertEqual(facts["bytes"]["values"], size * facts["nonzeros"])
        self.refused(2, r"f64", "inspect", CONFIG, "--dtype", "f64")
        plan, _ = self.tune(64, 64, 8, 50, candidates=1)
        for option, value in (("--dtype", "f32"), ("--seed", 3), ("--go-file", "none"),
                              ("--construction", "edge_swap")):
            self.refused(2, rf"^rbgp: {option} comes from plan .*; it is for a configuration$", "inspect",
                         plan, option, value)

    def check_graph(self, facts, matrix):
        left, right = matrix.shape
        left_degree, right_degree = int(matrix[0].sum()), int(matrix[:, 0].sum())
        sigma1, sigma2 = singular_values(matrix)
        bound = math.sqrt(left_degree - 1) + math.sqrt(right_degree - 1)
        self.assertEqual([facts[name] for name in ("left", "right", "left_degree", "right_degree")],
                         [left, right, left_degree, right_degree])
        self.assertEqual(facts["edges"], int(matrix.sum()))
        self.assertAlmostEqual(facts["sparsity"], 1 - matrix.mean())
        self.assertAlmostEqual(facts["sigma1"], sigma1, places=6)
        self.assertAlmostEqual(facts["sigma2"], sigma2, places=5)
        self.assertAlmostEqual(facts["bound"], bound)
        self.assertEqual(facts["ramanujan"], bool(sigma2 <= bound + 1e-6))
        self.assertEqual(facts["connected"], bool(sigma1 - sigma2 > 1e-6))

    def test_configuration(self):
        facts = json.loads(self.done("inspect", CONFIG, "--json").stdout)
        self.assertEqual(facts["config"], CONFIG)
        self.assertEqual((facts["rows"], facts["cols"]), (8 * 4 * 16 * 2, 16 * 16))
        self.assertEqual(facts["nnz_per_row"], 8 * 4)
        self.assertEqual(facts["nonzeros"], 1024 * 32)
        self.assertEqual(facts["bytes"]["index"], 4 * (8 * 8 + 4 + 16 * 4 + 2))
        product = facts["product"]
        self.assertAlmostEqual(product["sigma1"],
                               math.prod(g["sigma1"] for g in facts["base_graphs"].values()))
        self.assertAlmostEqual(product["sparsity"], 0.875)
        for name in ("go", "gi"):
            graph = facts["base_graphs"][name]
            self.assertTrue(graph["ramanujan"] and graph["connected"])
            self.assertLessEqual(graph["sigma2"], graph["bound"] + 1e-9)
        self.assertEqual(facts["base_graphs"]["gr"]["sigma2"], 0)

    def test_seed_chooses_the_graphs(self):
        first = self.done("inspect", CONFIG, "--json").stdout
        self.assertEqual(first, self.done("inspect", CONFIG, "--json", "--seed", 1).stdout)
        spectra = {self.done("inspect", CONFIG, "--json", "--seed", seed).stdout
                   for seed in range(1, 5)}
        self.assertGreater(len(spectra), 1)

    def test_text(self):
        text = self.done("inspect", CONFIG).stdout
        self.assertTrue(text.startswith(CONFIG + ", seed 1\n"))
        for name in ("Go", "Gr", "Gi", "Gb", "W"):
            self.assertRegex(text, rf"(?m)^{name} +\d+x\d+ .*(yes|no)( +\w+ +\w+)?$")
        self.assertRegex(text, r"(?m)^Go .* two_lift +cholesky$")
        self.assertIn("W: 1024 x 256, 32768 non-zeros, 32 a row", text)
        self.assertIn("bytes: 131072 of values, 536 of index data", text)

    def test_neither_plan_nor_configuration(self):
        self.refused(2, r"neither a plan's file nor a configuration", "inspect", "nothing.json")
        self.refused(2, r"go=", "inspect", "go=3x")


if __name__ == "__main__":
    unittest.main()
