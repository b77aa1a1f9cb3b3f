"""rbgp emit, compile and export."""

import os
import shutil
import subprocess
import unittest

from rbgp_command import COMMAND, TIMEOUT_S, CommandTest, doctor_found, run

CONFIG = "go=4x8@50,gr=4x1,gi=8x8@50,gb=1x1"
NVRTC_ABSENT = "NVRTC is absent (rbgp doctor says how to get it)"


class EmitTest(CommandTest):
    def test_same_arguments_give_the_same_source(self):
        for target in ("host", "sm_90a"):
            with self.subTest(target=target):
                arguments = ["emit", CONFIG, "--n", 100, "--target", target]
                first = self.done(*arguments).stdout
                self.assertGreater(len(first), 1000)
                self.assertEqual(first, self.done(*arguments).stdout)
                self.assertNotEqual(first, self.done(*arguments, "--seed", 2).stdout)

    def test_language(self):
        self.assertIn("define ", self.done("emit", CONFIG, "--n", 64).stdout)
        self.assertIn("__global__",
                      self.done("emit", CONFIG, "--n", 64, "--target", "sm_80").stdout)

    def test_settings(self):
        arguments = ["emit", CONFIG, "--n", 100, "--target", "sm_90a"]
        defaults = self.refused(2, r"has no tunable 'size'; with its defaults it is \w+ ",
                                *arguments, "--set", "size=1").stderr
        name, value = defaults.split()[-1].split("=")
        text = self.done(*arguments, "--set", f"{name}={value}").stdout
        self.assertEqual(text, self.done(*arguments).stdout)
        self.refused(2, r"'block_n' is no TUNABLE=INTEGER", *arguments, "--set", "block_n")
        self.refused(2, r"'block_n=big' is no", *arguments, "--set", "block_n=big")
        self.refused(2, f"{name}=-7", *arguments, "--set", f"{name}=-7")

    def test_kernel(self):
        arguments = ["emit", CONFIG, "--n", 100, "--target", "sm_90a"]
        text = self.done(*arguments, "--kernel", "simt_row_group warps_n=2").stdout
        self.assertIn("kWarpsN = 2", text)
        self.assertIn("RowGroup<Config, Pattern>", text)
        self.assertEqual(text, self.done(*arguments, "--kernel", "simt_row_group",
                                         "--set", "warps_n=2").stdout)
        self.refused(2, r"frobnicate", *arguments, "--kernel", "frobnicate block_n=1")
        self.refused(2, r"has no tunable 'size'", *arguments, "--kernel", "simt_row_group size=1")

    def test_refusals(self):
        self.refused(2, r"go=", "emit", "go=4x8", "--n", 8)
        self.refused(2, r"nearest", "emit", "go=4x8@30,gr=1x1,gi=1x1,gb=1x1", "--n", 8)
        self.refused(2, r"--n", "emit", CONFIG, "--n", 0)
        self.refused(2, r"f64", "emit", CONFIG, "--n", 8, "--dtype", "f64")
        self.refused(3, r"multiplies f16 on the CPU", "emit", CONFIG, "--n", 8, "--dtype", "f16")
        self.refused(2, r"avx", "emit", CONFIG, "--n", 8, "--target", "avx")

    def test_closed_output(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            process = subprocess.run([COMMAND, "emit", CONFIG, "--n", "8"],
                                     stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(len(process.stderr.splitlines()), 1, process.stderr)


class DtypeTest(CommandTest):
    def test_the_default_kernel_multiplies_the_graphs_that_there_are(self):
        """Paired columns are for a Gi that is a lift: as sampled, and not of swapped edges."""
        command = ["emit", "go=4x4@50,gr=4x1,gi=64x64@50,gb=1x1", "--n", 512, "--dtype", "bf16", "--target", "sm_90a"]
        self.assertIn("densify=2", self.done(*command).stdout)
        self.assertNotIn("densify=2", self.done(*command, "--construction", "edge_swap").stdout)

    def test_every_dtype_has_a_kernel_for_cuda(self):
        for dtype, element in [("f32", "float"), ("tf32", "float"), ("bf16", "Bf16"),
                               ("f16", "F16")]:
            for target in ("sm_75", "sm_80", "sm_90a"):
                with self.subTest(dtype=dtype, target=target):
                    text = self.done("emit", CONFIG, "--n", 100, "--dtype", dtype, "--target",
                                     target).stdout
                    self.assertIn(f", {dtype}; target {target}", text)
                    self.assertIn(f"using Element = {element};", text)
                    self.assertNotIn("#include <", text)


class CompileTest(CommandTest):
    def test_object_file_for_the_host(self):
        file = self.folder / "kernel.o"
        self.done("compile", CONFIG, "--n", 64, "--out", file)
        self.assertEqual(file.read_bytes()[:4], b"\x7fELF")
        self.assertEqual(os.listdir(self.folder), ["kernel.o"])

    @unittest.skipUnless(doctor_found("NVRTC"), NVRTC_ABSENT)
    def test_cubin(self):
        file = self.folder / "kernel.cubin"
        process = self.done("compile", CONFIG, "--n", 100, "--target", "sm_90a", "--out", file)
        self.assertEqual(file.read_bytes()[:4], b"\x7fELF")
        self.assertIn(f"{file.stat().st_size} bytes", process.stdout)

    def test_nvrtc_absent_is_unsupported(self):
        if doctor_found("NVRTC"):
            self.skipTest("NVRTC is present")
        self.refused(3, r"NVRTC", "compile", CONFIG, "--n", 8, "--target", "sm_90a", "--out",
                     self.folder / "kernel.cubin")
        self.assertEqual(os.listdir(self.folder), [])

    def test_refusals(self):
        self.refused(2, r"cannot be written", "compile", CONFIG, "--n", 8, "--out",
                     self.folder / "missing/kernel.o")
        process = run("compile", CONFIG, "--n", 8, "--target", "sm_1", "--out",
                      self.folder / "kernel.cubin")
        self.assertIn(process.returncode, (2, 3))
        self.assertEqual(len(process.stderr.splitlines()), 1, process.stderr)
        self.assertEqual(os.listdir(self.folder), [])


class ExportTest(CommandTest):
    def test_host_folder_builds_alone_and_passes_its_check(self):
        plan, _ = self.tune(64, 128, 37, 75, candidates=2)
        exported = self.folder / "exported"
        self.done("export", plan, "--out", exported)
        self.assertTrue((exported / "CMakeLists.txt").exists())
        # Away from where it was written: nothing in it may name that place.
        moved = shutil.move(exported, self.folder / "moved")
        build = self.folder / "build"
        for command in (["cmake", "-S", moved, "-B", build], ["cmake", "--build", build]):
            self.must_pass(command)
        self.assertIn("100% tests passed", self.must_pass(["ctest", "--output-on-failure"], build))

    def test_layers_of_other_names_link_into_one_program(self):
        plan, _ = self.tune(64, 128, 37, 75, candidates=2)
        project = self.folder / "project"
        project.mkdir()
        for name in ("first", "second"):
            self.done("export", plan, "--out", project / name, "--name", name)
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.18)\nproject(both C)\nenable_testing()\n"
            "add_subdirectory(first)\nadd_subdirectory(second)\nadd_executable(both both.c)\n"
            "target_link_libraries(both first_layer second_layer)\nadd_test(NAME both COMMAND both)\n")
        (project / "both.c").write_text(
            '#include "first/layer.h"\n#include "second/layer.h"\n'
            "int main(void) {\n"
            "  int differ = FIRST_PACKED_BYTES != SECOND_PACKED_BYTES;\n"
            "  differ |= (void*)first_layer == (void*)second_layer;\n"
            "  differ |= (void*)first_kernel == (void*)second_kernel;\n"
            "  return differ | (first_layer_threads() != second_layer_threads());\n}\n")
        build = self.folder / "build"
        for command in (["cmake", "-S", project, "-B", build], ["cmake", "--build", build]):
            self.must_pass(command)
        self.assertIn("tests passed, 0 tests failed out of 3",
                      self.must_pass(["ctest", "--output-on-failure"], build))
        self.refused(2, r"name '5th': ", "export", plan, "--out", self.folder / "new", "--name", "5th")

    def test_padded_export(self):
        plan, _ = self.tune(125, 61, 20, 75, "--pad", candidates=1)
        exported = self.folder / "exported"
        self.done("export", plan, "--out", exported)
        build = self.folder / "build"
        for command in (["cmake", "-S", exported, "-B", build], ["cmake", "--build", build]):
            self.must_pass(command)
        self.assertIn("100% tests passed", self.must_pass(["ctest", "--output-on-failure"], build))

    def test_refusals(self):
        plan, _ = self.tune(64, 64, 8, 50, candidates=1)
        full = self.folder / "full"
        full.mkdir()
        (full / "kept").write_text("kept")
        self.refused(2, r"full: .*not an empty folder", "export", plan, "--out", full)
        self.assertEqual(os.listdir(full), ["kept"])
        self.refused(2, r"--arch", "export", plan, "--out", self.folder / "new", "--arch", "sm_90a")
        self.refused(2, r"below: cannot be created", "export", plan, "--out", plan / "below")
        self.assertEqual(sorted(os.listdir(self.folder)), ["full", "plan.json"])

    def must_pass(self, command, folder=None):
        process = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_S,
                                 check=False)
        self.assertEqual(process.returncode, 0, process.stdout)
        return process.stdout


if __name__ == "__main__":
    unittest.main()
