"""Runs the rbgp command, and says with NumPy what its results should be."""

import functools
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np

COMMAND = os.environ.get("RBGP_COMMAND", "rbgp")
TIMEOUT_S = 300
SKIPPED = 77  # exit status of a script that has nothing to test here, and says why


def run(*arguments, **options):
    """The finished process of `rbgp arguments...`, with its output as text."""
    return subprocess.run([COMMAND, *map(str, arguments)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=TIMEOUT_S, check=False,
                          **options)


@functools.lru_cache(maxsize=None)
def tuned(*arguments):
    """A plan's text and its report: tuned once, however many tests start from it."""
    with tempfile.TemporaryDirectory(prefix="rbgp-test-") as folder:
        plan = Path(folder) / "plan.json"
        process = run("tune", *arguments, "--device", "cpu", "--budget", "30m", "--out", plan,
                      "--json")
        if process.returncode != 0:
            raise AssertionError(process.stderr)
        return plan.read_text(), process.stdout


def kernels_left(journal):
    """How many kernels there are of a sweep of one configuration, as its journal says: fewer where the processor
    has fewer registers."""
    spaces = [line["text"] for line in map(json.loads, Path(journal).read_text().splitlines())
              if line["kind"] == "note" and line["text"].startswith("space: ")]
    return int(re.search(r"kernels, (\d+) left", spaces[-1]).group(1))


def doctor_found(name):
    """Whether `rbgp doctor` found the item of this name."""
    items = json.loads(run("doctor", "--json").stdout)["items"]
    return any(item["name"] == name and item["found"] for item in items)


class CommandTest(unittest.TestCase):
    """A test case with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rbgp-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def done(self, *arguments, **options):
        """Runs what must succeed."""
        process = run(*arguments, **options)
        self.assertEqual(process.returncode, 0, process.stderr)
        return process

    def refused(self, status, pattern, *arguments, **options):
        """Runs what must fail with this status and one line on stderr that matches the pattern."""
        process = run(*arguments, **options)
        self.assertEqual(process.returncode, status, process.stdout + process.stderr)
        lines = process.stderr.splitlines()
        self.assertEqual(len(lines), 1, process.stderr)
        self.assertTrue(lines[0].startswith("rbgp: "), lines[0])
        self.assertRegex(lines[0], pattern)
        return process

    def tune(self, m, k, n, sparsity, *more, candidates=4, out="plan.json"):
        """Tunes on the CPU; the plan's file and the report."""
        text, report = tuned("--m", m, "--k", k, "--n", n, "--sparsity", sparsity,
                             "--max-candidates", candidates, *more)
        plan = self.folder / out
        plan.write_text(text)
        return plan, json.loads(report)

    def save(self, name, array):
        file = self.folder / name
        np.save(file, array)
        return file


class Pattern:
    """The mask of W that a plan describes."""

    def __init__(self, plan_file):
        plan = json.loads(Path(plan_file).read_text())
        self.m, self.k, self.n = (plan["problem"][name] for name in "mkn")
        pattern = plan["pattern"]
        sizes = {name: (int(left), int(right)) for name, left, right in
                 re.findall(r"(g[orib])=(\d+)x(\d+)", pattern["config"])}
        go = _biadjacency(sizes["go"], pattern["go"])
        gi = _biadjacency(sizes["gi"], pattern["gi"])
        whole = np.kron(np.kron(np.kron(go, np.ones(sizes["gr"])), gi), np.ones(sizes["gb"]))
        self.go, self.gi, self.sizes = go, gi, sizes
        self.whole = whole.astype(bool)
        self.mask = self.whole[:self.m, :self.k]

    def random(self, generator):
        """A random dense W on the pattern."""
        return np.where(self.mask, generator.standard_normal(self.mask.shape), 0).astype("f4")

    def values(self, dense):
        """The canonical values: non-zeros of each row by ascending column, zero in padding."""
        padded = np.zeros((self.m, self.whole.shape[1]), "f4")
        padded[:, :self.k] = dense
        return np.stack([padded[u, self.whole[u]] for u in range(self.m)])


def _biadjacency(size, rows):
    matrix = np.zeros(size)
    for u, neighbours in enumerate(rows):
        matrix[u, neighbours] = 1
    return matrix


def read_matrix_market(file):
    lines = file.read_text().splitlines()
    assert lines[0] == "%%MatrixMarket matrix coordinate pattern general", lines[0]
    rows = [[int(word) for word in line.split()] for line in lines if not line.startswith("%")]
    matrix = np.zeros(rows[0][:2], int)
    for row, column in rows[1:]:
        matrix[row - 1, column - 1] += 1
    assert len(rows) - 1 == rows[0][2]
    return matrix


def relative_error(output, expected):
    """Relative Frobenius norm of the difference, in double precision."""
    return np.linalg.norm(output.astype("f8") - expected) / np.linalg.norm(expected)


def product(dense, matrix):
    return dense.astype("f8") @ matrix.astype("f8")
