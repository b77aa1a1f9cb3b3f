"""Sweeps in parts: --shard, rbgp journal merge, and the ranks of mpirun."""

import json
import os
import shutil
import subprocess
import unittest
from pathlib import Path

from rbgp_command import COMMAND, TIMEOUT_S, CommandTest, kernels_left

SMALL = ["--config", "go=1x1,gr=1x1,gi=1x2,gb=1x1", "--n", 8, "--family", "host_rbgp4mm",
         "--device", "cpu"]
MPI_COMMAND = Path(COMMAND).with_name("rbgp-mpi")
MPI_ENVIRONMENT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}


def lines(journal, kind):
    read = [json.loads(line) for line in journal.read_text().splitlines()]
    return [line for line in read if line["kind"] == kind]


def ids(journal):
    return [line["id"] for line in lines(journal, "candidate")]


class ShardTest(CommandTest):
    def arguments(self, journal, *more, strategy="exhaustive", budget="5m"):
        out = [] if "--shard" in more else ["--out", self.folder / "plan.json"]
        return ["tune", *SMALL, "--strategy", strategy, "--budget", budget, "--journal", self.folder / journal, *out,
                *more]

    def swept(self, journal, *more, **options):
        self.done(*self.arguments(journal, *more, **options))
        return self.folder / journal

    def check_parts(self, count, *more, **options):
        """The shards are parts of the whole sweep, and merge to it."""
        whole = ids(self.swept("whole", *more, **options))
        parts = [self.swept(f"part{i}", "--shard", f"{i}/{count}", *more, **options)
                 for i in range(1, count + 1)]
        found = [candidate for part in parts for candidate in ids(part)]
        self.assertEqual(len(found), len(whole))
        self.assertEqual(set(found), set(whole))
        self.assertFalse((self.folder / "plan.json").exists() and not whole)
        merged = self.folder / "merged"
        process = self.done("journal", "merge", merged, *parts)
        self.assertIn(f"{len(whole)} candidates of {count} journals", process.stdout)
        self.assertNotIn("come to its end", process.stdout)
        self.assertEqual(ids(merged), found)
        self.assertEqual(lines(merged, "header"), lines(self.folder / "whole", "header"))
        return parts, merged

    def test_exhaustive_in_two(self):
        parts, merged = self.check_parts(2)
        space = kernels_left(self.folder / "whole")
        self.assertEqual(len(ids(merged)), space)
        self.assertGreater(min(len(ids(part)) for part in parts), space // 5)
        # The sweep is ended from it: finals and a plan, and nothing is measured again.
        report = json.loads(self.done(*self.arguments("merged", "--json")).stdout)
        self.assertEqual(len(report["ranking"]), space)
        self.assertEqual(report["ended"], "space")
        self.assertEqual(len(ids(merged)), space)
        self.assertIn(lines(merged, "final")[0]["winner"], ids(merged))
        self.assertIn(f"{space} candidates are from the journal", report["notes"])
        self.assertIn(f"{space} candidates",
                      self.done("report", *parts, "--out", self.folder / "r.html").stdout)
        # Again, with what is there already.
        process = self.done("journal", "merge", merged, merged, parts[0])
        self.assertIn("in several", process.stdout)
        self.assertEqual(len(ids(merged)), space)
        self.assertEqual(len(lines(merged, "final")), 1)

    def test_random_in_three(self):
        self.check_parts(3, "--max-candidates", 25, "--seed", 5, strategy="random")

    def test_random_in_two_with_a_spectral_gap(self):
        """What lacks the gap counts in no shard, whosever it is."""
        sizes = ["--m", 64, "--k", 64, "--n", 8, "--sparsity", 75, "--min-gap", 0.2]
        def journalled(name, *more):
            self.done("tune", *sizes, "--device", "cpu", "--strategy", "random", "--seed", 3,
                      "--max-candidates", 12, "--budget", "5m", "--journal", self.folder / name,
                      *more, cwd=self.folder)
            return self.folder / name
        whole = journalled("whole")
        gaps = [line["spectral_gap"] for line in lines(whole, "candidate") if line["ok"]]
        self.assertGreaterEqual(min(gaps), 0.2)
        parts = [journalled(f"part{i}", "--shard", f"{i}/2") for i in (1, 2)]
        # The sweep's first candidate is proposed by the model: it may be one of the random ones, or beside them.
        self.assertEqual(sorted(ids(parts[0]) + ids(parts[1])), sorted(ids(whole)))

    def test_a_shard_whose_budget_was_spent(self):
        large = ["--config", "go=4x8@50,gr=4x1,gi=16x32@50,gb=1x1", "--n", 512]  # hundreds of kernels
        process = self.done("tune", *large, "--device", "cpu", "--strategy", "exhaustive", "--budget", "1s",
                            "--journal", self.folder / "part", "--shard", "1/2")
        self.assertIn("the budget was spent", process.stdout)
        process = self.done("journal", "merge", self.folder / "merged", self.folder / "part")
        self.assertIn("shard 1/2 did not come to its end: the budget was spent", process.stdout)

    def test_a_shard_is_resumed_as_itself(self):
        part = self.swept("part", "--shard", "2/2", "--max-candidates", 20)
        first = ids(part)
        self.assertEqual(lines(part, "header")[0]["shard"], "2/2")
        self.swept("part", "--shard", "2/2")
        self.assertEqual(ids(part)[:len(first)], first)
        self.refused(2, r'shard is "2/2" there and "1/2" here', *self.arguments("part", "--shard", "1/2"))
        self.refused(2, r'shard is "2/2" there and absent here', *self.arguments("part"))

    def test_bad_shards_are_refused(self):
        for shard in ("0/2", "3/2", "1", "1/", "a/b", "1/2/3", "-1/2", ""):
            self.refused(2, r"shard", *self.arguments("part", "--shard", shard))
        self.refused(2, r"--shard 1/2 .*writes no plan: --out ", "tune", *SMALL, "--shard", "1/2",
                     "--journal", self.folder / "part", "--out", self.folder / "plan.json")
        self.refused(2, r"--shard 1/2 .*adds no plan: --wisdom ", "tune", *SMALL, "--shard", "1/2",
                     "--journal", self.folder / "part", "--wisdom", self.folder / "wisdom")
        self.refused(2, r"needs a journal", "tune", *SMALL, "--shard", "1/2")
        self.refused(2, r"--layer", "tune", "--network", "vgg19", "--sparsity", 50, "--device", "cpu",
                     "--shard", "1/2", cwd=self.folder)
        self.assertEqual(os.listdir(self.folder), [])

    def test_other_journals_are_not_merged(self):
        part = self.swept("part", "--shard", "1/2")
        other = self.swept("other", "--shard", "2/2", "--seed", 2)
        out = self.folder / "out"
        self.refused(2, r"other: .* seed is 2 there and 1 here", "journal", "merge", out, part, other)
        self.assertFalse(out.exists())
        self.refused(2, r"there already", "journal", "merge", other, part)
        notes = self.folder / "notes"
        notes.write_text("mine\n")
        self.refused(2, r"notes: it is no journal", "journal", "merge", out, part, notes)
        self.refused(2, r"No such file", "journal", "merge", out, self.folder / "none")
        self.refused(2, r"no/out", "journal", "merge", self.folder / "no" / "out", part)


class MpiTest(CommandTest):
    def setUp(self):
        super().setUp()
        if not MPI_COMMAND.exists() or shutil.which("mpirun") is None:
            self.skipTest("this build has no MPI")

    def mpirun(self, ranks, *arguments):
        return subprocess.run(["mpirun", "-n", str(ranks), str(MPI_COMMAND), *map(str, arguments)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=TIMEOUT_S, check=False, env={**os.environ, **MPI_ENVIRONMENT})

    def test_two_ranks_share_a_sweep(self):
        whole, shared, plan = (self.folder / name for name in ("whole", "shared", "plan.json"))
        arguments = ["tune", *SMALL, "--budget", "5m", "--strategy", "exhaustive"]
        self.done(*arguments, "--journal", whole, "--out", self.folder / "whole.json")
        process = self.mpirun(2, *arguments, "--journal", shared, "--out", plan, "--resume")
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertIn("shared.1-of-2: there is no journal to resume", process.stderr)
        process = self.mpirun(2, *arguments, "--journal", shared, "--out", plan, "--json")
        self.assertEqual(process.returncode, 0, process.stderr)
        report = json.loads(process.stdout)
        self.assertEqual(len(report["ranking"]), kernels_left(whole))
        self.assertEqual(report["ended"], "space")
        self.assertEqual(sorted(ids(shared)), sorted(ids(whole)))
        self.assertEqual(len(lines(shared, "final")), 1)
        self.assertTrue(plan.exists())
        parts = [ids(Path(f"{shared}.{rank}-of-2")) for rank in (1, 2)]
        self.assertTrue(all(parts))
        self.assertFalse(set(parts[0]) & set(parts[1]))
        process = self.mpirun(2, *arguments, "--seed", 2, "--journal", shared, "--out", plan)
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertIn("seed is 1 there and 2 here", process.stderr)
        process = self.mpirun(3, *arguments, "--journal", shared, "--out", plan)
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertIn("shared.1-of-2: a sweep of 2 ranks, and here are 3", process.stderr)
        shared.unlink()
        self.refused(2, "shared.1-of-2: a sweep of 2 ranks, and here is one", *arguments, "--journal", shared)

    def test_ranks_need_a_journal(self):
        process = self.mpirun(2, "tune", *SMALL, "--out", self.folder / "plan.json")
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertIn("--journal is missing", process.stderr)


if __name__ == "__main__":
    unittest.main()
