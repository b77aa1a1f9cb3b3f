"""rbgp tune --network: every layer in one sweep."""

import json
import math
import os
import re
import signal
import subprocess
import time
import unittest

from rbgp_command import COMMAND, TIMEOUT_S, CommandTest, run

BATCH = 4


def layer(name, m, k, pixels, dense=False):
    return {"name": name, "kind": "conv", "m": m, "k": k, "n": pixels * BATCH, "batch": BATCH,
            "dense": dense}


LAYERS = [layer("first", 16, 27, 16, dense=True), layer("one", 32, 64, 16),
          layer("two", 64, 64, 4), layer("one_again", 32, 64, 16), layer("last", 10, 64, 1, True)]


class TuneNetworkTest(CommandTest):
    def setUp(self):
        super().setUp()
        networks = self.folder / "data" / "networks"
        networks.mkdir(parents=True)
        odd = [layer("fits", 32, 64, 4), layer("no", 7, 13, 4)]
        for name, layers in (("tiny", LAYERS), ("odd", odd)):
            (networks / f"{name}.json").write_text(
                json.dumps({"version": 1, "name": name, "layers": layers}))
        self.environment = {**os.environ, "RBGP_DATA": str(self.folder / "data")}
        self.plans = self.folder / "plans"
        self.journals = self.folder / "journals"

    def arguments(self, *more, network="tiny"):
        return ["tune", "--network", network, "--sparsity", 75, "--device", "cpu", "--strategy",
                "random", "--out", self.plans, *more]

    def tune_all(self, *more):
        return self.done(*self.arguments("--max-candidates", 3, *more), env=self.environment)

    def check_sum(self, report):
        for field in ("median_ms", "dense_ms"):
            self.assertAlmostEqual(report["sum"][field], sum(
                each[field] for each in report["layers"] if each["measured"]))
        self.assertAlmostEqual(report["sum"]["speedup"],
                               report["sum"]["dense_ms"] / report["sum"]["median_ms"])

    def test_layers_plans_and_sum(self):
        process = self.tune_all("--json")
        report = json.loads(process.stdout)
        self.assertFalse(report["interrupted"])
        self.assertEqual([each["name"] for each in report["layers"]],
                         [each["name"] for each in LAYERS])
        self.assertEqual(sorted(os.listdir(self.plans)), ["one.json", "one_again.json", "two.json"])
        self.assertEqual((self.plans / "one.json").read_text(),
                         (self.plans / "one_again.json").read_text())
        for given, each in zip(LAYERS, report["layers"]):
            with self.subTest(layer=given["name"]):
                self.assertEqual([each["problem"][size] for size in "mkn"],
                                 [given[size] for size in "mkn"])
                self.assertEqual(each["dense"], given["dense"])
                self.assertAlmostEqual(each["speedup"], each["dense_ms"] / each["median_ms"])
                if given["dense"]:
                    self.assertEqual(each["median_ms"], each["dense_ms"])
                    continue
                plan = json.loads((self.plans / f"{given['name']}.json").read_text())
                self.assertEqual(plan["problem"], each["problem"])
                self.assertEqual(plan["pattern"]["config"], each["config"])
                self.assertEqual(plan["measured"]["median_ms"], each["median_ms"])
                self.assertEqual(each["candidates"], 3)
                self.assertGreaterEqual(each["noise_floor"], 0)
                self.assertGreaterEqual(each["rounds"]["all"], 5)
                self.assertGreaterEqual(each["rounds"]["dropped"], 0)
                self.assertRegex(each["space"][0], r"^\d+ patterns, \d+ left")
                if given["name"] == each["tuned_as"]:
                    self.assertIn(f"space: {given['name']}: {each['space'][0].split(';')[0]}; ",
                                  process.stderr)
                self.assertEqual(each["pruned"], 0)  # by a random search
        self.assertEqual(report["layers"][3]["tuned_as"], "one")
        self.assertEqual(report["sum"]["layers"], len(LAYERS))
        self.check_sum(report)

    def test_text(self):
        process = self.tune_all("--batch", 2)
        self.assertRegex(process.stdout, r"(?m)^space: one: \d+ patterns, \d+ left; host_rbgp4mm: \d+ ")
        self.assertRegex(process.stdout, r"(?m)^first +16 x 27 x 32 f32 .* 1\.00\?? +- +left dense$")
        self.assertRegex(process.stdout,
                         r"(?m)^one_again +32 x 64 x 32 f32 +\S+ +\S+ +\S+ +\S+ +go=")
        self.assertRegex(process.stdout, r"(?m)^sum +5 layers +\S+ +\S+ +[\d.]+")
        self.assertTrue(process.stdout.endswith(f"plans: {self.plans}\n"))
        self.assertIn("layer one, one_again (2 of 4): 32 x 64 x 32 f32", process.stderr)

    # Each time that it was left alone for a while, as between the turns of finals, it takes three times as long.
    SLOWER_BLAS = """
        #include <time.h>
        static double now(void) {
          struct timespec t;
          clock_gettime(CLOCK_MONOTONIC, &t);
          return t.tv_sec + 1e-9 * t.tv_nsec;
        }
        void cblas_sgemm(void) {
          static double last = 0, seconds = 1e-4;
          const double begin = now();
          if (last > 0 && begin - last > 0.01 && seconds < 0.02) seconds *= 3;
          while ((last = now()) < begin + seconds) {}
        }
        """

    def test_disturbed_layers_are_marked(self):
        source, library = self.folder / "blas.c", self.folder / "libopenblas.so.0"
        source.write_text(self.SLOWER_BLAS)
        subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
        self.environment["LD_LIBRARY_PATH"] = str(self.folder)
        arguments = self.arguments("--max-candidates", 1, "--budget", "6s")
        report = json.loads(self.done(*arguments, "--json", env=self.environment).stdout)
        self.assertTrue(report["sum"]["disturbed"])
        for each in report["layers"]:
            self.assertTrue(each["disturbed"], each)
            self.assertGreater(each["rounds"]["dropped"], 0)
        text = self.done(*arguments, env=self.environment).stdout
        time = r" +[\d.e-]+\?"
        for name in (*(each["name"] for each in LAYERS), "sum"):
            self.assertRegex(text, rf"(?m)^{name} .*{time}{time}{time}( |$)")
        self.assertRegex(text, r"(?m)^\?: the machine was too busy for these times, and the sums, ")

    def test_journals_are_resumed(self):
        self.refused(2, r"--resume: .*no layer's journal", *self.arguments("--journal", self.journals, "--resume"),
                     env=self.environment)
        self.assertFalse(self.plans.exists() or self.journals.exists())
        self.tune_all("--journal", self.journals)
        self.assertEqual(sorted(os.listdir(self.journals)), ["one.jsonl", "two.jsonl"])
        report = json.loads(self.tune_all("--journal", self.journals, "--resume", "--json").stdout)
        self.assertIn("3 candidates are from the journal", report["layers"][1]["notes"])
        for journal in self.journals.iterdir():
            kinds = [json.loads(line)["kind"] for line in journal.read_text().splitlines()]
            self.assertEqual(kinds.count("candidate"), 3)
            self.done("report", journal, "--out", self.folder / "report.html")

    def test_budget_is_the_networks(self):
        begin = time.monotonic()
        report = json.loads(self.done(*self.arguments("--budget", "4s", "--json"),
                                      env=self.environment).stdout)
        self.assertLess(time.monotonic() - begin, 240)  # without a budget it would go on for hours
        self.assertEqual(report["sum"]["layers"], len(LAYERS))

    def test_interrupt_keeps_what_is_done(self):
        process = subprocess.Popen(
            [COMMAND, *map(str, self.arguments("--budget", "600s", "--json"))],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment)
        self.addCleanup(process.kill)
        for line in process.stderr:
            if line.startswith("layer one"):  # the dense layer before it has been timed
                break
        for line in process.stderr:
            if "candidates" in line:
                break
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=TIMEOUT_S)
        self.assertEqual(process.returncode, 0, errors)
        report = json.loads(output)
        self.assertTrue(report["interrupted"])
        self.assertFalse(report["layers"][-1]["measured"])
        self.check_sum(report)
        for each in report["layers"]:
            self.assertEqual((self.plans / f"{each['name']}.json").exists(),
                             each["measured"] and not each["dense"])

    def test_an_interrupt_before_a_plan_is_a_failure(self):
        process = subprocess.Popen([COMMAND, *map(str, self.arguments("--budget", "600s"))],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=self.environment)
        self.addCleanup(process.kill)
        for line in process.stderr:
            if line.startswith("layer one"):  # the dense layer before it has been timed
                break
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=TIMEOUT_S)
        self.assertEqual(process.returncode, 1, output)
        self.assertRegex(errors.splitlines()[-1], r"^rbgp: interrupted before .*no plan written$")
        self.assertEqual(os.listdir(self.plans), [])

    def test_bad_input(self):
        def refused(pattern, *arguments, **options):
            self.refused(2, pattern, *arguments, env=self.environment, **options)

        refused(r"--config needs --layer .*first, one, two", "tune", "--network", "tiny", "--config",
                "go=1x1,gr=1x1,gi=2x2,gb=1x1")
        refused(r"--m, --k and --n come from --network tiny", *self.arguments("--m", 3))
        refused(r"give either --sparsity", "tune", "--network", "tiny", "--device", "cpu")
        refused(r"--wisdom and --out both name .*two.json", *self.arguments("--wisdom", self.plans / "two.json"))
        refused(r"--wisdom and --journal both name .*one.jsonl",
                *self.arguments("--journal", self.journals, "--wisdom", self.journals / "one.jsonl"))
        self.assertFalse(self.plans.exists() or self.journals.exists())
        self.plans.write_text("mine")
        refused(r"plans: no folder can be made there: ", *self.arguments())
        self.assertEqual(self.plans.read_text(), "mine")

    def test_a_layer_that_cannot_be_tuned_is_named_before_others_are(self):
        process = run(*self.arguments("--max-candidates", 1, network="odd"), env=self.environment)
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertRegex(process.stderr.splitlines()[-1], r"^rbgp: layer no: .*0 %")
        self.assertFalse((self.plans / "fits.json").exists())

    def test_bounds_are_of_sparse_layers(self):
        report = json.loads(self.tune_all("--min-repetition", 4, "--json").stdout)
        self.assertEqual(report["sum"]["layers"], len(LAYERS))
        for each in report["layers"]:
            if not each["dense"]:
                rows = [int(left) for left in re.findall(r"g[rb]=(\d+)x", each["config"])]
                self.assertGreaterEqual(math.prod(rows), 4, each["config"])


if __name__ == "__main__":
    unittest.main()
