#!/usr/bin/env python3
"""Tables from recorded results: bench/results_table.py [--labels] bench/results/*/*.json

For each file and suite one table (Markdown, aligned to be read as it is): a row an entry, with its time
and its ratio to the dense product of the same arithmetic in the same run. Where a suite has several
implementations at several sparsities, a table of times and ratios by sparsity comes first.
"""

import argparse
import json
import sys
from collections import defaultdict

CONTEXT = ["device", "arch", "driver", "NVRTC", "LLVM", "torch", "commit", "copy_gb_per_s", "f32_tflops",
           "shared_cache_mb"]

# Heading, counter, format, and what the counter is multiplied with. A column that no entry of a suite
# has a number for is left out.
COUNTERS = [("sparsity", "sparsity", ".6g", 1), ("ms", "median_ms", ".4f", 1),
            ("spread %", "spread", ".1f", 100), ("x dense", "ratio_to_dense", ".2f", 1),
            ("cold ms", "cold_median_ms", ".4f", 1), ("cold x", "cold_ratio_to_dense", ".2f", 1),
            ("of ideal", "ideal_fraction", ".2f", 1), ("of roofline", "roofline_fraction", ".2f", 1),
            ("of a copy", "copy_fraction", ".2f", 1),
            ("of a copy its size", "equal_copy_fraction", ".2f", 1),
            ("error", "rel_error", ".1e", 1), ("repetition", "row_repetition", ".0f", 1),
            ("gap", "spectral_gap", ".3f", 1)]


class Entry:
    """One benchmark: its name taken apart, and its counters."""

    def __init__(self, benchmark):
        name = benchmark["name"].split("/iterations:")[0]
        parts = name.split("/", 5)
        if len(parts) != 6:
            raise ValueError(f"{name}: a name is suite/dtype/layout/MxKxN/impl/CONFIG")
        (self.suite, self.dtype, self.layout, self.sizes, self.implementation,
         self.configuration) = parts
        self.counters = benchmark
        self.label = benchmark.get("label", "")

    def number(self, counter, form, scale=1):
        value = self.counters.get(counter)
        return "" if value is None else format(value * scale, form)

    @property
    def kind(self):
        """What it is, whatever the pattern: our families are one kind."""
        kind = self.implementation.split(":")[0] if self.implementation.startswith("rbgp:") \
            else self.implementation
        notes = [note for note, usual in ((self.dtype, "f32"), (self.layout, "kn")) if note != usual]
        return f"{kind} ({', '.join(notes)})" if notes else kind


def entries(results):
    """The entries of a result file; means and deviations over repetitions are none."""
    return [Entry(benchmark) for benchmark in results["benchmarks"]
            if benchmark.get("run_type") != "aggregate" and not benchmark.get("error_occurred")]


def is_number(cell):
    """Of a cell such as "0.75" or "0.75 (3.60x)"."""
    try:
        return float(cell.split(" ")[0]) is not None
    except ValueError:
        return False


def markdown(heading, rows):
    """Lines of a table whose columns line up; numbers are set to the right."""
    cells = [heading, *rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heading))]
    numeric = [all(row[i] == "" or is_number(row[i]) for row in rows)
               for i in range(len(heading))]

    def line(row):
        return "| " + " | ".join(cell.rjust(width) if right else cell.ljust(width)
                                 for cell, width, right in zip(row, widths, numeric)) + " |"
    rule = "|" + "|".join("-" * (width + 1) + (":" if right else "-")
                          for width, right in zip(widths, numeric)) + "|"
    return [line(heading), rule, *map(line, rows)]


def overview(suite):
    """Times and ratios of each kind by sparsity; nothing where a suite compares no kinds."""
    by_kind = defaultdict(dict)
    for entry in suite:
        if "sparsity" not in entry.counters or not entry.counters["sparsity"]:
            continue
        best = by_kind[entry.sizes, entry.kind].get(entry.counters["sparsity"])
        if best is None or entry.counters["median_ms"] < best.counters["median_ms"]:
            by_kind[entry.sizes, entry.kind][entry.counters["sparsity"]] = entry
    sparsities = sorted({sparsity for kind in by_kind.values() for sparsity in kind})
    if len({kind for _, kind in by_kind}) < 2 or len(sparsities) < 2:
        return []
    rows = []
    for (sizes, kind), cells in by_kind.items():
        row = [sizes, kind]
        for sparsity in sparsities:
            entry = cells.get(sparsity)
            if entry is None:
                row.append("")
                continue
            ratio = entry.number("ratio_to_dense", ".2f")
            row.append(entry.number("median_ms", ".4f") + (f" ({ratio}x)" if ratio else ""))
        rows.append(row)
    return markdown(["M x K x N", "kernel", *(f"{sparsity:.6g} %" for sparsity in sparsities)], rows)


def details(suite, labels):
    """Every entry with all its counters."""
    columns = [column for column in COUNTERS if any(column[1] in entry.counters for entry in suite)]
    heading = ["M x K x N", "dtype", "layout", "kernel", "configuration", *(c[0] for c in columns)]
    rows = [[entry.sizes, entry.dtype, entry.layout, entry.implementation, entry.configuration,
             *(entry.number(*column[1:]) for column in columns)] for entry in suite]
    if labels:
        heading.append("label")
        for row, entry in zip(rows, suite):
            row.append(entry.label)
    return markdown(heading, rows)


def tables(results, labels=False):
    """The text of all tables of a result file."""
    context = results["context"]
    origin = ", ".join(f"{key} {context[key].rstrip(',')}" for key in CONTEXT if key in context)
    suites = defaultdict(list)
    for entry in entries(results):
        suites[entry.suite].append(entry)
    lines = []
    for name, suite in suites.items():
        lines += [f"### {name}", "", origin, ""]
        summary = overview(suite)
        lines += [*summary, ""] if summary else []
        lines += [*details(suite, labels), ""]
    return "\n".join(lines)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", action="store_true",
                        help="also the labels: tunables, algorithms, library versions")
    parser.add_argument("files", nargs="+", metavar="FILE", help="JSON of a benchmark program")
    options = parser.parse_args(arguments)
    for file in options.files:
        try:
            with open(file, encoding="utf-8") as stream:
                print(tables(json.load(stream), options.labels))
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            print(f"results_table: {file}: {error}", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
