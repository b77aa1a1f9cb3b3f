"""Layouts and epilogues, from the command line to the output file, against NumPy."""

import json
import math
import subprocess
import unittest

import numpy as np
from rbgp_command import TIMEOUT_S, CommandTest, Pattern, product, relative_error

CONFIG = "go=4x8@50,gr=4x1,gi=8x8@50,gb=1x1"
MAX_ERROR = 1e-5


def relu(x):
    return np.where(x < 0, 0, x)


def gelu(x):
    return x / 2 * np.vectorize(math.erfc)(-x / math.sqrt(2))


class RunTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.random = np.random.default_rng(1)

    def check(self, layout, epilogue, function, *more, residual=True, bias=True):
        """Tunes for the layout and the epilogue, runs, and compares with function(W I, R, bias)."""
        plan, _ = self.tune(96, 128, 21, 75, "--layout", layout, "--epilogue", epilogue,
                            candidates=2)
        pattern = Pattern(plan)
        dense = pattern.random(self.random)
        inputs = self.random.standard_normal((128, 21)).astype("f4")
        r = self.random.standard_normal((96, 21)).astype("f4")
        b = self.random.standard_normal(96).astype("f4")
        place = np.ascontiguousarray if layout == "kn" else (
            lambda matrix: np.ascontiguousarray(matrix.T))
        if residual:
            more += ("--residual", self.save("R.npy", place(r)))
        if bias:
            more += ("--bias", self.save("B.npy", b))
        output = self.folder / "O.npy"
        self.done("run", plan, "--weights", self.save("W.npy", dense), "--input",
                  self.save("I.npy", place(inputs)), "--output", output, *more)
        expected = place(function(product(dense, inputs), r.astype("f8"), b.astype("f8")[:, None]))
        got = np.load(output)
        self.assertEqual(got.shape, expected.shape)
        self.assertLess(relative_error(got, expected), MAX_ERROR)

    def test_layouts(self):
        for layout in ("kn", "nk"):
            with self.subTest(layout=layout):
                self.check(layout, "none", lambda x, r, b: x, residual=False, bias=False)

    def test_bias_and_relu(self):
        for layout in ("kn", "nk"):
            with self.subTest(layout=layout):
                self.check(layout, "bias,relu", lambda x, r, b: relu(x + b), residual=False)

    def test_everything(self):
        for layout in ("kn", "nk"):
            with self.subTest(layout=layout):
                self.check(layout, "gelu,bias,scale,residual",
                           lambda x, r, b: gelu(0.5 * x - 2 * r + b), "--alpha", 0.5, "--beta", -2)

    def test_orders_of_a_plan_without_one_move_nothing(self):
        for layout in ("kn", "nk"):
            with self.subTest(layout=layout):
                self.check(layout, "bias,row_order,column_order", lambda x, r, b: x + b,
                           residual=False)

    def test_beta_of_zero_needs_no_residual(self):
        self.check("nk", "residual", lambda x, r, b: x, "--beta", 0, residual=False, bias=False)

    def test_nan_propagates_through_an_activation(self):
        plan, _ = self.tune(96, 128, 21, 75, "--layout", "nk", "--epilogue", "relu", candidates=2)
        dense = Pattern(plan).random(self.random)
        inputs = self.random.standard_normal((21, 128)).astype("f4")
        inputs[4, 60] = np.nan
        self.done("run", plan, "--weights", self.save("W.npy", dense), "--input",
                  self.save("I.npy", inputs), "--output", self.folder / "O.npy")
        output = np.load(self.folder / "O.npy")
        self.assertTrue(np.isnan(output[4]).all())
        self.assertTrue(np.isfinite(np.delete(output, 4, axis=0)).all())


class RefusalTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.plan, _ = self.tune(96, 128, 21, 75, "--layout", "nk", "--epilogue",
                                 "scale,residual,bias", candidates=1)
        self.bias = self.save("B.npy", np.ones(96, "f4"))
        self.residual = self.save("R.npy", np.ones((21, 96), "f4"))
        self.weights = self.save("W.npy", np.zeros((96, 128), "f4"))
        self.input = self.save("I.npy", np.ones((21, 128), "f4"))

    def check(self, pattern, *more, plan=None, matrix=None):
        self.refused(2, pattern, "run", plan or self.plan, "--weights", self.weights, "--input",
                     matrix or self.input, "--output", self.folder / "O.npy", *more)
        self.assertFalse((self.folder / "O.npy").exists())

    def test_missing_parts(self):
        self.check(r"--bias is required: .*'scale,residual,bias'", "--residual", self.residual)
        self.check(r"--residual is required", "--bias", self.bias)

    def test_wrong_shapes(self):
        both = ["--bias", self.bias, "--residual", self.residual]
        self.check(r"allowed is N x K = \(21, 128\)", *both,
                   matrix=self.save("T.npy", np.ones((128, 21), "f4")))
        self.check(r"allowed is N x M = \(21, 96\)", "--bias", self.bias, "--residual",
                   self.save("S.npy", np.ones((96, 21), "f4")))
        self.check(r"allowed is M = \(96,\)", "--residual", self.residual, "--bias",
                   self.save("C.npy", np.ones(95, "f4")))
        self.check(r"2 dimensions; allowed are 1", "--residual", self.residual, "--bias",
                   self.save("C.npy", np.ones((96, 1), "f4")))
        self.check(r"--alpha", *both, "--alpha", "much")

    def test_parts_that_the_plan_does_not_have(self):
        plan, _ = self.tune(96, 128, 21, 75, "--layout", "nk", candidates=1, out="plain.json")
        for option, value in (("--bias", self.bias), ("--residual", self.residual),
                              ("--alpha", 2), ("--beta", 2)):
            with self.subTest(option=option):
                self.check(rf"{option}: the plan's epilogue 'none' takes none", option, value,
                           plan=plan)

    def test_names(self):
        for command in (["emit", CONFIG, "--n", 8],
                        ["tune", "--m", 96, "--k", 128, "--n", 21, "--sparsity", 75]):
            self.refused(2, r"--layout: layout 'mn' is not known; known are kn, nk", *command,
                         "--layout", "mn")
            self.refused(2, r"--epilogue: .*'tanh' is no part", *command, "--epilogue",
                         "bias,tanh")


class EmitTest(CommandTest):
    def test_source_says_what_it_computes(self):
        for target in ("host", "sm_90a"):
            with self.subTest(target=target):
                text = self.done("emit", CONFIG, "--n", 24, "--target", target, "--layout", "nk",
                                 "--epilogue", "relu,bias").stdout
                self.assertIn("O = relu(W I + bias), W 128 x 64", text)
                self.assertIn("I 24 x 64, O 24 x 128 (layout nk)", text)

    def test_report_names_them(self):
        _, report = self.tune(96, 128, 21, 75, "--layout", "nk", "--epilogue", "relu",
                              candidates=1)
        self.assertEqual(report["problem"]["layout"], "nk")
        self.assertEqual(report["problem"]["epilogue"], "relu")


class ExportTest(CommandTest):
    def test_host_folder_passes_its_check(self):
        plan, _ = self.tune(96, 128, 21, 75, "--layout", "nk", "--epilogue",
                            "scale,residual,bias,gelu,row_order", candidates=1)
        exported = self.folder / "exported"
        self.check(plan, exported)
        self.assertEqual(json.loads((exported / "plan.json").read_text())["problem"]["layout"],
                         "nk")
        # A plan without an order is checked with one in which rows move.
        self.assertIn("rbgp_row_order[] = {\n    95, 94, ", (exported / "pattern.h").read_text())

    def test_an_output_that_is_all_zeros_may_be_right(self):
        plan, _ = self.tune(1, 8, 1, 0, "--epilogue", "relu", candidates=1)
        self.check(plan, self.folder / "exported")

    def check(self, plan, exported):
        build = self.folder / "build"
        self.done("export", plan, "--out", exported)
        for command in (["cmake", "-S", exported, "-B", build], ["cmake", "--build", build],
                        ["ctest", "--test-dir", build, "--output-on-failure"]):
            process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                     text=True, timeout=TIMEOUT_S, check=False)
            self.assertEqual(process.returncode, 0, process.stdout)
        self.assertIn("100% tests passed", process.stdout)


if __name__ == "__main__":
    unittest.main()
