"""What cmake --install leaves is enough for a program of a user's."""

import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from rbgp_command import COMMAND, SKIPPED, TIMEOUT_S, CommandTest

BUILD = Path(COMMAND).parent.parent
EXAMPLE = Path(__file__).parents[2] / "examples" / "tune_and_run.cpp"
PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(user LANGUAGES CXX)
find_package(rbgp 0.1 REQUIRED CONFIG)
add_executable(user tune_and_run.cpp)
target_compile_options(user PRIVATE -Wall -Wextra -Werror)
target_link_libraries(user PRIVATE rbgp::rbgp)
rbgp_place_worker(user)
"""


class InstallTest(CommandTest):
    def run_all(self, *command, **options):
        process = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 text=True, timeout=TIMEOUT_S, check=False, **options)
        self.assertEqual(process.returncode, 0, process.stdout)
        return process.stdout

    def test_a_users_program(self):
        prefix, source, moved = self.folder / "prefix", self.folder / "user", self.folder / "moved"
        self.run_all("cmake", "--install", BUILD, "--prefix", prefix)
        prefix.rename(moved)
        source.mkdir()
        (source / "CMakeLists.txt").write_text(PROJECT)
        shutil.copy(EXAMPLE, source)
        build = source / "build"
        self.run_all("cmake", "-S", source, "-B", build, "-DCMAKE_BUILD_TYPE=Release",
                     f"-DCMAKE_PREFIX_PATH={moved}")
        self.run_all("cmake", "--build", build)
        self.assertTrue((build / "rbgp-worker").exists())
        self.assertIn("relative error", self.run_all(build / "user", cwd=self.folder))

    def test_an_installed_command(self):
        prefix = self.folder / "prefix"
        self.run_all("cmake", "--install", BUILD, "--prefix", prefix)
        self.assertIn("--sparsity", self.run_all(prefix / "bin" / "rbgp", "tune", "--help"))
        self.assertIn("NVIDIA", self.run_all(prefix / "bin" / "rbgp", "wisdom", "list"))


if __name__ == "__main__":
    if not (BUILD / "cmake_install.cmake").exists():
        print(f"{BUILD} is no build folder: there is nothing to install")
        sys.exit(SKIPPED)
    unittest.main()
