"""rbgp inspect's pictures and graph files, read back with independent readers."""

import os
import re
import unittest
import xml.etree.ElementTree as ElementTree

import numpy as np
from rbgp_command import CommandTest, Pattern, read_matrix_market

SMALL = "go=4x4@50,gr=2x1,gi=4x8@50,gb=2x2"
PAPER = "go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1"
SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


class PictureTest(CommandTest):
    def svg(self, subject, *more):
        file = self.folder / "picture.svg"
        self.done("inspect", subject, "--svg", file, *more)
        return file, ElementTree.parse(file).getroot()

    def test_small_mask_has_every_cell(self):
        _, root = self.svg(SMALL)
        mask = root.find(f".//{SVG}g[@id='mask']")
        tiles = [use for use in mask.iter(f"{SVG}use") if use.get(LINK) == "#tile"]
        self.assertEqual(len(tiles), 4 * 2)
        tile = root.find(f".//{SVG}g[@id='tile']")
        copies = [use for use in tile.iter(f"{SVG}use") if use.get(LINK) == "#gi-cells"]
        self.assertEqual(len(copies), 2 * 1)
        cells = root.find(f".//{SVG}path[@id='gi-cells']").get("d").count("z")
        self.assertEqual(cells, 4 * 4)
        # Each cell is a block of Gb: together the non-zeros of W.
        self.assertEqual(len(tiles) * len(copies) * cells * 4, 64 * 16)

    def test_title_and_sections(self):
        for subject in (SMALL, PAPER):
            _, root = self.svg(subject, "--seed", 7)
            texts = [text.text for text in root.iter(f"{SVG}text")]
            self.assertIn(f"{subject}, seed 7", texts)
            self.assertTrue(any("75 % sparse, spectral gap 0." in text for text in texts))
            for name in ("Go  ", "Gr  ", "Gi  ", "Gb  ", "W = Go"):
                self.assertTrue(any(text.startswith(name) for text in texts), name)
            self.assertEqual(sum(text.startswith("bound ") for text in texts), 3)

    def test_size_and_labels_within_the_picture(self):
        for subject in (SMALL, PAPER, "go=4x36@50,gr=4x1,gi=32x32@75,gb=1x4",
                        "go=128x128@75,gr=1x1,gi=32x32@50,gb=1x1"):
            with self.subTest(subject=subject):
                file, root = self.svg(subject)
                self.assertLess(file.stat().st_size, 1_000_000)
                width, height = float(root.get("width")), float(root.get("height"))
                self.assertEqual(width, 1280)
                for text in root.iter(f"{SVG}text"):
                    self.assertTrue(0 < float(text.get("x")) < width, text.text)
                    self.assertTrue(0 < float(text.get("y")) < height, text.text)

    def test_plan(self):
        plan, _ = self.tune(128, 192, 16, 75, candidates=3)
        _, root = self.svg(plan)
        self.assertIn("128 × 192", root.find(f"{SVG}title").text)

    def test_graph_files_agree_with_the_plan(self):
        plan, _ = self.tune(128, 192, 16, 75, candidates=3)
        pattern = Pattern(plan)
        graphs = {"go": pattern.go, "gr": np.ones(pattern.sizes["gr"]), "gi": pattern.gi,
                  "gb": np.ones(pattern.sizes["gb"])}
        names = {kind: self.folder / f"graph.{kind}" for kind in ("graphml", "dot", "mtx")}
        for graph, matrix in graphs.items():
            with self.subTest(graph=graph):
                files = [item for kind, file in names.items() for item in (f"--{kind}", file)]
                self.done("inspect", plan, "--graph", graph, *files)
                np.testing.assert_array_equal(read_matrix_market(names["mtx"]), matrix)
                self.check_graphml(names["graphml"], matrix)
                edges = re.findall(r"(?m)^u(\d+)--v(\d+) *;", names["dot"].read_text())
                self.assertEqual(sorted((int(u), int(v)) for u, v in edges),
                                 [tuple(edge) for edge in np.argwhere(matrix).tolist()])
        self.done("inspect", plan, "--graph", "w", "--mtx", names["mtx"])
        np.testing.assert_array_equal(read_matrix_market(names["mtx"]), pattern.mask)

    def check_graphml(self, file, matrix):
        root = ElementTree.parse(file).getroot()
        keys = {key.get("id"): key.get("attr.name") for key in root.iter(f"{GRAPHML}key")}
        vertices = {}
        for node in root.iter(f"{GRAPHML}node"):
            facts = {keys[data.get("key")]: data.text for data in node.iter(f"{GRAPHML}data")}
            vertices[node.get("id")] = (facts["side"], int(facts["index"]))
        self.assertEqual(len(vertices), sum(matrix.shape))
        found = np.zeros(matrix.shape)
        for edge in root.iter(f"{GRAPHML}edge"):
            (left, u), (right, v) = vertices[edge.get("source")], vertices[edge.get("target")]
            self.assertEqual(left + right, "UV")
            found[u, v] += 1
        np.testing.assert_array_equal(found, matrix)

    def test_large_file_and_existing_one(self):
        # Some 32,768 lines: more than a buffer.
        file = self.folder / "w.mtx"
        file.write_text("old")
        self.done("inspect", "go=8x16@50,gr=4x1,gi=16x16@75,gb=2x1", "--graph", "w", "--mtx", file)
        self.assertEqual(read_matrix_market(file).sum(), 1024 * 32)
        self.assertEqual(os.listdir(self.folder), ["w.mtx"])

    def test_refusals_leave_nothing(self):
        missing = self.folder / "nowhere" / "file"
        for option in ("--svg", "--dot", "--graphml", "--mtx"):
            graph = () if option == "--svg" else ("--graph", "go")
            self.refused(2, "nowhere/file: cannot be written", "inspect", SMALL, option, missing,
                         *graph)
            self.refused(2, "cannot be written", "inspect", SMALL, option, self.folder, *graph)
        file = self.folder / "file"
        self.refused(2, "go, gr, gi or gb", "inspect", SMALL, "--dot", file)
        self.refused(2, "--mtx", "inspect", SMALL, "--dot", file, "--graph", "w")
        self.refused(2, "--graph", "inspect", SMALL, "--graph", "go")
        self.refused(2, "--graph", "inspect", SMALL, "--graph", "gx", "--mtx", file)
        self.refused(2, "go=", "inspect", "go=3x", "--svg", file)
        self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    unittest.main()
