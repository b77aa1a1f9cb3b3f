"""rbgp memory against the paper's Table 1, and against its own layers."""

import json
import re
import unittest

from rbgp_command import CommandTest

# Sparsity, pattern, and the paper's MB of VGG19 and WideResnet-40-4.
TABLE_1 = [
    (0, "dense", "77.39", "34.10"),
    (50, "unstructured", "77.39", "34.10"),
    (50, "block4x4", "41.12", "18.12"),
    (50, "rbgp4", "38.76", "17.13"),
    (75, "unstructured", "38.71", "17.05"),
    (75, "block4x4", "20.57", "9.07"),
    (75, "rbgp4", "19.40", "8.57"),
    (87.5, "unstructured", "19.37", "8.53"),
    (87.5, "block4x4", "10.30", "4.54"),
    (87.5, "rbgp4", "9.72", "4.30"),
    (93.75, "unstructured", "9.70", "4.27"),
    (93.75, "block4x4", "5.16", "2.27"),
    (93.75, "rbgp4", "4.88", "2.16"),
]
CONFIG = "go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1"


class MemoryTest(CommandTest):
    def report(self, network, pattern, *more):
        return json.loads(self.done("memory", "--network", network, "--pattern", pattern, "--json",
                                    *more).stdout)

    def test_table_1(self):
        for sparsity, pattern, vgg19, wrn in TABLE_1:
            for network, expected in (("vgg19", vgg19), ("wrn-40-4", wrn)):
                with self.subTest(network=network, pattern=pattern, sparsity=sparsity):
                    facts = self.report(network, pattern, "--sparsity", sparsity)
                    self.assertEqual(f"{facts['mib']:.2f}", expected)
                    self.assertEqual(facts["bytes"], facts["mib"] * 2**20)

    def test_layers_add_up(self):
        facts = self.report("wrn-40-4", "rbgp4", "--sparsity", 93.75)
        for field in ("nonzeros", "index_words", "bytes"):
            self.assertEqual(facts[field], sum(layer[field] for layer in facts["layers"]))
        for layer in facts["layers"]:
            with self.subTest(layer=layer["name"]):
                self.check_layer(layer)
        self.assertEqual([layer["name"] for layer in facts["layers"] if layer.get("degree_one")],
                         ["group1_block1_shortcut"])

    def check_layer(self, layer):
        weights = layer["rows"] * layer["cols"]
        if layer["dense"]:
            self.assertEqual((layer["nonzeros"], layer["index_words"]), (weights, 0))
            self.assertNotIn("config", layer)
            return
        self.assertEqual(layer["nonzeros"], weights / 16)
        rows, cols, edges, density = 1, 1, 0, 1.0
        for left, right, sparsity in re.findall(r"g[orib]=(\d+)x(\d+)(?:@([\d.]+))?",
                                                layer["config"]):
            kept = 1 - float(sparsity or 0) / 100
            rows, cols, density = rows * int(left), cols * int(right), density * kept
            edges += round(int(left) * int(right) * kept)
        self.assertEqual((rows, cols, edges), (layer["rows"], layer["cols"], layer["index_words"]))
        self.assertAlmostEqual(density, 1 / 16)

    def test_configuration(self):
        own = self.report("vgg19", CONFIG)
        self.assertEqual(own["sparsity_percent"], 75)
        asked = self.report("vgg19", CONFIG, "--sparsity", 93.75)
        configs = [facts["layers"][-4]["config"] for facts in (own, asked)]
        self.assertEqual(configs, ["go=4x144@50,gr=4x1,gi=32x32@50,gb=1x1",
                                   "go=4x144@50,gr=4x1,gi=32x32@87.5,gb=1x1"])

    def test_text(self):
        text = self.done("memory", "--network", "wrn-40-4", "--pattern", "rbgp4", "--sparsity",
                         93.75).stdout
        self.assertRegex(text, r"(?m)^group1_block1_shortcut +64x16 +64 +22 +344 +.*\(degree 1\)$")
        self.assertRegex(text, r"(?m)^classifier .*left dense$")
        self.assertRegex(text, r"(?m)^degree 1, .*: group1_block1_shortcut$")
        self.assertTrue(text.endswith("2.16 MiB\n"), text)

    def test_nearest(self):
        arguments = ("memory", "--network", "vgg19", "--pattern", "rbgp4", "--sparsity", 90)
        self.refused(2, r"layer conv1_2: .*90 %.* nearest is .*--nearest", *arguments)
        facts = json.loads(self.done(*arguments, "--nearest", "--json").stdout)
        exact = self.report("vgg19", "unstructured", "--sparsity", 90)
        self.assertLess(abs(facts["nonzeros"] / exact["nonzeros"] - 1), 0.01)

    def test_bad_input(self):
        network, pattern = ("--network", "vgg19"), ("--pattern", "rbgp4")
        self.refused(2, r"known are vgg19, wrn-40-4", "memory", "--network", "vgg", *pattern,
                     "--sparsity", 50)
        self.refused(2, r"known are dense, unstructured", "memory", *network, "--pattern", "block")
        self.refused(2, r"go=3x", "memory", *network, "--pattern", "go=3x")
        self.refused(2, r"--sparsity is needed", "memory", *network, *pattern)
        self.refused(2, r"0 to below 100", "memory", *network, *pattern, "--sparsity", 100)
        self.refused(2, r"--network is required", "memory", *pattern)


if __name__ == "__main__":
    unittest.main()
