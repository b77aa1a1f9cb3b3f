"""What rbgp tune measures of a device: once, by one process, and kept in sweeps' journals."""

import json
import os
import subprocess
import unittest

from rbgp_command import COMMAND, TIMEOUT_S, CommandTest

SWEEP = ["--m", 64, "--k", 96, "--n", 24, "--sparsity", 75, "--device", "cpu", "--wisdom", "none"]
FIELDS = ["bytes_per_ms", "multiply_adds_per_ms", "vector_multiply_adds_per_ms", "empty_ms"]
MEASURED = "measured once what cpu does at best: "


class CeilingsTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.cache = self.folder / "cache"
        self.environment = {**os.environ, "RBGP_CACHE_DIR": str(self.cache)}

    def arguments(self, *more, candidates=2, plan="plan.json"):
        return ["tune", *SWEEP, "--budget", "30m", "--max-candidates", candidates, "--json", "--out",
                self.folder / plan, *more]

    def tuned(self, *more, **options):
        process = self.done(*self.arguments(*more, **options), env=self.environment)
        return self.undisturbed(json.loads(process.stdout))

    def undisturbed(self, report):
        if any("is busy" in note for note in report["notes"]):
            self.skipTest("others are at work on this machine: what it does at best is not measured then")
        return report

    def measured(self, report):
        return [note for note in report["notes"] if note.startswith(MEASURED)]

    def stored(self):
        return list(self.cache.glob("ceilings-*.json"))

    def lines(self, journal, kind):
        lines = [json.loads(line) for line in journal.read_text().splitlines()]
        return [line for line in lines if line["kind"] == kind]

    def test_first_sweep_measures(self):
        first, second = self.folder / "first.jsonl", self.folder / "second.jsonl"
        self.assertEqual(len(self.measured(self.tuned("--journal", first))), 1)
        file, = self.stored()
        before = file.read_text()
        self.assertEqual(self.measured(self.tuned("--journal", second)), [])
        self.assertEqual(file.read_text(), before)
        here, = self.lines(first, "ceilings")
        there, = self.lines(second, "ceilings")
        self.assertEqual(here, there)
        for field in FIELDS:
            self.assertGreater(here[field], 0)
        self.assertEqual(here["bytes_per_ms"], json.loads(before)["bytes_per_ms"])

    def test_one_of_two_measures(self):
        processes = [
            subprocess.Popen([COMMAND, *map(str, self.arguments(plan=f"{i}.json"))],
                             env=self.environment, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True) for i in range(2)]
        outputs = [each.communicate(timeout=TIMEOUT_S)[0] for each in processes]
        reports = [self.undisturbed(json.loads(output)) for output in outputs]
        self.assertEqual(sum(len(self.measured(report)) for report in reports), 1)
        self.assertEqual(len(self.stored()), 1)

    def test_not_without_a_folder(self):
        self.environment["RBGP_CACHE_DIR"] = ""
        journal = self.folder / "sweep.jsonl"
        self.assertEqual(self.measured(self.tuned("--journal", journal)), [])
        self.assertEqual(self.lines(journal, "ceilings"), [])

    def test_resumed_sweep_goes_by_its_journal(self):
        whole, resumed = self.folder / "whole.jsonl", self.folder / "resumed.jsonl"
        self.tuned("--journal", whole, candidates=3)
        resumed.write_text("".join(line + "\n" for line in whole.read_text().splitlines()
                                   if json.loads(line)["kind"] in ("header", "ceilings")))
        file, = self.stored()
        other = json.loads(file.read_text())
        other["bytes_per_ms"] /= 1000
        other["multiply_adds_per_ms"] *= 1000
        file.write_text(json.dumps(other))
        self.tuned("--journal", resumed, candidates=3)
        self.assertEqual(self.lines(resumed, "ceilings"), self.lines(whole, "ceilings"))
        self.assertEqual(*({line["id"] for line in self.lines(journal, "candidate")}
                           for journal in (whole, resumed)))


if __name__ == "__main__":
    unittest.main()
