#!/usr/bin/env python3
"""Markdown tables from recorded results: bench/results_table.py bench/results/*/*.json

One table a suite: a row a configuration, time and ratio to the dense product of the same run.
"""

import json
import sys
from collections import defaultdict


def rows(results):
    """(suite, sizes, implementation, configuration, counters) of every benchmark in a result file."""
    for benchmark in results["benchmarks"]:
        if benchmark.get("run_type") == "aggregate":
            continue
        name = benchmark["name"].split("/iterations:")[0]
        suite, _dtype, _layout, sizes, implementation, configuration = name.split("/", 5)
        yield suite, sizes, implementation, configuration, benchmark


def table(results):
    context = results["context"]
    origin = ", ".join(f"{key} {context[key]}" for key in ("device", "driver", "NVRTC", "LLVM", "commit")
                       if key in context)
    suites = defaultdict(list)
    for suite, sizes, implementation, configuration, counters in rows(results):
        suites[suite].append((sizes, implementation, configuration, counters))
    lines = []
    for suite, entries in suites.items():
        lines += [f"### {suite}", "", origin, "",
                  "| M x K x N | kernel | configuration | sparsity | ms | x dense | of roofline | gap |",
                  "|---|---|---|---|---|---|---|---|"]
        for sizes, implementation, configuration, counters in entries:
            def number(counter, digits, scale=1):
                return f"{counters[counter] * scale:.{digits}f}" if counter in counters else ""
            lines.append(f"| {sizes} | {implementation} | {configuration} | {number('sparsity', 2)} | "
                         f"{number('median_ms', 3)} | {number('ratio_to_dense', 2)} | "
                         f"{number('roofline_fraction', 2)} | {number('spectral_gap', 3)} |")
        lines.append("")
    return "\n".join(lines)


def main(files):
    if not files:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    for file in files:
        try:
            with open(file, encoding="utf-8") as stream:
                print(table(json.load(stream)))
        except (OSError, ValueError, KeyError) as error:
            print(f"results_table: {file}: {error}", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
