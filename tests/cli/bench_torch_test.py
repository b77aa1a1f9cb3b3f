"""bench/bench_torch.py: what it says where it cannot run. Its products need a GPU and torch."""

import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "bench" / "bench_torch.py"


def load():
    spec = importlib.util.spec_from_file_location("bench_torch", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class BenchTorchTest(unittest.TestCase):
    def run_script(self, *arguments):
        # Isolated: a torch of the user's is not seen.
        return subprocess.run([sys.executable, "-I", "-S", SCRIPT, *arguments], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)

    def test_without_torch_one_line_and_no_file(self):
        with tempfile.TemporaryDirectory(prefix="rbgp-test-") as folder:
            out = pathlib.Path(folder) / "torch.json"
            process = self.run_script("--out", out)
            self.assertEqual(process.returncode, 3)
            self.assertEqual(process.stderr, "bench_torch: torch with a CUDA device is needed\n")
            self.assertFalse(out.exists())

    def test_bad_arguments(self):
        for arguments, part in ((("--sparsities", "50,half"), "'50,half'"),
                                (("--sparsities", "100"), "below 100"),
                                (("--size", "100"), "multiples of 128"),
                                (("--dtype", "f64"), "f64")):
            with self.subTest(arguments=arguments):
                process = self.run_script("--out", "x.json", *arguments)
                self.assertEqual(process.returncode, 2)
                self.assertIn(part, process.stderr)

    def test_what_fails_is_left_out_with_its_reason(self):
        program = (f"import sys; sys.path.insert(0, {str(SCRIPT.parent)!r}); import bench_torch\n"
                   "def fail(): raise RuntimeError('no such kernel\\nmore of it')\n"
                   "bench_torch.attempt('BSR 64', fail)\n")
        process = subprocess.run([sys.executable, "-c", program], text=True, stderr=subprocess.PIPE,
                                 timeout=60, check=True)
        self.assertEqual(process.stderr, "bench_torch: BSR 64 left out: no such kernel\n")

    def test_results_are_saved_whole(self):
        with tempfile.TemporaryDirectory(prefix="rbgp-test-") as folder:
            out = pathlib.Path(folder) / "torch.json"
            results = {"context": {"device": "none"}, "benchmarks": []}
            load().save(str(out), results)
            self.assertEqual(json.loads(out.read_text()), results)
            self.assertEqual([path.name for path in out.parent.iterdir()], ["torch.json"])


if __name__ == "__main__":
    unittest.main()
