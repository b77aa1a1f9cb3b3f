"""Makes the recorded sweep of the journal of a random one: what the cost model's ranks are held against.

usage: record_sweep.py JOURNAL > tests/unit/sweeps/NAME.txt

A comment that says where it comes from, the problem, the names of each family's tunables, and a line a candidate that
was right, in the order measured: milliseconds, configuration, family, tunables.
"""

import json
import sys


def main(journal):
    with open(journal, encoding="utf-8") as stream:
        lines = [json.loads(line) for line in stream]
    header = lines[0]
    assert header["strategy"] == "random" and not header["config"]
    right = [line for line in lines if line["kind"] == "candidate" and line["ok"]]
    device, problem = header["fingerprint"], header["problem"]
    compiler = device["compiler"].split(",")[0]
    print(f"# {device['name']}, driver {device['driver']}, {compiler}: rbgp tune --strategy random,"
          f" seed {header['seed']}, {header['sparsity_percent']:g} % sparse")
    print("problem", *(problem[field] for field in ("m", "k", "n", "dtype", "layout")))
    tunables = {line["family"]: sorted(line["tunables"]) for line in right}
    for family in sorted(tunables):
        print("family", family, *tunables[family])
    for line in right:
        values = (line["tunables"][name] for name in tunables[line["family"]])
        print(f"{line['median_ms']:.5g}", line["config"], line["family"], *values)


if __name__ == "__main__":
    main(sys.argv[1])
