"""rbgp tune: what it reports, writes and refuses to do halfway."""

import json
import os
import pty
import re
import signal
import subprocess
import termios
import threading
import unittest

import numpy as np
from rbgp_command import COMMAND, TIMEOUT_S, CommandTest, Pattern, run


class TuneTest(CommandTest):
    def test_no_pattern_has_the_spectral_gap(self):
        """A gap is known once a pattern was sampled: when all were, the sweep ends, whatever its strategy."""
        for strategy in ("exhaustive", "random", "anneal", "halving", "surrogate", "local"):
            with self.subTest(strategy):
                self.refused(2, r"no pattern has the spectral gap of min_gap$", "tune", "--m", 128, "--k", 256,
                             "--n", 128, "--sparsity", 75, "--min-gap", 0.6, "--device", "cpu", "--budget", "30s",
                             "--strategy", strategy, cwd=self.folder)

    def test_report(self):
        plan_file, report = self.tune(128, 256, 64, 75, candidates=5)
        plan = json.loads(plan_file.read_text())
        self.assertEqual(report["problem"], {"m": 128, "k": 256, "n": 64, "dtype": "f32",
                                             "layout": "kn", "epilogue": "none"})
        self.assertEqual(report["sparsity"], 0.75)
        self.assertEqual(report["device"]["text"], "cpu")
        self.assertTrue(report["plan"].endswith("plan.json"))
        self.assertFalse(report["interrupted"])
        self.assertEqual(report["ended"], "count")
        self.assertTrue(report["dense"]["library"])
        self.assertIn(report["dense"]["disturbed"], (True, False))
        self.assertGreater(report["space_size"], 5)
        ranking = [entry for entry in report["ranking"] if entry["ok"]]
        self.assertTrue(1 <= len(ranking) <= len(report["ranking"]) <= 5)
        # First what won, which may be slower by what is noise; those that were not timed again are last.
        finalists = [entry["median_ms"] for entry in ranking if entry["finalist"]]
        self.assertTrue(ranking[0]["finalist"])
        self.assertEqual(finalists[1:], sorted(finalists[1:]))
        self.assertLessEqual(finalists[0], min(finalists) * (1 + report["noise_floor"]))
        for entry in ranking:
            self.assertAlmostEqual(entry["speedup"] * entry["median_ms"],
                                   report["dense"]["median_ms"])
            self.assertLess(entry["relative_error"], 1e-5)
            self.assertTrue(0 <= entry["spectral_gap"] <= 1)
            sparsity = entry["sparsity"]
            self.assertAlmostEqual(sparsity["w"], 0.75)
            self.assertAlmostEqual(1 - sparsity["w"], (1 - sparsity["go"]) * (1 - sparsity["gi"]))
        chosen = report["ranking"][report["chosen"]]
        self.assertEqual(plan["pattern"]["config"], chosen["config"])
        self.assertEqual(plan["kernel"], chosen["kernel"])
        self.assertEqual(plan["measured"]["median_ms"], chosen["median_ms"])
        self.assertEqual(Pattern(plan_file).mask.mean(), 0.25)

    def test_text(self):
        plan = self.folder / "p.json"
        process = self.done("tune", "--m", 64, "--k", 128, "--n", 32, "--sparsity", 50, "--device",
                            "cpu", "--max-candidates", 2, "--out", plan)
        text = process.stdout
        self.assertRegex(text, r"^space: \d+ patterns, \d+ left; removed: \d+ ")
        self.assertRegex(text, r"(?m)^space: host_rbgp4mm: \d+ .* left \([\d.]+ %\)")
        self.assertRegex(text, r"(?m)^64 x 128 x 32 f32, 50 % sparse, on cpu \(")
        self.assertRegex(text, r"(?m)^ *# +ms +x dense +gap +rows +Go +Gi +configuration +kernel$")
        self.assertRegex(text, r"(?m)^ *\*?1 .* go=.*,gr=.*,gi=.*,gb=.* \w+=\d+")
        self.assertRegex(text, r"(?m)^chosen by time: number \d, [\d.e-]+ ms, gap \d\.\d{3}$")
        self.assertTrue(text.endswith(f"plan: {plan}\n"))
        self.assertNotIn("space:", process.stderr)
        self.assertRegex(process.stderr, r"(?m)^\d of 2 candidates, 0 failed, .*[\d.]+ a second.*, "
                                         r"\d+ s, \d+ s left$")

    def test_json_tells_of_the_space_on_stderr(self):
        process = self.done(*self.SMALL, "--out", self.folder / "p.json", "--json")
        said = re.findall(r"(?m)^space: (.*)$", process.stderr)
        self.assertEqual(said, json.loads(process.stdout)["space"])
        self.assertRegex(process.stderr, r"^space: \d+ patterns, \d+ left; removed: \d+ ")

    SMALL = ["tune", "--m", 64, "--k", 128, "--n", 32, "--sparsity", 50, "--device", "cpu",
             "--max-candidates", 2]

    def test_goes_without_a_dense_product_that_fails(self):
        source, library = self.folder / "blas.c", self.folder / "libopenblas.so.0"
        source.write_text("#include <stdlib.h>\nvoid cblas_sgemm(void) { abort(); }\n")
        subprocess.run(["g++", "-x", "c", "-shared", "-fPIC", "-o", library, source], check=True)
        plan = self.folder / "p.json"
        process = self.done(*self.SMALL, "--out", plan, "--json",
                            env={**os.environ, "LD_LIBRARY_PATH": str(self.folder)})
        report = json.loads(process.stdout)
        self.assertTrue(any(re.match("there is no dense product for comparison: crash", note)
                            for note in report["notes"]), report["notes"])
        self.assertEqual(report["dense"]["median_ms"], 0)
        self.assertTrue(report["ranking"][0]["finalist"])
        self.assertGreater(json.loads(plan.read_text())["measured"]["median_ms"], 0)
        self.done("inspect", plan)

    def test_files_stay_apart(self):
        for option in ("--journal", "--wisdom"):
            self.refused(2, f"{option} and --out both name .*one", *self.SMALL, option,
                         self.folder / "one", "--out", self.folder / "." / "one")
        self.refused(2, "--wisdom and --journal both name .*s", *self.SMALL, "--wisdom", self.folder / "s",
                     "--journal", self.folder / "." / "s", "--out", self.folder / "p")
        self.assertEqual(os.listdir(self.folder), [])
        # Nor does what is refused leave a journal.
        self.refused(2, r"strategy 'luck'", *self.SMALL, "--strategy", "luck", "--journal",
                     self.folder / "j", "--out", self.folder / "p")
        self.refused(2, r"strategy 'luck'", *self.SMALL, "--strategy", "luck", "--journal",
                     self.folder / "j", "--shard", "1/2")
        self.assertFalse((self.folder / "j").exists())

    def test_a_closed_stream_is_no_file(self):
        journal = self.folder / "j"
        arguments = [str(each) for each in (*self.SMALL, "--journal", journal, "--out", self.folder / "p")]
        for closed in ("2>&-", "<&- 2>&-"):
            subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", COMMAND, *arguments], check=True,
                           stdout=subprocess.DEVNULL, timeout=TIMEOUT_S)
        for line in journal.read_text().splitlines():
            self.assertIn("kind", json.loads(line))

    def test_preferences(self):
        for prefer in ("time", "gap", "balanced"):
            with self.subTest(prefer=prefer):
                _, report = self.tune(64, 96, 40, 75, "--prefer", prefer, candidates=8)
                self.assertEqual(report["prefer"], prefer)
                self.check_front(report, "gap", lambda entry: -entry["spectral_gap"])
                self.check_front(report, "repetition", lambda entry: entry["row_repetition"])
                self.assertTrue(report["ranking"][report["chosen"]]["ok"])
        self.refused(2, r"preference 'fast': allowed are time, gap and balanced", "tune", "--m", 64,
                     "--k", 64, "--n", 8, "--sparsity", 50, "--prefer", "fast")

    def check_front(self, report, name, cost):
        """Nothing costs as little in as little time as a member."""
        right = [entry for entry in report["ranking"] if entry["ok"]]
        front = [report["ranking"][place] for place in report["fronts"][name]]
        # Who was not timed again may have been faster, once.
        self.assertEqual(front[0]["median_ms"], min(entry["median_ms"] for entry in right))
        for member in front:
            for entry in right:
                if entry["median_ms"] < member["median_ms"]:
                    self.assertGreater(cost(entry), cost(member))

    def test_default_plan_file(self):
        self.done("tune", "--m", 64, "--k", 64, "--n", 8, "--sparsity", 50, "--device", "cpu",
                  "--max-candidates", 1, cwd=self.folder)
        self.assertEqual(os.listdir(self.folder), ["plan.json"])

    def test_nearest(self):
        self.refused(2, r"7[0-9.]+ %", "tune", "--m", 128, "--k", 256, "--n", 16, "--sparsity",
                     74.3, "--device", "cpu", "--out", self.folder / "plan.json")
        self.assertEqual(os.listdir(self.folder), [])
        plan, report = self.tune(128, 256, 16, 74.3, "--nearest", candidates=2)
        self.assertEqual(len([note for note in report["notes"] if "nearest" in note]), 1)
        self.assertAlmostEqual(report["sparsity"], 0.743, delta=0.01)
        np.testing.assert_allclose(1 - Pattern(plan).mask.mean(), report["sparsity"])

    def test_network_layer(self):
        plan = self.folder / "plan.json"
        process = self.done("tune", "--network", "vgg19", "--layer", "hidden", "--batch", 4,
                            "--sparsity", 75, "--device", "cpu", "--max-candidates", 1, "--out",
                            plan, "--json")
        self.assertEqual(json.loads(process.stdout)["problem"],
                         {"m": 512, "k": 512, "n": 4, "dtype": "f32", "layout": "kn",
                          "epilogue": "none"})

    def test_unknown_layers_and_networks_name_the_known(self):
        arguments = ["--sparsity", 75, "--device", "cpu", "--out", self.folder / "plan.json"]
        self.refused(2, r"no layer 'conv9_9'; its layers are conv1_1, ", "tune", "--network",
                     "vgg19", "--layer", "conv9_9", *arguments)
        self.refused(2, r"'vgg99' is not known; known are vgg19, wrn-40-4", "tune", "--network",
                     "vgg99", "--layer", "conv1_1", *arguments)
        self.refused(2, r"RBGP_DATA", "tune", "--network", "vgg19", "--layer", "x", *arguments,
                     env={**os.environ, "RBGP_DATA": str(self.folder)})

    def test_devices(self):
        arguments = ["--m", 64, "--k", 64, "--n", 8, "--sparsity", 50, "--out",
                     self.folder / "plan.json", "--max-candidates", 1]
        self.refused(2, r"cpu is there twice", "tune", *arguments, "--device", "cpu,cpu")
        for empty in ("", ",", "cpu,"):
            self.refused(2, r"--device|device ", "tune", *arguments, "--device", empty)
        self.refused(2, r"--run-limit: 'soon' is no time", "tune", *arguments, "--device", "cpu",
                     "--run-limit", "soon")
        report = json.loads(self.done("tune", *arguments, "--device", "cpu", "--json",
                                      "--compile-limit", "2m").stdout)
        self.assertGreaterEqual(report["noise_floor"], 0)
        self.assertTrue(0 < report["busy_share"] <= 1)
        self.assertEqual(list(report["candidate_seconds"]), ["compile", "check", "time"])
        for seconds in report["candidate_seconds"].values():
            self.assertTrue(0 < seconds < 60)

    def test_budget_spellings(self):
        for budget in ("30", "30s", "30000ms", "0.5m", "0.01h", "8h"):
            with self.subTest(budget=budget):
                self.done("tune", "--m", 64, "--k", 64, "--n", 8, "--sparsity", 50, "--device",
                          "cpu", "--max-candidates", 1, "--budget", budget, "--out",
                          self.folder / "plan.json")

    def test_interrupt_keeps_what_is_known(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                plan = self.folder / f"{number}.json"
                process = self.start(plan, "--json", stderr=subprocess.PIPE)
                self.read_until_candidates(process)
                process.send_signal(number)
                output, errors = process.communicate(timeout=TIMEOUT_S)
                self.assertEqual(process.returncode, 0, errors)
                report = json.loads(output)
                self.assertTrue(report["interrupted"])
                self.assertIn("the plan is not kept as wisdom: it was not timed in finals", report["notes"])
                self.assertTrue(report["ranking"][0]["ok"])
                self.assertEqual(Pattern(plan).mask.shape, (512, 1024))

    def test_an_ignored_interrupt_stays_ignored(self):
        def ignore():
            signal.signal(signal.SIGINT, signal.SIG_IGN)

        process = self.start(self.folder / "plan.json", "--json", "--max-candidates", 4,
                             stderr=subprocess.PIPE, preexec_fn=ignore)
        self.read_until_candidates(process)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=TIMEOUT_S)
        self.assertEqual(process.returncode, 0, errors)
        self.assertFalse(json.loads(output)["interrupted"])

    def test_progress_line_on_a_terminal(self):
        # It says that work has begun before the dense product is timed, which takes long.
        source, library = self.folder / "blas.c", self.folder / "libopenblas.so.0"
        source.write_text("#include <unistd.h>\nvoid cblas_sgemm(void) {\n"
                          "  static int begun;\n  if (begun++ == 0) sleep(9);\n}\n")
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
        shown = self.shown_on_terminal(200, env={**os.environ, "LD_LIBRARY_PATH": str(self.folder)})
        self.assertRegex(shown, r"^\r\x1b\[K0 of 3 candidates, 0 failed, none of this run yet, "
                                r"[0-8] s, \d+ s left\r")
        self.assertIn("the best take turns", shown)
        self.assertTrue(shown.endswith("\r\x1b[K"), shown)

    def test_progress_line_does_not_wrap(self):
        for given, columns in ((0, 80), (40, 40), (12, 12)):
            with self.subTest(columns=columns):
                lines = self.shown_on_terminal(given).split("\r\x1b[K")
                self.assertEqual((lines[0], lines[-1]), ("", ""))
                lines = lines[1:-1]
                self.assertLess(max(map(len, lines)), columns)
                self.assertEqual([line for line in lines if "\n" in line], [])
                if columns == 12:
                    self.assertTrue(lines[-1].endswith("..."), lines[-1])
                    continue
                for line in lines:
                    self.assertRegex(line, r", \d+ s left$|^\d+ s left$")
                self.assertRegex(lines[-1], r"best [\d.e-]+ ms")
                self.assertEqual(any("candidates" in line for line in lines[-3:]), columns == 80)

    def shown_on_terminal(self, columns, **options):
        """What a sweep writes to a terminal so wide; 0: that does not say."""
        try:
            terminal, stderr = pty.openpty()
        except OSError as error:  # a chroot without /dev/pts
            self.skipTest(f"no pseudo-terminal here: {error}")
        self.addCleanup(os.close, terminal)
        if columns > 0:
            termios.tcsetwinsize(stderr, (24, columns))
        process = self.start(self.folder / "plan.json", "--max-candidates", 3, stderr=stderr,
                             **options)
        os.close(stderr)
        # Read all the while: a terminal that is full stops the program.
        parts = []

        def read_all():
            try:
                while part := os.read(terminal, 65536):
                    parts.append(part)
            except OSError:  # its other side is closed
                pass

        reader = threading.Thread(target=read_all)
        reader.start()
        output, _ = process.communicate(timeout=TIMEOUT_S)
        reader.join(timeout=TIMEOUT_S)
        self.assertEqual(process.returncode, 0)
        self.assertNotIn("\r", output)
        return b"".join(parts).decode()

    def read_until_candidates(self, process):
        for line in process.stderr:
            if "candidates" in line:
                return
        self.fail("the program ended before it told of candidates")

    def start(self, plan, *more, **options):
        process = subprocess.Popen(
            [COMMAND, "tune", "--m", "512", "--k", "1024", "--n", "256", "--sparsity", "75",
             "--device", "cpu", "--budget", "120s", "--out", str(plan), *map(str, more)],
            stdout=subprocess.PIPE, text=True, **options)
        self.addCleanup(process.stdout.close)
        if process.stderr:
            self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        return process


class HelpTest(unittest.TestCase):
    def test_help_and_version(self):
        self.assertRegex(run("--version").stdout, r"^rbgp \d+\.\d+\.\d+\n$")
        whole = run("--help")
        self.assertEqual((whole.returncode, whole.stderr), (0, ""))
        for command in ("tune", "run", "export", "emit", "compile", "inspect", "doctor"):
            self.assertIn(command, whole.stdout)
            process = run(command, "--help")
            self.assertEqual((process.returncode, process.stderr), (0, ""))
            self.assertIn("--verbose", process.stdout)

    def test_doctor(self):
        process = run("doctor", "--json")
        self.assertEqual(process.returncode, 0)
        items = json.loads(process.stdout)["items"]
        for item in items:
            self.assertTrue(item["found"] or item["advice"], item)
        text = run("doctor")
        self.assertEqual(text.returncode, 0)
        for item in items:
            self.assertIn(item["name"], text.stdout)


if __name__ == "__main__":
    unittest.main()
