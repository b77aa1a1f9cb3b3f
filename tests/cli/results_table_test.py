"""bench/results_table.py: tables of every suite from the JSON that the benchmarks write."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"
SCRIPT = BENCH / "results_table.py"

CONTEXT = {"date": "2026-11-24T19:00:00+00:00", "device": "NVIDIA H100", "arch": "sm_90a",
           "driver": "13.0", "LLVM": "19.1.7,", "commit": "abc1234"}


def benchmark(name, median_ms, label="", **counters):
    """An entry as Google Benchmark writes it, cut to what matters."""
    return {"name": f"{name}/iterations:9/manual_time", "run_type": "iteration", "iterations": 9,
            "real_time": median_ms, "time_unit": "ms", "median_ms": median_ms, "label": label,
            **counters}


PEERS = [
    benchmark("peers/f32/kn/4096x4096x4096/cublas/dense", 2.7, sparsity=0, ratio_to_dense=1,
              spread=0.004),
    benchmark("peers/tf32/kn/4096x4096x4096/cublas/dense", 0.36, sparsity=0, ratio_to_dense=1),
    benchmark("peers/f32/kn/4096x4096x4096/cusparse:csr/random@75", 5.4, "SPMM_CSR_ALG2",
              sparsity=75, ratio_to_dense=0.5, rel_error=2.5e-7),
    benchmark("peers/f32/kn/4096x4096x4096/cusparse:csr/random@87.5", 2.25, "SPMM_CSR_ALG3",
              sparsity=87.5, ratio_to_dense=1.2),
    benchmark("peers/tf32/nk/4096x4096x4096/cusparse:bell64/random@75", 0.4, sparsity=75,
              ratio_to_dense=0.9, cold_median_ms=0.5, cold_ratio_to_dense=0.8),
    benchmark("peers/f32/kn/4096x4096x4096/rbgp:simt_row_group/go=8x64@75,gr=32x1,gi=16x16,gb=1x4",
              0.75, sparsity=75, ratio_to_dense=3.6, roofline_fraction=0.912, spectral_gap=0.25),
    benchmark("peers/f32/kn/4096x4096x4096/rbgp:simt_rbgp4mm/go=8x64@75,gr=4x1,gi=16x16,gb=8x4",
              0.9, sparsity=75, ratio_to_dense=3.0),
]


class ResultsTable(unittest.TestCase):
    def run_on(self, text, *options):
        with tempfile.TemporaryDirectory(prefix="rbgp-test-") as folder:
            file = pathlib.Path(folder) / "results.json"
            file.write_text(text, encoding="utf-8")
            return subprocess.run([sys.executable, "-B", SCRIPT, *options, file], text=True,
                                  capture_output=True, timeout=60, check=False)

    def table_of(self, benchmarks, *options):
        process = self.run_on(json.dumps({"context": CONTEXT, "benchmarks": benchmarks}), *options)
        self.assertEqual(process.returncode, 0, process.stderr)
        return process.stdout

    def rows(self, text):
        """The tables of a text: for each a list of rows, each a list of cells."""
        tables, open_table = [], False
        for line in text.splitlines():
            if not line.startswith("|"):
                open_table = False
            elif not set(line) <= set("|-:"):
                if not open_table:
                    tables.append([])
                    open_table = True
                tables[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        return tables

    def test_peers_by_sparsity(self):
        text = self.table_of(PEERS)
        self.assertIn("### peers", text)
        self.assertIn("device NVIDIA H100, arch sm_90a, driver 13.0, LLVM 19.1.7, commit abc1234", text)
        overview, details = self.rows(text)
        size = "4096x4096x4096"
        self.assertEqual(overview, [["M x K x N", "kernel", "75 %", "87.5 %"],
                                    [size, "cusparse:csr", "5.4000 (0.50x)", "2.2500 (1.20x)"],
                                    [size, "cusparse:bell64 (tf32, nk)", "0.4000 (0.90x)", ""],
                                    # The faster of our two.
                                    [size, "rbgp", "0.7500 (3.60x)", ""]])
        self.assertEqual(len(details), 1 + len(PEERS))
        self.assertEqual(details[0], ["M x K x N", "dtype", "layout", "kernel", "configuration",
                                      "sparsity", "ms", "spread %", "x dense", "cold ms", "cold x",
                                      "of roofline", "error", "gap"])
        self.assertEqual(details[1], [size, "f32", "kn", "cublas", "dense", "0", "2.7000", "0.4",
                                      "1.00", "", "", "", "", ""])
        self.assertEqual(details[5], [size, "tf32", "nk", "cusparse:bell64", "random@75", "75",
                                      "0.4000", "", "0.90", "0.5000", "0.80", "", "", ""])
        self.assertEqual(details[6][4], "go=8x64@75,gr=32x1,gi=16x16,gb=1x4")
        self.assertEqual(details[6][11:], ["0.91", "", "0.250"])

    def test_columns_line_up(self):
        for block in self.table_of(PEERS).split("\n\n"):
            lines = [line for line in block.splitlines() if line.startswith("|")]
            bars = {tuple(i for i, each in enumerate(line) if each == "|") for line in lines}
            self.assertLessEqual(len(bars), 1, block)

    def test_labels(self):
        self.assertNotIn("SPMM_CSR_ALG2", self.table_of(PEERS))
        _, details = self.rows(self.table_of(PEERS, "--labels"))
        self.assertEqual(details[0][-1], "label")
        self.assertEqual(details[3][-1], "SPMM_CSR_ALG2")

    def test_one_table_a_suite(self):
        suites = ["square", "table2", "layers:vgg19", "shapes"]
        text = self.table_of([benchmark(f"{suite}/f32/kn/768x3072x1/rbgp:simt/go=1x1", 1.0, sparsity=75)
                              for suite in suites])
        self.assertEqual([line for line in text.splitlines() if line.startswith("#")],
                         [f"### {suite}" for suite in suites])
        # One kind at one sparsity: there is nothing to compare.
        self.assertEqual([len(table) for table in self.rows(text)], [2] * len(suites))

    def test_aggregates_and_errors_are_no_entries(self):
        failed = {**PEERS[2], "error_occurred": True, "error_message": "lost"}
        mean = {**PEERS[3], "run_type": "aggregate", "aggregate_name": "mean"}
        tables = self.rows(self.table_of([PEERS[0], failed, mean]))
        self.assertEqual([len(table) for table in tables], [2])

    def test_recorded_results(self):
        files = sorted((BENCH / "results").glob("*/*.json"))
        self.assertTrue(files)
        for file in files:
            with self.subTest(file=file.name):
                text = self.table_of(json.loads(file.read_text(encoding="utf-8"))["benchmarks"])
                entries = len(json.loads(file.read_text(encoding="utf-8"))["benchmarks"])
                details = [table for table in self.rows(text) if "configuration" in table[0]]
                self.assertEqual(sum(len(table) - 1 for table in details), entries)
                for table in details:
                    column = table[0].index("ms")
                    for row in table[1:]:
                        self.assertGreater(float(row[column]), 0)

    def test_bad_input(self):
        for text in ("", "{}", "[]", '{"context": {}}',
                     json.dumps({"context": {}, "benchmarks": [{"name": "a/b"}]}),
                     json.dumps({"context": {}, "benchmarks": [{"no": "name"}]})):
            process = self.run_on(text)
            self.assertEqual(process.returncode, 2, text)
            self.assertEqual(len(process.stderr.splitlines()), 1, process.stderr)
            self.assertEqual(process.stdout, "")
        missing = subprocess.run([sys.executable, "-B", SCRIPT, "/nowhere/results.json"], text=True,
                                 capture_output=True, timeout=60, check=False)
        self.assertEqual(missing.returncode, 2)
        self.assertIn("/nowhere/results.json", missing.stderr)


if __name__ == "__main__":
    unittest.main()
