"""rbgp report: what it shows, refuses and leaves alone."""

import json
import os
import unittest
import xml.etree.ElementTree as ElementTree

from rbgp_command import CommandTest

SWEEP = ["--m", 64, "--k", 96, "--n", 24, "--sparsity", 75, "--strategy", "random", "--device",
         "cpu"]
PLOTS = ["time-gap", "time-repetition", "convergence", "families"]  # without failures and ceilings
SVG = "{http://www.w3.org/2000/svg}"


class ReportTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.journal = self.folder / "sweep.jsonl"
        self.page = self.folder / "report.html"

    def sweep(self, *more, journal=None, candidates=12):
        # Without a cache nothing is measured of the device.
        self.done("tune", *SWEEP, "--budget", "30m", "--max-candidates", candidates, "--journal",
                  journal or self.journal, "--out", self.folder / "plan.json", *more,
                  env={**os.environ, "RBGP_CACHE_DIR": ""})

    def test_page_and_plots(self):
        self.sweep()
        before = self.journal.read_bytes()
        process = self.done("report", self.journal, "--out", self.page, "--svg",
                            self.folder / "new" / "plots")
        self.assertTrue(process.stdout.startswith(f"report: {self.page}, 12 candidates\n"))
        self.assertEqual(self.journal.read_bytes(), before)
        page = self.page.read_text()
        self.assertIn("64 x 96 x 24 f32, 75 % sparse", page)
        self.assertIn("The journal has no ceilings", page)
        self.assertRegex(page, r"<li>space: \d+ patterns, \d+ left; removed: ")
        self.assertRegex(page, r"<li>space: host_rbgp4mm: \d+ ")
        self.assertRegex(page, r"<li>finals: the same kernel timed twice differs by [\d.e-]+ %")
        self.assertIn("12</b>", page)
        plan = json.loads((self.folder / "plan.json").read_text())
        leaders = page[page.index('<section id="leaderboard"'):]
        leaders = leaders[:leaders.index("</section>")]
        self.assertEqual(leaders.count('<tr class="plan">'), 1)
        marked = page[page.index('<tr class="plan">'):]
        self.assertIn(plan["pattern"]["config"], marked[:marked.index("</tr>")])
        files = sorted(os.listdir(self.folder / "new" / "plots"))
        self.assertEqual(files, sorted(f"{name}.svg" for name in PLOTS))
        for file in files:
            root = ElementTree.parse(self.folder / "new" / "plots" / file).getroot()
            self.assertGreater(len(list(root.iter(f"{SVG}text"))), 4)
            self.assertTrue(root.find(f"{SVG}title").text)

    def test_shards_and_torn_tails(self):
        other = self.folder / "other.jsonl"
        self.sweep(candidates=3)
        self.sweep(journal=other, candidates=5)
        with open(other, "a", encoding="utf-8") as file:
            file.write('{"kind":"cand')
        process = self.done("report", self.journal, other, "--out", self.page)
        self.assertIn(", 5 candidates", process.stdout)

    def test_bad_input(self):
        self.sweep(candidates=1)
        other = self.folder / "other.jsonl"
        self.done("tune", *SWEEP, "--seed", 2, "--max-candidates", 1, "--journal", other, "--out",
                  self.folder / "plan.json")
        notes = self.folder / "notes"
        for text, pattern in (("", "it is empty"), ("mine\n", "it is no journal of rbgp tune")):
            notes.write_text(text)
            self.refused(2, f"notes: {pattern}", "report", notes, "--out", self.page)
        self.refused(2, r"other.jsonl: .*seed is 2 there and 1 here; .*sweep.jsonl", "report",
                     self.journal, other, "--out", self.page)
        self.refused(2, r"none: cannot be read", "report", self.folder / "none", "--out", self.page)
        self.refused(2, r"it is a folder", "report", self.folder, "--out", self.page)
        self.refused(2, r"journals is required", "report", "--out", self.page)
        self.assertFalse(self.page.exists())
        before = self.journal.read_bytes()
        self.refused(2, r"--out names the journal", "report", self.journal, "--out", self.journal)
        self.refused(2, r"no folder can be made", "report", self.journal, "--out", self.page,
                     "--svg", notes)
        self.assertFalse(self.page.exists())
        self.assertEqual(self.journal.read_bytes(), before)
        self.refused(2, r"cannot be written", "report", self.journal, "--out",
                     self.folder / "no" / "page.html")


if __name__ == "__main__":
    unittest.main()
