"""data/networks/*.json: sizes follow from the layers, and totals agree with the paper's Table 1."""

import json
import pathlib
import unittest

NETWORKS = pathlib.Path(__file__).resolve().parents[2] / "data" / "networks"

# Weights of the layers that are made sparse and of those kept dense (no biases, CIFAR-10 head):
# the counts that reproduce the memory column of Table 1.
TOTALS = {"vgg19": (20_279_296, 6_848), "wrn-40-4": (8_935_424, 2_992)}
BATCHES = {"vgg19": 256, "wrn-40-4": 128}
SHAPE_FIELDS = ["out_channels", "in_channels", "kernel", "stride", "output_size"]
SHAPE_FIELDS += ["m", "k", "n", "batch"]


def load(name):
    with open(NETWORKS / f"{name}.json", encoding="utf-8") as file:
        return json.load(file)


class NetworkData(unittest.TestCase):
    def each_layer(self):
        for name in TOTALS:
            for layer in load(name)["layers"]:
                with self.subTest(network=name, layer=layer["name"]):
                    yield layer

    def test_every_file_is_covered(self):
        self.assertEqual({file.stem for file in NETWORKS.glob("*.json")}, set(TOTALS))

    def test_header(self):
        for name, batch in BATCHES.items():
            network = load(name)
            self.assertEqual(set(network), {"version", "name", "batch", "source", "layers"})
            self.assertEqual(network["version"], 1)
            self.assertEqual(network["name"], name)
            self.assertEqual(network["batch"], batch)
            names = [layer["name"] for layer in network["layers"]]
            self.assertEqual(len(names), len(set(names)))
            self.assertEqual({layer["batch"] for layer in network["layers"]}, {batch})

    def test_fields(self):
        for layer in self.each_layer():
            self.assertEqual(set(layer), {"name", "kind", "dense", *SHAPE_FIELDS})
            self.assertIn(layer["kind"], ("conv", "linear"))
            self.assertIsInstance(layer["dense"], bool)
            for field in SHAPE_FIELDS:
                self.assertIsInstance(layer[field], int)
                self.assertGreater(layer[field], 0)
            if layer["kind"] == "linear":
                for field in ("kernel", "stride", "output_size"):
                    self.assertEqual(layer[field], 1)

    def test_product_sizes_follow_from_the_layer(self):
        for layer in self.each_layer():
            self.assertEqual(layer["m"], layer["out_channels"])
            self.assertEqual(layer["k"], layer["in_channels"] * layer["kernel"] ** 2)
            self.assertEqual(layer["n"], layer["batch"] * layer["output_size"] ** 2)

    def test_channels_connect(self):
        """A layer reads what the layer before it wrote; a shortcut reads what its block read."""
        for name in TOTALS:
            channels = 3
            block_input = {}
            for layer in load(name)["layers"]:
                with self.subTest(network=name, layer=layer["name"]):
                    block, _, part = layer["name"].rpartition("_")
                    if part == "shortcut":
                        self.assertEqual(layer["in_channels"], block_input[block])
                        self.assertEqual(layer["out_channels"], channels)
                        continue
                    self.assertEqual(layer["in_channels"], channels)
                    block_input.setdefault(block, channels)
                    channels = layer["out_channels"]

    def test_first_and_last_layer_are_dense_and_no_other(self):
        for name in TOTALS:
            dense = [layer["dense"] for layer in load(name)["layers"]]
            self.assertEqual(dense, [True] + [False] * (len(dense) - 2) + [True])

    def test_totals(self):
        for name, totals in TOTALS.items():
            layers = load(name)["layers"]
            for dense, total in zip((False, True), totals):
                counts = [layer["m"] * layer["k"] for layer in layers if layer["dense"] == dense]
                self.assertEqual(sum(counts), total, f"{name}, dense={dense}")


if __name__ == "__main__":
    unittest.main()
