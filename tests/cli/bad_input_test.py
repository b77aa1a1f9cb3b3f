"""Bad input: one clear line, the exit status of the contract, nothing half-written."""

import json
import os
import struct
import unittest

import numpy as np
from rbgp_command import CommandTest, doctor_found


class TuneArgumentsTest(CommandTest):
    def check(self, status, pattern, **changes):
        options = {"--m": 128, "--k": 256, "--n": 16, "--sparsity": 75, "--device": "cpu",
                   "--max-candidates": 1, "--out": self.folder / "plan.json"}
        flags = []
        for name, value in changes.items():
            name = "--" + name.replace("_", "-")
            options.pop(name, None)
            if value is True:
                flags.append(name)
            elif value is not None:
                options[name] = value
        self.refused(status, pattern, "tune", *[word for item in options.items() for word in item],
                     *flags)
        self.assertEqual(os.listdir(self.folder), [])

    def test_sizes(self):
        self.check(2, r"no split of 509 x 307 .*75 %", m=509, k=307)
        self.check(2, r"--m: '0' is not allowed; .* 1 to 2147483647", m=0)
        self.check(2, r"--k: '-5' is not allowed; .* 1 to 2147483647", k=-5)
        self.check(2, r"--n: 'x' is not allowed; .* 1 to 2147483647", n="x")
        self.check(2, r"--n: '99999999999' is not allowed; .* 1 to 2147483647", n=99999999999)
        self.check(2, r"--m, --k and --n are required", n=None)

    def test_sparsity(self):
        self.check(2, r"nearest", sparsity=74.3)
        for value in (100, -1, "nan", 1e9, "most", "", "50 %"):
            self.check(2, r"--sparsity: '.*' is not allowed; .* 0 to below 100", sparsity=value)
        self.check(2, r"either --sparsity.*or --config", sparsity=None)

    def test_dtype_and_device(self):
        self.check(2, r"'f64' is not known; known are f32, f32x3, tf32, bf16, f16", dtype="f64")
        self.check(3, r"no kernel family that multiplies bf16 on the CPU", dtype="bf16")
        self.check(2, r"gpu.*cpu, cuda", device="gpu")
        self.check(2, r"cuda:x", device="cuda:x")
        self.check(3, r"cuda:99", device="cuda:99")

    def test_budget_and_limits(self):
        for value in ("", "0", "-3s", "5d", "9000h", "s", "nan", "inf", "3 s", "60ss"):
            with self.subTest(budget=value):
                self.check(2, r"--budget", budget=value)
        self.check(2, r"--max-candidates: '0' is not allowed", max_candidates=0)
        for value in ("one", -1, 2**64):
            self.check(2, r"--seed: .* 0 to 18446744073709551615", seed=value)
        self.check(2, r"strategy 'magic' is not known; known are", strategy="magic")

    def test_layer_options(self):
        self.check(2, r"need --network", layer="conv1_1")
        self.check(2, r"need --network", batch=3)
        self.check(2, r"sizes or the layer", network="vgg19", layer="conv1_1")

    def test_unwritable_plan(self):
        self.check(2, r"missing/plan\.json: cannot be written",
                   out=self.folder / "missing/plan.json")
        self.check(2, r"is not a regular file", out=self.folder)
        self.check(2, r"cannot be written", out="/dev/null/plan.json")
        self.check(2, r"/dev/null: .*not a regular file", out="/dev/null")

    def test_empty_values(self):
        for option in ("network", "config", "family", "strategy", "journal", "wisdom", "out",
                       "device", "dtype", "layout", "prefer", "shard", "fix"):
            with self.subTest(option=option):
                self.check(2, rf"--{option}: an empty value is not allowed", **{option: ""})
        self.check(2, r"--layer: an empty value", network="vgg19", layer="")
        self.refused(2, r"plan: an empty value is not allowed; .*see rbgp run --help", "run", "",
                     "--weights", "W", "--input", "I", "--output", "O")
        self.refused(2, r"--out: an empty value", "export", "plan.json", "--out", "")
        self.refused(2, r"out: an empty value", "wisdom", "export", "")

    def test_usage(self):
        self.refused(2, r"subcommand is required; see rbgp --help")
        self.refused(2, r"'launch' is no subcommand; they are tune, run, export", "launch")
        self.refused(2, r"'convert' is no subcommand", "convert", "--help")
        self.refused(2, r"'--fast' is no subcommand", "--fast")
        self.refused(2, r"--fast; see rbgp tune --help", "tune", "--sparsity", 50, "--fast")
        self.refused(2, r"--weights is required", "run", "plan.json")
        self.refused(2, r"'0100' is not allowed; whole numbers begin with no 0", "emit",
                     "go=8x16@50,gr=1x1,gi=2x4,gb=8x2", "--n", "0100")
        self.refused(2, r"--m is required; see rbgp wisdom lookup --help$", "wisdom", "lookup")
        self.refused(2, r"see rbgp journal merge --help$", "journal", "merge", "--verbose")


class FilesTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.plan, _ = self.tune(64, 128, 32, 50, candidates=1)
        self.weights = np.zeros((64, 128), "f4")
        self.matrix = np.ones((128, 32), "f4")
        self.output = self.folder / "O.npy"

    def check(self, pattern, weights=None, matrix=None, output=None, plan=None, status=2, more=()):
        """Arrays are saved; bytes are written as they are; paths are passed on."""
        arguments = [self.place("W.npy", self.weights if weights is None else weights),
                     self.place("I.npy", self.matrix if matrix is None else matrix)]
        before = sorted(os.listdir(self.folder))
        self.refused(status, pattern, "run", plan or self.plan, "--weights", arguments[0],
                     "--input", arguments[1], "--output", output or self.output, *more)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def place(self, name, content):
        if isinstance(content, np.ndarray):
            return self.save(name, content)
        if isinstance(content, bytes):
            (self.folder / name).write_bytes(content)
            return self.folder / name
        return content

    def saved(self, array):
        return self.save("saved.npy", array).read_bytes()

    def test_truncated(self):
        whole = self.saved(self.weights)
        for length in (0, 5, 7, 9, 40, 128, len(whole) - 1):
            with self.subTest(length=length):
                self.check(r"W\.npy: .*truncated", weights=whole[:length])
        self.check(r"W\.npy: data has 32769 bytes; shape \(64, 128\) needs 32768",
                   weights=whole + b"x")

    def test_huge_shape_allocates_nothing(self):
        header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (3000000000, 6000000000), }\n"
        file = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"1234"
        self.check(r"W\.npy: .*truncated", weights=file)

    def test_dtype_and_order(self):
        self.check(r"W\.npy: dtype is '<f8'; allowed are '<f4' and '<f2'", weights=self.weights.astype("f8"))
        self.check(r"W\.npy: dtype is '>f4' \(big-endian\)", weights=self.weights.astype(">f4"))
        self.check(r"W\.npy: dtype is '<i4'", weights=self.weights.astype("i4"))
        self.check(r"W\.npy: dtype is '>f2' \(big-endian\)", weights=self.weights.astype(">f2"))
        self.check(r"W\.npy: dtype is \[\('a', '<f4'\)\]",
                   weights=np.zeros((64, 128), [("a", "f4")]))
        self.check(r"I\.npy: fortran_order is True; allowed is False",
                   matrix=np.asfortranarray(self.matrix))

    def test_shape(self):
        self.check(r"I\.npy: shape is \(32, 128\); allowed is K x N = \(128, 32\)",
                   matrix=np.ascontiguousarray(self.matrix.T))
        self.check(r"W\.npy: shape is \(64, 65\); allowed are \(64, 128\), .* \(64, 64\)",
                   weights=np.zeros((64, 65), "f4"))
        self.check(r"W\.npy: shape is \(0, 128\)", weights=np.zeros((0, 128), "f4"))
        for shape in ((), (64,), (64, 128, 1)):
            with self.subTest(shape=shape):
                self.check(rf"W\.npy: shape is .*{len(shape)} dimensions; allowed are 2",
                           weights=np.zeros(shape, "f4"))

    def test_no_npy(self):
        self.check(r"W\.npy: does not start with .*NUMPY", weights=b"PK\x03\x04 something else")
        self.check(r"W\.npy: version is 9\.0; allowed are 1\.0",
                   weights=b"\x93NUMPY\x09\x00" + bytes(100))
        broken = self.saved(self.weights)
        for old, new in [(b"{", b"["), (b"'shape'", b"'shade'"), (b"(64, 128)", b"(64, -12)"),
                         (b"'descr':", b"'descr';"), (b"False", b"Maybe")]:
            with self.subTest(old=old):
                self.check(r"W\.npy: ", weights=broken.replace(old, new))
        self.check(r"nothing\.npy: there is no such file", weights=self.folder / "nothing.npy")
        self.check(r"not a regular file", weights=self.folder)

    def test_unwritable_output(self):
        self.check(r"cannot be written", output=self.folder / "missing/O.npy")
        self.check(r"not a regular file", output=self.folder)

    def test_output_is_no_input(self):
        weights, matrix = self.save("W.npy", self.weights), self.save("I.npy", self.matrix)
        link = self.folder / "link.npy"
        os.link(matrix, link)
        for option, file, output in (("--input", matrix, matrix), ("--weights", weights, weights),
                                     ("--input", matrix, link), ("the plan", self.plan, self.plan),
                                     ("--input", matrix, self.folder / "." / "I.npy")):
            with self.subTest(output=output):
                before = file.read_bytes()
                self.check(rf"^rbgp: {option} and --output both name {file}$", weights=weights,
                           matrix=matrix, output=output)
                self.assertEqual(file.read_bytes(), before)

    def test_what_has_no_end(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        for special in ("/dev/zero", "/dev/full", pipe):
            with self.subTest(special=special):
                for command in (["inspect", special], ["explain", special], ["report", special],
                                ["wisdom", "import", special], ["graph", special],
                                ["journal", "merge", self.folder / "out.jsonl", special]):
                    self.refused(2, r"not a regular file", *command)
                self.check(r"not a regular file", plan=special)
                self.check(r"not a regular file", weights=special)
                self.refused(2, r"a journal has to be a regular file", "tune", "--m", 64, "--k", 64,
                             "--n", 8, "--sparsity", 50, "--device", "cpu", "--journal", special,
                             "--out", self.folder / "other.json")

    def test_no_words_of_the_json_library(self):
        text = self.plan.read_text()
        for pattern, content in ((r"no JSON from byte 101 on", text[:100]),
                                 (r"no JSON from byte 1 on", "\xff" + text),
                                 (r"field 'pattern' is missing", '{"version": 1}'),
                                 (r"a number in it is too large", '{"version": 1e999}')):
            with self.subTest(pattern=pattern):
                bad = self.folder / "bad.json"
                bad.write_text(content, encoding="latin-1")
                process = self.refused(2, rf"bad\.json: .*{pattern}", "inspect", bad)
                self.assertNotIn("exception", process.stderr)

    def test_plan_files(self):
        good = json.loads(self.plan.read_text())
        bad = self.folder / "bad.json"
        cases = [(r"bad\.json: .*version 2", {**good, "version": 2}),
                 (r"bad\.json: .*version", {}),
                 (r"bad\.json: .*not-a-dtype",
                  {**good, "problem": {**good["problem"], "dtype": "not-a-dtype"}}),
                 (r"bad\.json: ", {**good, "pattern": {**good["pattern"], "go": [[0, 0]]}}),
                 (r"bad\.json: ", {**good, "problem": {**good["problem"], "m": 10**6}}),
                 (r"bad\.json: ", {name: good[name] for name in good if name != "kernel"}),
                 (r"bad\.json: ", [1, 2])]
        for pattern, content in cases:
            with self.subTest(content=str(content)[:60]):
                bad.write_text(json.dumps(content))
                self.check(pattern, plan=bad)
        bad.write_text(self.plan.read_text()[:100])
        self.check(r"bad\.json: ", plan=bad)
        for command in (["inspect", bad], ["export", bad, "--out", self.folder / "exported"]):
            self.refused(2, r"bad\.json: ", *command)
        self.assertFalse((self.folder / "exported").exists())
        self.check(r"absent\.json", plan=self.folder / "absent.json")

    def test_plan_of_a_device_that_is_not_here(self):
        plan = json.loads(self.plan.read_text())
        plan["device"].update(kind="cuda", name="NVIDIA H100", arch="sm_90a")
        other = self.folder / "gpu.json"
        other.write_text(json.dumps(plan))
        self.check(r"cuda:99", status=3, more=["--device", "cuda:99"])
        self.check(r"device", more=["--device", "npu"])
        if doctor_found("CUDA driver"):
            self.skipTest("this machine may have a GPU")
        self.check(r"gpu\.json: tuned for a CUDA GPU \(NVIDIA H100\).*--device cpu", plan=other,
                   status=3)
        # Asked for the CPU in so many words, the pattern runs there, and it is said so.
        process = self.done("run", other, "--weights", self.save("W.npy", self.weights), "--input",
                            self.save("I.npy", self.matrix), "--output", self.output, "--device",
                            "cpu")
        self.assertRegex(process.stdout, r"note: tuned for NVIDIA H100, so cpu runs an untuned")
        np.testing.assert_array_equal(np.load(self.output), np.zeros((64, 32), "f4"))


if __name__ == "__main__":
    unittest.main()
