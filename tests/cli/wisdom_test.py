"""rbgp wisdom: what sweeps leave is found again, by other problems too, and nothing of it is lost."""

import fcntl
import json
import os
import shutil
import resource
import subprocess
import time
import unittest

from rbgp_command import COMMAND, CommandTest, run


BUSY = "not kept as wisdom: the machine was too busy"


class WisdomTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.wisdom = self.folder / "wisdom.jsonl"

    def tune_arguments(self, m=32, k=64, n=8, *more, wisdom=None):
        return ["tune", "--m", m, "--k", k, "--n", n, "--sparsity", 50, "--device", "cpu",
                "--max-candidates", 2, "--wisdom", wisdom or self.wisdom, "--out",
                self.folder / f"{m}x{k}x{n}.json", *more]

    def tuned(self, *arguments, **options):
        if BUSY in self.done(*arguments, **options).stdout:
            self.skipTest("others are at work on this machine: what was tuned is not kept")

    def entries(self):
        process = self.done("wisdom", "list", "--json", "--wisdom", self.wisdom,
                            env={**os.environ, "RBGP_DATA": str(self.folder)})
        return json.loads(process.stdout)["entries"]

    def look_up(self, m, k, n, *more, sparsity=50):
        process = self.done("wisdom", "lookup", "--m", m, "--k", k, "--n", n, "--sparsity", sparsity,
                            "--device", "cpu", "--wisdom", self.wisdom, "--json", *more)
        return json.loads(process.stdout)

    def test_what_was_tuned_is_found(self):
        self.tuned(*self.tune_arguments())
        entry, = self.entries()
        plan = json.loads((self.folder / "32x64x8.json").read_text())
        self.assertEqual(entry["config"], plan["pattern"]["config"])
        self.assertEqual(entry["median_ms"], plan["measured"]["median_ms"])
        found = self.folder / "found.json"
        answer = self.look_up(32, 64, 8, "--no-validate", "--out", found)
        self.assertEqual(answer["source"], "exact")
        self.assertFalse(answer["validated"])
        self.assertEqual(json.loads(found.read_text()), plan)
        checked = self.look_up(32, 64, 8)
        self.assertTrue(checked["validated"])
        self.assertEqual(checked["kernel"], answer["kernel"])
        # Its time stays that of the finals, beside dense.
        self.assertEqual(checked["median_ms"], answer["median_ms"])
        self.assertGreater(checked["validated_ms"], 0)
        self.assertIsNone(answer["validated_ms"])
        # Its tile on another Go, whatever the epilogue.
        near = self.look_up(64, 64, 8, "--epilogue", "relu")
        self.assertEqual(near["source"], "nearest")
        self.assertEqual(near["kernel"], answer["kernel"])
        self.assertEqual(near["config"].split(",")[1:], answer["config"].split(",")[1:])
        self.assertTrue(any("32 x 64 x 8" in note for note in near["notes"]))
        # Too far, of another layout or preference: the model's.
        self.assertEqual(self.look_up(1024, 1024, 8)["source"], "model")
        self.assertEqual(self.look_up(32, 64, 8, "--layout", "nk")["source"], "model")
        self.assertEqual(self.look_up(32, 64, 8, "--prefer", "gap")["source"], "model")
        # No pattern has these sizes.
        odd = self.look_up(37, 64, 8)
        self.assertEqual(odd["source"], "default")
        self.assertTrue(any("padded" in note for note in odd["notes"]))
        self.assertFalse(any("--pad" in note for note in odd["notes"]))

    def test_a_sweep_begins_with_what_is_known(self):
        self.tuned(*self.tune_arguments())
        entry, = self.entries()
        known = f"began with what wisdom knows .*{entry['config']}"
        journal = self.folder / "sweep.jsonl"

        def first(*more):
            journal.unlink(missing_ok=True)
            output = self.done(*self.tune_arguments(32, 64, 8, "--journal", journal, *more)).stdout
            lines = [json.loads(line) for line in journal.read_text().splitlines()]
            return output, {line["config"] for line in lines if line["kind"] == "candidate"}

        # One of two candidates is the default one; of a sampled space the other is seldom the known one by chance.
        output, configs = first("--seed", 5)
        self.assertRegex(output, known)
        self.assertIn(entry["config"], configs)
        output, _ = first("--seed", 5, "--strategy", "random")
        self.assertNotIn("began with", output)
        # One configuration has kernels of its own.
        journal.unlink()
        output = self.done("tune", "--config", entry["config"], "--n", 8, "--device", "cpu", "--max-candidates", 2,
                           "--wisdom", self.wisdom, "--out", self.folder / "plan.json").stdout
        self.assertNotIn("began with", output)
        unknown = self.done(*self.tune_arguments(32, 64, 8, wisdom="none")).stdout
        self.assertNotIn("began with", unknown)

    def test_other_generators_are_not_trusted(self):
        self.tuned(*self.tune_arguments())
        text = self.wisdom.read_text()
        self.wisdom.write_text(text.replace('"generator":', '"generator":1'))
        answer = self.look_up(32, 64, 8)
        self.assertEqual(answer["source"], "model")
        self.assertIn("made a plan that is known for this device and not taken", " ".join(answer["notes"]))
        self.assertRegex(self.done("wisdom", "list", "--wisdom", self.wisdom).stdout,
                         r"of generator 1\d+, not taken")

    def test_what_is_wrong_is_passed_over(self):
        self.tuned(*self.tune_arguments())
        lines = self.wisdom.read_text().splitlines()
        entry = json.loads(lines[1])
        entry["plan"]["kernel"]["tunables"]["tile_rows"] = 13
        self.wisdom.write_text(lines[0] + "\n" + json.dumps(entry) + "\n")
        self.assertEqual(self.look_up(32, 64, 8, "--no-validate")["source"], "exact")
        answer = self.look_up(32, 64, 8)
        self.assertEqual(answer["source"], "model")
        self.assertTrue(any("exact is not right here" in note for note in answer["notes"]))

    def test_two_tuners_lose_nothing(self):
        sizes = [(32, 64, n) for n in (1, 2, 3)]
        with open(self.wisdom, "a") as held:  # all of them wait for it
            fcntl.flock(held, fcntl.LOCK_EX)
            tuners = [subprocess.Popen([COMMAND, *map(str, self.tune_arguments(*size))],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
                      for size in sizes]
            time.sleep(1)
            self.assertTrue(all(tuner.poll() is None for tuner in tuners))
        outputs = [tuner.communicate()[0] for tuner in tuners]
        self.assertEqual([tuner.returncode for tuner in tuners], [0] * len(sizes))
        # They hold each other up, and who notices keeps nothing.
        kept = [n for (_, _, n), output in zip(sizes, outputs) if BUSY not in output]
        self.assertEqual(sorted(entry["problem"]["n"] for entry in self.entries()), kept)

    def test_a_torn_line_is_cut(self):
        self.tuned(*self.tune_arguments(n=8))
        with open(self.wisdom, "a") as file:
            file.write('{"kind":"entry","plan"')
        self.assertEqual(len(self.entries()), 1)
        self.tuned(*self.tune_arguments(n=9))
        self.assertEqual(len(self.entries()), 2)

    def test_import_and_export(self):
        journal, second = self.folder / "sweep.jsonl", self.folder / "second.jsonl"
        self.tuned(*self.tune_arguments(32, 64, 8, "--journal", journal))
        known = self.entries()
        self.refused(2, r"none\.jsonl", "wisdom", "import", journal, self.folder / "none.jsonl", "--wisdom", second)
        self.assertFalse(second.exists())
        process = self.done("wisdom", "import", journal, "--wisdom", second)
        self.assertIn("1 of 1 plans added", process.stdout)
        self.assertIn("0 of 1 plans added",
                      self.done("wisdom", "import", self.wisdom, second, "--wisdom", second).stdout)
        exported = self.folder / "exported.jsonl"
        self.done("wisdom", "export", exported, "--wisdom", second,
                  env={**os.environ, "RBGP_DATA": str(self.folder)})
        self.wisdom = exported
        self.assertEqual(len(self.entries()), 1)
        self.assertLessEqual(self.entries()[0]["median_ms"], known[0]["median_ms"])

    def test_busy_finals_are_not_imported(self):
        journal, second = self.folder / "sweep.jsonl", self.folder / "second.jsonl"
        self.tuned(*self.tune_arguments(32, 64, 8, "--journal", journal))
        lines = [json.loads(line) for line in journal.read_text().splitlines()]
        final = next(line for line in lines if line["kind"] == "final")
        final["dense_rounds_ms"] = [1.0, 1.0, 1.0]

        def write(rounds_ms):
            for finalist in final["finalists"]:
                finalist["rounds_ms"] = rounds_ms
            journal.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))

        # Slices of the scheduler's among rounds that nobody held up.
        write([8.0, 0.004, 8.1, 0.0042, 0.0041])
        self.done("wisdom", "import", journal, "--wisdom", second)
        self.wisdom = second
        self.assertEqual([entry["median_ms"] for entry in self.entries()], [0.0041])
        write([8.0, 0.004, 8.1, 8.2, 0.0041])
        self.refused(2, r"sweep\.jsonl: the machine was too busy in the sweep's finals", "wisdom",
                     "import", journal, "--wisdom", second)

    def test_a_full_disk_leaves_no_file(self):
        self.tuned(*self.tune_arguments())
        exported = self.folder / "exported.jsonl"

        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))

        before = sorted(os.listdir(self.folder))
        self.refused(1, r"exported\.jsonl: cannot be written: File too large", "wisdom", "export",
                     exported, "--wisdom", self.wisdom, preexec_fn=small_files)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_the_default_file(self):
        environment = {**os.environ, "RBGP_CACHE_DIR": str(self.folder / "cache"),
                       "RBGP_DATA": str(self.folder)}
        arguments = self.tune_arguments()
        at = arguments.index("--wisdom")
        del arguments[at:at + 2]
        self.tuned(*arguments, env=environment)
        self.assertTrue((self.folder / "cache" / "wisdom.jsonl").exists())
        listed = json.loads(self.done("wisdom", "list", "--json", env=environment).stdout)
        self.assertEqual(len(listed["entries"]), 1)
        self.refused(2, "--wisdom and --journal both name .*wisdom.jsonl", *arguments, "--journal",
                     self.folder / "cache" / "wisdom.jsonl", env=environment)
        self.tuned(*arguments, "--wisdom", "none", env={**environment, "RBGP_CACHE_DIR": ""})

    def test_bad_files_are_refused(self):
        self.refused(2, r"no wisdom", *self.tune_arguments(wisdom=__file__))
        self.refused(2, r"No such file", *self.tune_arguments(wisdom="/no/folder/w"))
        self.wisdom.write_text('{"kind":"wisdom","version":2}\n')
        self.refused(2, r"wisdom of version 2; this build reads version 1", *self.tune_arguments())
        for version in ("1.5", '"1"', "null"):
            self.wisdom.write_text('{"kind":"wisdom","version":%s}\n' % version)
            self.refused(2, f"wisdom of version {version}; this", "wisdom", "import", self.wisdom)
        self.wisdom.write_text('{"kind":"wisdom"}\n')
        self.refused(2, "wisdom of version none; this", "wisdom", "import", self.wisdom)
        self.wisdom.write_text('{"kind":null,"version":1}\n')
        self.refused(2, "it is no wisdom", "wisdom", "list", "--wisdom", self.wisdom)
        self.assertEqual(run("wisdom", "list", "--wisdom", self.folder / "none").returncode, 2)
        self.wisdom.write_text('{"kind":"wisdom","version":1}\n{"kind":"entry"}\n')
        self.refused(2, r"line 2: field 'plan' is missing", "wisdom", "list", "--wisdom", self.wisdom)
        self.refused(2, r"--seed: '-1' is not allowed", "wisdom", "lookup", "--m", 64, "--k", 64, "--n",
                     8, "--sparsity", 50, "--seed", -1)
        self.refused(2, r"there already", "wisdom", "export", self.wisdom)


class TargetTest(CommandTest):
    """Plans for chips that are not here."""

    def look_up(self, m, k, n, sparsity, *more):
        process = self.done("wisdom", "lookup", "--m", m, "--k", k, "--n", n, "--sparsity", sparsity,
                            "--out", self.folder / "plan.json", "--json", *more,
                            env={**os.environ, "RBGP_CACHE_DIR": str(self.folder / "cache")})
        return json.loads(process.stdout)

    def exported_source(self):
        out = self.folder / "layer"
        shutil.rmtree(out, ignore_errors=True)
        self.done("export", self.folder / "plan.json", "--out", out)
        return "".join(path.read_text() for path in out.glob("*.cu"))

    def test_shipped_plans(self):
        answer = self.look_up(4096, 4096, 4096, 87.5, "--dtype", "bf16", "--target", "sm_90a")
        self.assertEqual(answer["source"], "exact")
        self.assertGreater(answer["median_ms"], 0)
        self.assertRegex(" ".join(answer["notes"]), "measured on NVIDIA H[12]00")
        self.assertIn("target sm_90a", self.exported_source())
        near = self.look_up(2048, 4096, 4096, 87.5, "--dtype", "bf16", "--target", "sm_90a")
        self.assertEqual(near["source"], "nearest")
        self.assertEqual(near["median_ms"], 0)
        self.assertRegex(" ".join(near["notes"]), "on NVIDIA H[12]00")
        self.assertIn("W 2048 x 4096", self.exported_source())

    def test_what_the_model_expects(self):
        answer = self.look_up(256, 512, 100, 75, "--target", "sm_80")
        self.assertEqual(answer["source"], "model")
        self.assertIn("target sm_80", self.exported_source())
        self.assertEqual(self.look_up(256, 512, 100, 75, "--target", "host")["source"], "model")

    def test_refusals(self):
        problem = ["wisdom", "lookup", "--m", 64, "--k", 64, "--n", 8, "--sparsity", 50]
        self.refused(2, "sm_90a is a target and no device", *problem, "--target", "sm_90a", "--validate")
        self.done(*problem, "--target", "sm_90a", "--no-validate")
        self.refused(2, "--target", *problem, "--target", "sm_90a", "--device", "cpu")
        self.refused(2, "avx", *problem, "--target", "avx")
        known = self.folder / "known.jsonl"
        text = '{"kind":"wisdom","version":1}\n'
        known.write_text(text)
        self.refused(2, "both name", *problem, "--wisdom", known, "--out", known)
        self.assertEqual(known.read_text(), text)


if __name__ == "__main__":
    unittest.main()
