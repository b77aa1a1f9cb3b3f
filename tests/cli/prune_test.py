"""rbgp prune: kept shares against NumPy, and what it writes, run."""

import json
import unittest

import numpy as np
from rbgp_command import CommandTest, Pattern, product, relative_error

CONFIG = "go=8x16@50,gr=2x1,gi=8x8@50,gb=1x1"
M, K, N = 128, 128, 24


def trained(generator, m=M, k=K):
    """Rows and columns whose norms differ, as those of trained layers do."""
    scale = np.exp(0.5 * generator.standard_normal((m, 1))) * np.exp(0.5 * generator.standard_normal(k))
    return (generator.standard_normal((m, k)) * scale).astype("f4")


def share(dense, kept):
    squares = dense.astype("f8") ** 2
    return squares[kept].sum() / squares.sum()


class PruneTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.random = np.random.default_rng(7)
        self.weights = trained(self.random)
        self.file = self.save("W.npy", self.weights)
        self.plan = self.folder / "pruned.json"
        self.values = self.folder / "values.npy"

    def prune(self, *more):
        return json.loads(self.done("prune", "--weights", self.file, "--restarts", 1, "--json",
                                    *more).stdout)

    def chosen_mask(self):
        """Which elements of W, in its own order, the plan keeps."""
        pattern = Pattern(self.plan)
        order = json.loads(self.plan.read_text()).get("order", {})
        rows = order.get("rows", range(pattern.m))
        cols = order.get("cols", range(pattern.k))
        mask = np.zeros_like(pattern.mask)
        mask[np.ix_(rows, cols)] = pattern.mask
        return mask

    def test_shares_agree_with_numpy(self):
        for permute in ("none", "vertices", "rows", "cols", "all"):
            with self.subTest(permute=permute):
                found = self.prune("--config", CONFIG, "--permute", permute, "--out-plan", self.plan,
                                   "--n", N)
                mask = self.chosen_mask()
                kept = int(mask.sum())
                shares = found["kept_share"]
                self.assertEqual(found["kept_elements"], kept)
                self.assertEqual(kept, M * K // 4)
                self.assertAlmostEqual(shares["chosen"], share(self.weights, mask), places=6)
                self.assertAlmostEqual(shares["random"], 0.25)
                largest = np.zeros(M * K, bool)
                largest[np.argsort(-np.abs(self.weights).ravel())[:kept]] = True
                self.assertAlmostEqual(shares["unstructured"],
                                       share(self.weights, largest.reshape(M, K)), places=6)
                blocks = (self.weights.astype("f8") ** 2).reshape(M // 4, 4, K // 4, 4).sum((1, 3))
                best = np.sort(blocks.ravel())[::-1][:kept // 16]
                self.assertAlmostEqual(shares["block4x4"], best.sum() / blocks.sum(), places=6)
                self.assertEqual(found["block_kept_elements"], kept)
                self.assertGreaterEqual(shares["chosen"], shares["as_sampled"])
                self.assertEqual(found["moved"], {"rows": permute in ("rows", "all"),
                                                  "cols": permute in ("cols", "all")})

    def test_values_and_plan_run(self):
        matrix = self.random.standard_normal((K, N)).astype("f4")
        for permute in ("none", "vertices", "rows", "cols", "all"):
            with self.subTest(permute=permute):
                self.prune("--config", CONFIG, "--permute", permute, "--out-plan", self.plan, "--n", N,
                           "--out", self.values)
                expected = product(np.where(self.chosen_mask(), self.weights, 0), matrix)
                output = self.folder / "O.npy"
                for weights, more in ((self.values, []), (self.file, ["--project"])):
                    self.done("run", self.plan, "--weights", weights, "--input",
                              self.save("I.npy", matrix), "--output", output, *more)
                    self.assertLess(relative_error(np.load(output), expected), 1e-5)

    def test_a_tuned_plan_keeps_its_kernel(self):
        tuned, _ = self.tune(M, K, N, 75, candidates=2)
        self.prune("--plan", tuned, "--out-plan", self.plan)
        before, after = json.loads(tuned.read_text()), json.loads(self.plan.read_text())
        for field in ("problem", "kernel", "device", "measured"):
            self.assertEqual(after[field], before[field])
        self.assertEqual(after["pattern"]["config"], before["pattern"]["config"])
        for side, size in (("rows", M), ("cols", K)):
            self.assertEqual(sorted(after["order"][side]), list(range(size)))
        self.assertNotIn("order", before)
        facts = self.done("inspect", self.plan).stdout
        self.assertIn("order: rows and columns of W are moved", facts)
        self.assertTrue(json.loads(self.done("inspect", self.plan, "--json").stdout)["moved"]["rows"])
        exported = self.done("export", self.plan, "--out", self.folder / "layer").stdout
        self.assertIn("note: the layer works in the order", exported)

    def test_padded_plan(self):
        tuned, _ = self.tune(125, 122, 8, 75, "--pad", candidates=1, out="padded.json")
        weights = trained(self.random, 125, 122)
        self.file = self.save("W.npy", weights)
        found = self.prune("--plan", tuned, "--out-plan", self.plan, "--out", self.values)
        mask = self.chosen_mask()
        self.assertEqual(found["kept_elements"], int(mask.sum()))
        self.assertAlmostEqual(found["kept_share"]["chosen"], share(weights, mask), places=6)
        matrix = self.random.standard_normal((122, 8)).astype("f4")
        output = self.folder / "O.npy"
        self.done("run", self.plan, "--weights", self.values, "--input", self.save("I.npy", matrix),
                  "--output", output)
        self.assertLess(relative_error(np.load(output), product(np.where(mask, weights, 0), matrix)),
                        1e-5)

    def test_same_seed_same_files(self):
        texts = set()
        for seed in (1, 1, 2):
            self.prune("--config", CONFIG, "--seed", seed, "--out-plan", self.plan, "--n", N)
            texts.add(self.plan.read_text())
        self.assertEqual(len(texts), 2)

    def test_text(self):
        text = self.done("prune", "--weights", self.file, "--config", CONFIG, "--restarts", 0).stdout
        self.assertTrue(text.startswith(f"{CONFIG}, 128 x 128\n"))
        for line in ("unstructured, the largest", "4x4 blocks, the largest", "RBGP4, --permute all",
                     "RBGP4, as sampled", r"RBGP4, random order \(mean\)"):
            self.assertRegex(text, rf"(?m)^{line} +4096 +\d+\.\d\d %$")

    def test_bad_input(self):
        def check(pattern, *arguments, weights=None):
            self.refused(2, pattern, "prune", "--weights", weights or self.file, *arguments)
            self.assertFalse(self.plan.exists() or self.values.exists())
        check(r"either --config or --plan")
        check(r"either --config or --plan", "--config", CONFIG, "--plan", self.plan)
        check(r"--n is required", "--config", CONFIG, "--out-plan", self.plan)
        check(r"permute 'both': there are none, vertices", "--config", CONFIG, "--permute", "both")
        check(r"restarts", "--config", CONFIG, "--restarts", -1)
        check(r"W\.npy: shape is \(128, 128\); allowed is .*\(16, 16\)", "--config",
              "go=4x4@50,gr=1x1,gi=4x4@50,gb=1x1", "--out", self.values)
        check(r"nothing\.npy", "--config", CONFIG, weights=self.folder / "nothing.npy")
        check(r"absent\.json", "--plan", self.folder / "absent.json")
        check(r"cannot be written", "--config", CONFIG, "--out", self.folder / "no/values.npy")
        self.weights[3, 5] = np.nan
        check(r"odd\.npy: element nan of row 3, column 5 is not finite", "--config", CONFIG, "--out",
              self.values, weights=self.save("odd.npy", self.weights))


if __name__ == "__main__":
    unittest.main()
