"""Makes a recorded subspace of the journal of an exhaustive sweep of one configuration's kernels.

usage: record_subspace.py JOURNAL > tests/unit/subspaces/NAME.txt

First the journal's header as it is, then the kernel family, a line of values an axis, and a line a candidate: one
digit (base 36) an axis, the number of its value, and the time in milliseconds, or - where it failed. Of candidates
whose code is the same, which were measured once, the first.
"""

import json
import string
import sys

DIGITS = string.digits + string.ascii_lowercase


def main(journal):
    lines = [json.loads(line) for line in open(journal, encoding="utf-8")]
    header, codes, candidates = lines[0], set(), []
    for line in lines:
        if line["kind"] == "candidate" and not (line["code"] and line["code"] in codes):
            codes.add(line["code"])
            candidates.append(line)
    assert header["config"] and header["strategy"] == "exhaustive"
    families = {candidate["family"] for candidate in candidates}
    assert len(families) == 1, families
    axes = {name: sorted({candidate["tunables"][name] for candidate in candidates})
            for name in sorted(candidates[0]["tunables"])}
    print(json.dumps(header, separators=(",", ":")))
    print(families.pop())
    for name, values in axes.items():
        print(name, *values)
    for candidate in candidates:
        digits = [DIGITS[values.index(candidate["tunables"][name])] for name, values in axes.items()]
        time = f"{candidate['median_ms']:.4g}" if candidate["ok"] else "-"
        print("".join(digits), time)


if __name__ == "__main__":
    main(sys.argv[1])
