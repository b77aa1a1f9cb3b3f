"""rbgp run against NumPy's product, from tune to output file."""

import json
import unittest

import numpy as np
from rbgp_command import CommandTest, Pattern, product, relative_error

MAX_ERROR = 1e-5


class RunTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.random = np.random.default_rng(1)
        self.plan, self.report = self.tune(128, 256, 96, 75)
        self.pattern = Pattern(self.plan)
        self.dense = self.pattern.random(self.random)
        self.matrix = self.random.standard_normal((256, 96)).astype("f4")
        self.output = self.folder / "O.npy"

    def multiply(self, weights, matrix, *more, plan=None):
        process = self.done("run", plan or self.plan, "--weights", self.save("W.npy", weights),
                            "--input", self.save("I.npy", matrix), "--output", self.output, *more)
        return np.load(self.output), process.stdout

    def test_dense_weights(self):
        output, text = self.multiply(self.dense, self.matrix)
        self.assertEqual(output.dtype, np.dtype("<f4"))
        self.assertEqual(output.shape, (128, 96))
        self.assertLess(relative_error(output, product(self.dense, self.matrix)), MAX_ERROR)
        self.assertRegex(text, r"^cpu \(.*\): [0-9.e-]+ ms\n$")

    def test_canonical_values(self):
        values = self.pattern.values(self.dense)
        self.assertEqual(values.shape, (128, 64))
        output, _ = self.multiply(values, self.matrix)
        self.assertLess(relative_error(output, product(self.dense, self.matrix)), MAX_ERROR)

    def test_float16_files(self):
        half, matrix = self.dense.astype("f2"), self.matrix.astype("f2")
        output, _ = self.multiply(half, matrix)
        self.assertEqual(output.dtype, np.dtype("<f4"))  # as the plan computes
        expected = product(half.astype("f4"), matrix.astype("f4"))
        self.assertLess(relative_error(output, expected), MAX_ERROR)

    def test_sizes_that_no_tile_divides(self):
        for m, k, n, sparsity in [(64, 96, 1, 50), (96, 64, 37, 75), (128, 128, 259, 87.5)]:
            with self.subTest(m=m, k=k, n=n):
                plan, _ = self.tune(m, k, n, sparsity, candidates=3, out="odd.json")
                dense = Pattern(plan).random(self.random)
                matrix = self.random.standard_normal((k, n)).astype("f4")
                output, _ = self.multiply(dense, matrix, plan=plan)
                self.assertLess(relative_error(output, product(dense, matrix)), MAX_ERROR)

    def test_complete_pattern(self):
        plan, _ = self.tune(32, 64, 16, 0, candidates=2, out="full.json")
        dense = self.random.standard_normal((32, 64)).astype("f4")
        matrix = self.random.standard_normal((64, 16)).astype("f4")
        output, _ = self.multiply(dense, matrix, plan=plan)
        self.assertLess(relative_error(output, product(dense, matrix)), MAX_ERROR)

    def test_padding(self):
        for m, k in [(500, 300), (509, 307)]:
            with self.subTest(m=m, k=k):
                plan, report = self.tune(m, k, 40, 75, "--pad", candidates=2, out="padded.json")
                pattern = Pattern(plan)
                self.assertEqual((pattern.m, pattern.k), (m, k))
                if pattern.whole.shape != (m, k):
                    self.assertIn("pad", " ".join(report["notes"]))
                dense = pattern.random(self.random)
                matrix = self.random.standard_normal((k, 40)).astype("f4")
                expected = product(dense, matrix)
                for weights in (dense, pattern.values(dense)):
                    output, _ = self.multiply(weights, matrix, plan=plan)
                    self.assertEqual(output.shape, (m, 40))
                    self.assertLess(relative_error(output, expected), MAX_ERROR)

    def test_padding_holds_zeros(self):
        plan, _ = self.tune(509, 307, 8, 75, "--pad", candidates=1, out="padded.json")
        pattern = Pattern(plan)
        self.assertGreater(pattern.whole.shape[1], 307)
        values = np.ones((509, int(pattern.whole[0].sum())), "f4")
        self.refused(2, r"W\.npy: .* is padding, K is 307", "run", plan, "--weights",
                     self.save("W.npy", values), "--input",
                     self.save("I.npy", np.ones((307, 8), "f4")), "--output", self.output)
        self.assertFalse(self.output.exists())

    def test_project(self):
        weights = self.random.standard_normal((128, 256)).astype("f4")
        masked = np.where(self.pattern.mask, weights, 0)
        output, text = self.multiply(weights, self.matrix, "--project")
        self.assertLess(relative_error(output, product(masked, self.matrix)), MAX_ERROR)
        squares = weights.astype("f8") ** 2
        share = 100 * (1 - squares[self.pattern.mask].sum() / squares.sum())
        self.assertRegex(text, rf"projected: {(~self.pattern.mask).sum()} elements")
        self.assertIn(f"{share:.4g} % of the squared norm", text)

    def test_off_pattern_elements_are_named(self):
        weights = self.dense.copy()
        off = np.argwhere(~self.pattern.mask)
        weights[tuple(off[5])] = 1
        weights[tuple(off[9])] = np.nan
        row, col = off[5]
        self.refused(2, rf"W\.npy: 2 elements off .* row {row}, column {col}; --project",
                     "run", self.plan, "--weights", self.save("W.npy", weights), "--input",
                     self.save("I.npy", self.matrix), "--output", self.output)
        self.assertFalse(self.output.exists())

    def test_nan_and_infinity_propagate_as_in_numpy(self):
        for place in ("weights", "input", "both"):
            with self.subTest(place=place):
                dense, matrix = self.dense.copy(), self.matrix.copy()
                if place != "input":
                    on = np.argwhere(self.pattern.mask)
                    dense[tuple(on[3])] = np.nan
                    dense[tuple(on[2000])] = np.inf
                if place != "weights":
                    matrix[7, 11] = np.nan
                    matrix[100, 50] = -np.inf
                with np.errstate(invalid="ignore"):
                    expected = product(dense, matrix)
                self.assertTrue(np.isnan(expected).any() and np.isfinite(expected).any())
                output, _ = self.multiply(dense, matrix)
                np.testing.assert_array_equal(np.isnan(output), np.isnan(expected))
                infinite = np.isinf(expected)
                np.testing.assert_array_equal(output[infinite], expected[infinite])
                np.testing.assert_array_equal(np.isinf(output), infinite)
                finite = np.isfinite(expected)
                self.assertLess(relative_error(output[finite], expected[finite]), MAX_ERROR)

    def test_header_versions(self):
        expected = product(self.dense, self.matrix)
        for version in [(1, 0), (2, 0), (3, 0)]:
            with self.subTest(version=version):
                weights = self.folder / "version.npy"
                with open(weights, "wb") as file:
                    np.lib.format.write_array(file, self.dense, version=version)
                self.done("run", self.plan, "--weights", weights, "--input",
                          self.save("I.npy", self.matrix), "--output", self.output)
                self.assertLess(relative_error(np.load(self.output), expected), MAX_ERROR)

    def test_output_is_replaced_and_nothing_else_is_left(self):
        self.save("O.npy", np.zeros((3, 3)))
        self.multiply(self.dense, self.matrix)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["I.npy", "O.npy", "W.npy", "plan.json"])

    def test_host_plan_carries_its_measurement(self):
        plan = json.loads(self.plan.read_text())
        self.assertEqual(plan["version"], 1)
        self.assertGreater(plan["measured"]["median_ms"], 0)
        self.assertEqual(plan["device"]["kind"], "host")


if __name__ == "__main__":
    unittest.main()
