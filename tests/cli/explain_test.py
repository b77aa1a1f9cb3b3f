"""rbgp explain, and what rbgp tune does with bounds of patterns."""

import json
import pathlib
import unittest

from rbgp_command import CommandTest

CONFIG = "go=32x128@75,gr=4x1,gi=32x32@50,gb=1x1"
CEILINGS = ["arithmetic", "issue", "shared memory", "L2", "DRAM", "latency", "launch and tail"]

SHIPPED = pathlib.Path(__file__).parents[2] / "data/wisdom/nvidia-h200.jsonl"


class ExplainTest(CommandTest):
    def explained(self, *arguments):
        return json.loads(self.done("explain", *arguments, "--json").stdout)

    def test_configuration(self):
        for target, kernel in (("sm_90a", "simt_tma thread_rows=4 block_groups=8"), ("host", "")):
            more = ["--kernel", kernel] if kernel else []
            why = self.explained(CONFIG, "--n", 4096, "--target", target, *more)
            self.assertEqual(list(why["ceilings_ms"]), CEILINGS)
            self.assertEqual(why["ceilings_ms"][why["binding"]], max(why["ceilings_ms"].values()))
            self.assertGreater(why["predicted_ms"], why["ceilings_ms"]["arithmetic"])
            self.assertIsNone(why["measured_ms"])

    def test_plan(self):
        plan, report = self.tune(128, 256, 64, 75, candidates=2)
        why = self.explained(plan)
        self.assertEqual(why["measured_ms"], report["ranking"][report["chosen"]]["median_ms"])
        text = self.done("explain", plan).stdout
        for line in ("bound by ", "predicted: ", "measured: ", "arithmetic"):
            self.assertIn(line, text)

    # Of a configuration where a sweep chose that kernel, here or on a device that rbgp came with wisdom of.
    def test_known_time_of_a_configuration(self):
        with open(SHIPPED, encoding="utf-8") as wisdom:
            entry = json.loads(wisdom.readlines()[1])
        plan = entry["plan"]
        problem, kernel = plan["problem"], plan["kernel"]
        text = " ".join([kernel["family"]] + [f"{name}={value}" for name, value
                                              in kernel["tunables"].items()])
        asked = [plan["pattern"]["config"], "--n", problem["n"], "--dtype", problem["dtype"],
                 "--layout", problem["layout"], "--target", "sm_90a", "--kernel"]
        self.assertEqual(self.explained(*asked, text)["measured_ms"], plan["measured"]["median_ms"])
        self.assertIn(f"on {plan['device']['name']}, predicted is",
                      self.done("explain", *asked, text).stdout)
        other = text.replace("block_n=64", "block_n=128")
        self.assertNotEqual(other, text)
        self.assertIsNone(self.explained(*asked, other)["measured_ms"])

    def test_a_plan_has_its_own(self):
        plan, _ = self.tune(128, 256, 64, 75, candidates=2)
        for option, value in (("--n", 64), ("--dtype", "f32"), ("--layout", "kn"),
                              ("--epilogue", "none"), ("--target", "host"),
                              ("--kernel", "host_rbgp4mm")):
            with self.subTest(option=option):
                self.refused(2, rf"^rbgp: {option} comes from plan .*plan\.json; it is for a "
                             "configuration$", "explain", plan, option, value)

    def test_plans_that_no_kernel_is_of(self):
        plan, _ = self.tune(128, 256, 64, 75, candidates=2)
        good = plan.read_text()
        for pattern, part, field, value in (
                (r"vector_floats is 0; it is from 1", ["device"], "vector_floats", 0),
                (r"compute_units is -3", ["device"], "compute_units", -3),
                (r"tile_rows=-1 is out of range", ["kernel", "tunables"], "tile_rows", -1),
                (r"tile_vectors is at least 1", ["kernel", "tunables"], "tile_vectors", 0),
                (r"has no tunable frobs", ["kernel", "tunables"], "frobs", 1),
                (r"seed is -1", ["pattern"], "seed", -1),
                (r"field 'family' is missing", ["kernel"], "family", None),
                (r"of type number, and is of type string", ["measured"], "median_ms", "1")):
            with self.subTest(field=field, value=value):
                content = json.loads(good)
                changed = content
                for name in part:
                    changed = changed[name]
                changed[field] = value
                if value is None:
                    del changed[field]
                plan.write_text(json.dumps(content))
                self.refused(2, pattern, "explain", plan)

    def test_bad_input(self):
        self.refused(2, "--n is required", "explain", CONFIG)
        self.refused(2, "missing.json", "explain", self.folder / "missing.json")
        self.refused(2, "does not multiply f32", "explain", CONFIG, "--n", 64, "--target", "sm_90a",
                     "--kernel", "mma")


class BoundsTest(CommandTest):
    SIZES = ["--m", 256, "--k", 512, "--n", 64, "--device", "cpu", "--max-candidates", 2]

    def tuned(self, *arguments):
        process = self.done("tune", *self.SIZES, "--sparsity", 87.5, "--json", "--out",
                            self.folder / "plan.json", *arguments)
        return json.loads(process.stdout)

    def test_are_kept(self):
        report = self.tuned("--min-repetition", 8, "--min-gi-share", 0.3, "--fix", "gb=2x1")
        for entry in report["ranking"]:
            self.assertGreaterEqual(entry["row_repetition"], 8)
            self.assertTrue(entry["config"].endswith("gb=2x1"))
            self.assertLess(entry["sparsity"]["gi"], 1)
            self.assertGreater(entry["sparsity"]["gi"], 0)
        self.assertIn("patterns", report["space"][0])

    def test_gap(self):
        for entry in self.tuned("--min-gap", 0.2)["ranking"]:
            self.assertGreaterEqual(entry["spectral_gap"], 0.2)

    def test_belong_to_the_journal(self):
        journal = self.folder / "j.jsonl"
        self.tuned("--min-repetition", 8, "--journal", journal)
        header = json.loads(journal.read_text().splitlines()[0])
        self.assertEqual(header["search"]["bounds"], "min_repetition=8")
        self.refused(2, "search.bounds", "tune", *self.SIZES, "--sparsity", 87.5, "--journal",
                     journal)

    def test_contradictions(self):
        for arguments, word in ((["--min-gap", 2], "min_gap"),
                                (["--min-repetition", 8, "--fix", "gr=2x1,gb=1x1"], "contradicts"),
                                (["--min-repetition", 64, "--fix", "gr=2x1,gb=2x2"], "whose rows repeat 4 times"),
                                (["--min-repetition", 0], "'0' is not allowed; .* from 1 to 64"),
                                (["--min-repetition", -3], "'-3' is not allowed; .* from 1 to 64"),
                                (["--min-gi-share", 0.5, "--fix", "gi=8x8"], "contradicts"),
                                (["--fix", "gz=1x1"], "gz=1x1"),
                                (["--min-gap", 0.999], "--min-gap")):
            self.refused(2, word, "tune", *self.SIZES, "--sparsity", 87.5, *arguments)


if __name__ == "__main__":
    unittest.main()
