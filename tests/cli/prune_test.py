"""rbgp prune: kept shares against NumPy, and what it writes, run."""

import json
import subprocess
import unittest

import numpy as np
from rbgp_command import TIMEOUT_S, CommandTest, Pattern, product, relative_error

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
        for field in ("kernel", "device", "measured"):
            self.assertEqual(after[field], before[field])
        # The kernel applies the order from now on: of rows always, of columns where it packs I.
        packs = before["kernel"]["tunables"]["pack_input"] == 1
        self.assertEqual(after["problem"], {**before["problem"], "epilogue":
                                            "row_order,column_order" if packs else "row_order"})
        self.assertEqual(after["pattern"]["config"], before["pattern"]["config"])
        for side, size in (("rows", M), ("cols", K)):
            self.assertEqual(sorted(after["order"][side]), list(range(size)))
        self.assertNotIn("order", before)
        facts = self.done("inspect", self.plan).stdout
        self.assertIn("order: rows and columns of W are moved", facts)
        self.assertTrue(json.loads(self.done("inspect", self.plan, "--json").stdout)["moved"]["rows"])
        exported = self.done("export", self.plan, "--out", self.folder / "layer").stdout
        self.assertEqual("note: this kernel does not look rows of I up" in exported, not packs)

    def test_the_kernel_multiplies_the_pattern_that_vertices_moved_to(self):
        """Paired columns are for a Gi that is a lift, which it is no more once its vertices have moved. Where rows and
        columns may move they stay."""
        config = "go=4x4@50,gr=4x1,gi=32x64@50,gb=1x1"
        weights = self.save("wide.npy", trained(self.random, 512, 256))
        moved = self.folder / "moved.json"
        lift = ["prune", "--weights", weights, "--restarts", 1, "--out-plan"]
        self.done(*lift, self.plan, "--config", config, "--n", 512, "--dtype", "bf16", "--target", "sm_90a",
                  "--permute", "none", "--seed", 1)
        self.assertEqual(self.kernel(self.plan)["tunables"]["densify"], 2)
        self.done("export", self.plan, "--out", self.folder / "paired")
        for permute in ("vertices", "all"):
            with self.subTest(permute=permute):
                self.done(*lift, moved, "--config", config, "--n", 512, "--dtype", "bf16", "--target", "sm_90a",
                          "--permute", permute)
                # A kernel that looks rows of I up in their order is slower than putting them in it first.
                self.assertIn(self.kernel(moved)["family"], ("wgmma", "mma"))
                self.done("export", moved, "--out", self.folder / f"of-config-{permute}")
                # A plan's own kernel is kept where it can be, and only there.
                again = self.done(*lift, moved, "--plan", self.plan, "--permute", permute)
                is_lost = "note: the plan's kernel needs base graphs whose vertices have not moved" in again.stderr
                self.assertEqual(is_lost, permute == "vertices", again.stderr)
                self.assertEqual(self.kernel(moved) == self.kernel(self.plan), not is_lost)
                self.done("export", moved, "--out", self.folder / f"of-plan-{permute}")
        kept = self.done(*lift, moved, "--plan", self.plan, "--permute", "none")
        self.assertEqual(kept.stderr, "")
        self.assertEqual(self.kernel(moved), self.kernel(self.plan))

    @staticmethod
    def kernel(plan):
        return json.loads(plan.read_text())["kernel"]

    def test_layouts_and_epilogues_run_in_w_s_own_order(self):
        r = self.random.standard_normal((M, N)).astype("f4")
        b = self.random.standard_normal(M).astype("f4")
        matrix = self.random.standard_normal((K, N)).astype("f4")
        output = self.folder / "O.npy"
        for layout, place in (("kn", np.ascontiguousarray),
                              ("nk", lambda one: np.ascontiguousarray(one.T))):
            tuned, _ = self.tune(M, K, N, 75, "--layout", layout, "--epilogue",
                                 "residual,bias,relu", candidates=1)
            self.prune("--plan", tuned, "--out-plan", self.plan, "--out", self.values)
            expected = np.maximum(product(np.where(self.chosen_mask(), self.weights, 0), matrix)
                                  + r + b[:, None], 0)
            plain = json.loads(self.plan.read_text())
            self.assertIn("row_order", plain["problem"]["epilogue"])
            # A plan from before kernels knew of orders; and one whose kernel reads I where it lies.
            plain["problem"]["epilogue"] = "residual,bias,relu"
            older = self.folder / "older.json"
            older.write_text(json.dumps(plain))
            plans = [self.plan, older]
            if layout == "kn":
                plain["kernel"]["tunables"]["pack_input"] = 0
                plans.append(self.folder / "in_place.json")
                plans[-1].write_text(json.dumps(plain))
            for plan in plans:
                with self.subTest(layout=layout, plan=plan.name):
                    self.done("run", plan, "--weights", self.values, "--input",
                              self.save("I.npy", place(matrix)), "--output", output, "--bias",
                              self.save("B.npy", b), "--residual", self.save("R.npy", place(r)))
                    self.assertLess(relative_error(np.load(output), place(expected)), 1e-5)

    def test_a_plan_of_another_dtype_layout_and_epilogue(self):
        for target in ("sm_90a", "sm_80"):
            self.prune("--config", "go=4x8@50,gr=1x1,gi=2x1,gb=16x16", "--permute", "vertices", "--n", 64,
                       "--dtype", "bf16", "--layout", "nk", "--epilogue", "bias,relu", "--target", target,
                       "--out-plan", self.plan)
            plan = json.loads(self.plan.read_text())
            self.assertEqual(plan["problem"], {"m": 128, "k": 128, "n": 64, "dtype": "bf16",
                                               "layout": "nk", "epilogue": "bias,relu"})
            self.assertEqual(plan["kernel"]["family"], "mma")

    def test_nan_propagates_in_w_s_own_order(self):
        self.prune("--config", CONFIG, "--out-plan", self.plan, "--n", N, "--out", self.values)
        matrix = self.random.standard_normal((K, N)).astype("f4")
        matrix[17, 3] = np.nan
        self.done("run", self.plan, "--weights", self.values, "--input",
                  self.save("I.npy", matrix), "--output", self.folder / "O.npy")
        output = np.load(self.folder / "O.npy")
        self.assertTrue(np.isnan(output[:, 3]).all())
        self.assertTrue(np.isfinite(np.delete(output, 3, axis=1)).all())

    def test_exported_layer_works_in_w_s_own_order(self):
        self.prune("--config", CONFIG, "--out-plan", self.plan, "--n", N)
        exported, build = self.folder / "exported", self.folder / "build"
        text = self.done("export", self.plan, "--out", exported).stdout
        self.assertNotIn("note:", text)
        order = json.loads(self.plan.read_text())["order"]
        header = (exported / "pattern.h").read_text()
        for side in ("rows", "cols"):
            first = ", ".join(map(str, order[side][:16]))
            self.assertIn(f"{{\n    {first},\n", header)
        for command in (["cmake", "-S", exported, "-B", build], ["cmake", "--build", build],
                        ["ctest", "--test-dir", build, "--output-on-failure"]):
            process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                     text=True, timeout=TIMEOUT_S, check=False)
            self.assertEqual(process.returncode, 0, process.stdout)
        self.assertIn("100% tests passed", process.stdout)

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
        for option, value in (("--n", 8), ("--dtype", "bf16"), ("--target", "sm_80")):
            check(f"{option} comes from plan", "--plan", "p.json", option, value)
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
