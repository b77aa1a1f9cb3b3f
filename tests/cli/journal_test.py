"""rbgp tune --journal: whatever ends a sweep, it goes on from where it was."""

import fcntl
import json
import os
import random
import resource
import signal
import subprocess
import time
import unittest
from pathlib import Path

from rbgp_command import COMMAND, TIMEOUT_S, CommandTest, kernels_left, run

KILLS = 25  # of each of two sweeps
# A space of kernels that compile in a blink.
SMALL = ["--config", "go=1x1,gr=1x1,gi=1x2,gb=1x1", "--n", 8, "--family", "host_rbgp4mm",
         "--device", "cpu", "--budget", "5m"]


def workers_of(tuner):
    """Command lines of worker processes that this tuner started."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().decode(errors="replace").split("\0")
        except OSError:  # it has just ended
            continue
        if words[0].endswith("rbgp-worker") and words[1] == str(tuner):
            found.append(words)
    return found


class JournalTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.journal = self.folder / "sweep.jsonl"

    def arguments(self, *more, strategy="exhaustive", journal=None):
        return ["tune", *SMALL, "--strategy", strategy, "--journal", journal or self.journal,
                "--out", self.folder / "plan.json", *more]

    def lines(self, kind, journal=None):
        """The lines of a kind; a torn last one is left out."""
        text = (journal or self.journal).read_text()
        lines = [json.loads(line) for line in text.split("\n")[:-1]]
        return [line for line in lines if line["kind"] == kind]

    def ids(self, journal=None):
        return [line["id"] for line in self.lines("candidate", journal)]

    def no_workers_of(self, tuner):
        """Waits for what a killed tuner has started to be gone: the kernel ends it, but not at once."""
        deadline = time.monotonic() + 20
        while left := workers_of(tuner):
            self.assertLess(time.monotonic(), deadline, left)
            time.sleep(0.01)

    def killed_and_resumed(self, *more, **options):
        """Kills a sweep at random moments, resumes it each time, and lets it end at last."""
        undisturbed = self.folder / "undisturbed.jsonl"
        begin = time.monotonic()
        self.done(*self.arguments(*more, **options, journal=undisturbed))
        seconds = time.monotonic() - begin
        moments = random.Random(str(options))
        killed = 0
        known = []
        kills = 0
        while kills < KILLS or not (killed and known):
            kills += 1
            self.assertLess(kills, 4 * KILLS)
            process = subprocess.Popen([COMMAND, *map(str, self.arguments(*more, **options))],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                # On a machine that has become slower since, the later ones get further.
                late = max(0, kills - KILLS)
                process.wait(timeout=moments.uniform(0, 0.3) * seconds + late)
            except subprocess.TimeoutExpired:
                killed += 1
            process.kill()
            process.wait()
            self.no_workers_of(process.pid)
            now = self.ids() if self.journal.exists() else []
            self.assertEqual(now[:len(known)], known)  # nothing is lost
            known = now
        report = json.loads(self.done(*self.arguments(*more, "--json", **options)).stdout)
        ids = self.ids()
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(ids, self.ids(undisturbed))
        self.assertEqual(len(report["ranking"]), len(ids))
        self.assertIn(f"{len(known)} candidates are from the journal", report["notes"])
        self.assertIn(self.lines("final")[-1]["winner"], ids)
        return ids

    def test_exhaustive_is_resumed(self):
        ids = self.killed_and_resumed(strategy="exhaustive")
        self.assertEqual(len(ids), kernels_left(self.folder / "undisturbed.jsonl"))

    def test_random_is_resumed(self):
        ids = self.killed_and_resumed("--max-candidates", 25, "--seed", 5, strategy="random")
        self.assertEqual(len(ids), 25)

    def test_local_is_resumed_and_extended(self):
        def local(candidates, *more):
            return self.arguments("--max-candidates", candidates, *more, strategy="local")

        self.done(*local(4))
        first = self.ids()
        self.assertEqual(len(first), 4)
        self.done(*local(9))
        self.assertEqual(self.ids()[:4], first)
        self.assertEqual(len(set(self.ids())), 9)
        # Nothing is left to measure; less than what is known is no reason to forget.
        report = json.loads(self.done(*local(2, "--json")).stdout)
        self.assertEqual(len(report["ranking"]), 9)
        self.assertEqual(len(self.ids()), 9)

    def test_resume_needs_a_journal(self):
        self.refused(2, r"--resume: .*sweep.jsonl: there is no journal to resume", *self.arguments("--resume"))
        self.journal.write_text("")
        self.refused(2, r"no journal to resume", *self.arguments("--resume"))
        self.journal.write_text('{"kind":"hea')  # torn
        self.refused(2, r"no journal to resume", *self.arguments("--resume"))
        self.assertEqual(os.listdir(self.folder), ["sweep.jsonl"])
        self.refused(2, r"--resume: --journal is missing", "tune", *SMALL, "--resume", cwd=self.folder)
        self.done(*self.arguments("--max-candidates", 2))
        report = json.loads(self.done(*self.arguments("--max-candidates", 3, "--resume", "--json")).stdout)
        self.assertIn("2 candidates are from the journal", report["notes"])

    def test_lines(self):
        plan = self.folder / "plan.json"
        self.done(*self.arguments("--max-candidates", 3))
        header, = self.lines("header")
        self.assertEqual(header["problem"], json.loads(plan.read_text())["problem"])
        self.assertTrue(header["fingerprint"]["compiler"].startswith("LLVM "))
        final, = self.lines("final")
        winner = next(line for line in self.lines("candidate") if line["id"] == final["winner"])
        kernel = json.loads(plan.read_text())["kernel"]
        self.assertEqual((winner["family"], winner["tunables"]),
                         (kernel["family"], kernel["tunables"]))

    def test_interrupt_is_noted(self):
        # One that would go on for long.
        process = subprocess.Popen(
            [COMMAND, "tune", "--m", "512", "--k", "1024", "--n", "256", "--sparsity", "75", "--device",
             "cpu", "--budget", "30m", "--journal", str(self.journal), "--out",
             str(self.folder / "plan.json")],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.assertIn("candidates", process.stderr.readline())
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=TIMEOUT_S)[1]
        self.assertEqual(process.returncode, 0, errors)
        note, = (line for line in self.lines("note") if not line["text"].startswith("space: "))
        self.assertEqual(note["text"], f"interrupted with {len(self.ids())} candidates")

    def test_other_sweeps_are_refused(self):
        self.done(*self.arguments("--max-candidates", 1))
        before = self.journal.read_bytes()
        self.refused(2, r"seed is 1 there and 2 here", *self.arguments("--seed", 2))
        self.refused(2, r'strategy is "exhaustive" there and "random" here',
                     *self.arguments(strategy="random"))
        self.refused(2, r'problem\.layout is "kn" there and "nk" here',
                     *self.arguments("--layout", "nk"))
        self.assertEqual(self.journal.read_bytes(), before)

    def test_a_second_tuner_is_refused(self):
        self.done(*self.arguments("--max-candidates", 1))
        with open(self.journal, "rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            self.refused(2, r"another rbgp tune is writing this journal", *self.arguments())
        process = subprocess.Popen(
            [COMMAND, *map(str, self.arguments())],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        process.stderr.readline()
        process.send_signal(signal.SIGSTOP)  # so that it does not end before the other begins
        self.refused(2, r"another rbgp tune is writing this journal", *self.arguments())
        process.kill()
        process.wait()

    def test_unwritable_files_are_refused(self):
        self.refused(2, r"regular file", *self.arguments(journal="/dev/full"))
        self.refused(2, r"No such file", *self.arguments(journal=self.folder / "no" / "folder"))
        self.refused(2, r"both name", *self.arguments(journal=self.folder / "plan.json"))
        notes = self.folder / "notes.txt"
        notes.write_text("mine")
        self.refused(2, r"no journal", *self.arguments(journal=notes))
        self.assertEqual(notes.read_text(), "mine")

    def test_a_full_disk_ends_the_sweep(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

        # No cache: it has files of its own, and what it cannot write is no error.
        process = run(*self.arguments(), preexec_fn=limit,
                      env={**os.environ, "RBGP_CACHE_DIR": ""})
        self.assertEqual(process.returncode, 1, process.stderr)
        last = process.stderr.splitlines()[-1]
        self.assertRegex(last, r"^rbgp: .*the journal cannot be written: File too large$")
        text = self.journal.read_text()
        self.assertTrue(text.endswith("}\n"))
        count = len(self.ids())
        self.assertGreater(count, 3)
        self.done(*self.arguments("--max-candidates", count + 2))
        self.assertTrue(self.journal.read_text().startswith(text))
        self.assertEqual(len(set(self.ids())), count + 2)

    def test_what_is_too_large_for_the_cache_is_no_crash(self):
        def limit():  # which the journal and the plan keep, and no kernel of this pattern
            resource.setrlimit(resource.RLIMIT_FSIZE, (12288, 12288))

        cache = self.folder / "cache"
        self.done("tune", "--config", "go=4x8@50,gr=4x1,gi=64x64@50,gb=1x1", "--n", 8, "--device", "cpu",
                  "--budget", "5m", "--max-candidates", 2, "--wisdom", "none", "--journal", self.journal,
                  "--out", self.folder / "plan.json", preexec_fn=limit,
                  env={**os.environ, "RBGP_CACHE_DIR": str(cache)})
        self.assertEqual([line["failure"] for line in self.lines("candidate")], ["", ""])
        self.assertEqual(list(cache.glob("*.entry")), [])


if __name__ == "__main__":
    unittest.main()
