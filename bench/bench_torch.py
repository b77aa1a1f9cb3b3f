#!/usr/bin/env python3
"""What PyTorch users take instead: bench/bench_torch.py --out FILE [--size 4096] [--sparsities 50,75,...]

Sparse W (M x K) times dense I (K x N) through torch, beside torch's dense product: 2:4 by cuSPARSELt, each
of its algorithms tried, and by CUTLASS, both at 50 % alone; blocks of 64 and 128 by torch's Triton kernels
(BSR), their parameters searched. Timed as bench_peers times: launches captured in a CUDA graph and replayed,
in turns with the dense product, median of 9 rounds; outputs are NaN before the launch that is checked, in
double precision. FILE has the form of Google Benchmark's JSON, for bench/results_table.py. What this torch or
this GPU cannot do is left out, with the reason on stderr.

Needs torch with CUDA; exits with 3 where there is none.
"""

import argparse
import datetime
import itertools
import json
import os
import statistics
import sys
import time

ROUNDS = 9
REPLAY_MS = 5  # of launches in a graph, at least
SETTLE_SECONDS = 0.15  # until the clock follows the load; as in product_bench.cpp
BLOCKS = (64, 128)
DTYPES = {"bf16": "bfloat16", "f16": "float16"}
# Of the Triton kernel for blocks; columns of I that a program takes are N / SPLIT_N.
COLUMNS = (64, 128, 256)
STAGES = (2, 3, 4)
WARPS = (4, 8)


def left_out(what, error):
    reason = str(error).strip().splitlines()
    print(f"bench_torch: {what} left out: {reason[0] if reason else type(error).__name__}",
          file=sys.stderr)


class Timer:
    """Times products against the dense one in graph replay."""

    def __init__(self, torch, dense):
        self.torch = torch
        self.dense = self.captured(dense)

    def replay_ms(self, graph):
        start, end = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        graph.replay()
        end.record()
        end.synchronize()
        return start.elapsed_time(end)

    def capture(self, product, launches):
        graph = self.torch.cuda.CUDAGraph()
        with self.torch.cuda.graph(graph):
            for _ in range(launches):
                product()
        graph.replay()
        self.torch.cuda.synchronize()
        return graph

    def captured(self, product):
        """The graph of so many launches that they take a while, and their number."""
        for _ in range(3):  # compiles, and allocates workspaces
            product()
        self.torch.cuda.synchronize()
        single = self.replay_ms(self.capture(product, 1))
        launches = max(1, min(500, round(REPLAY_MS / max(single, 1e-3))))
        return self.capture(product, launches), launches

    def quick_ms(self, product):
        graph, launches = self.captured(product)
        return min(self.replay_ms(graph) for _ in range(3)) / launches

    def settled_ms(self, graph):
        """As replay_ms, once the clock follows this load and not that of what ran before."""
        begin = time.monotonic()
        while time.monotonic() - begin < SETTLE_SECONDS:
            self.replay_ms(graph)
        return self.replay_ms(graph)

    def in_turns(self, product):
        """Times of the product and of the dense one, a launch, round by round."""
        graph, launches = self.captured(product)
        dense, dense_launches = self.dense
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(self.settled_ms(dense) / dense_launches)
            ours.append(self.settled_ms(graph) / launches)
        return ours, theirs


class Bench:
    def __init__(self, torch, size, dtype_name):
        self.torch = torch
        self.size = size
        self.dtype_name = dtype_name
        self.dtype = getattr(torch, DTYPES[dtype_name])
        torch.manual_seed(1)
        self.input = self.random(size, size)
        self.weights = self.random(size, size)
        output = torch.empty_like(self.input)
        self.timer = Timer(torch, lambda: torch.mm(self.weights, self.input, out=output))
        self.entries = []
        self.add("cublas", "dense", 0, self.weights,
                 lambda: torch.mm(self.weights, self.input), "torch.mm")

    def random(self, rows, cols):
        return self.torch.randn(rows, cols, device="cuda", dtype=self.dtype)

    def kept_blocks(self, block, sparsity):
        """W with so many random blocks in every row of blocks, the others zero."""
        torch = self.torch
        count = self.size // block
        kept = round(count * (1 - sparsity / 100))
        if count * block != self.size or 100 * (1 - kept / count) != sparsity:
            raise ValueError(f"{self.size} columns in blocks of {block} cannot be {sparsity} % sparse")
        order = torch.rand(count, count, device="cuda").argsort(dim=1)
        mask = (order < kept).repeat_interleave(block, 0).repeat_interleave(block, 1)
        return self.weights * mask

    def kept_two_of_four(self):
        order = self.torch.rand(self.size, self.size // 4, 4, device="cuda").argsort(dim=2)
        return self.weights * (order < 2).reshape(self.size, self.size)

    def add(self, implementation, configuration, sparsity, weights, product, label):
        torch = self.torch
        # What the caching allocator hands the product for its output was NaN.
        torch.full_like(self.input, float("nan"))
        output = product().double()
        expected = weights.double() @ self.input.double()
        error = ((output - expected).norm() / expected.norm()).item()
        if not error < 1e-2:
            raise RuntimeError(f"wrong result, relative error {error:.2g}")
        ours, dense = self.timer.in_turns(product)
        median = statistics.median(ours)
        quartiles = statistics.quantiles(ours, n=4)
        ratio = statistics.median(dense) / median
        name = (f"torch/{self.dtype_name}/kn/{'x'.join([str(self.size)] * 3)}/{implementation}/"
                f"{configuration}/iterations:{ROUNDS}/manual_time")
        self.entries.append({
            "name": name, "run_name": name, "run_type": "iteration", "iterations": ROUNDS,
            "real_time": median, "cpu_time": median, "time_unit": "ms", "median_ms": median,
            "spread": (quartiles[2] - quartiles[0]) / median, "sparsity": sparsity,
            "ratio_to_dense": ratio, "ideal_fraction": ratio * (1 - sparsity / 100),
            "rel_error": error, "label": label})
        print(f"{implementation:20} {configuration:12} {median:8.4f} ms {ratio:6.2f}x dense  {label}",
              flush=True)

    def add_cusparselt(self):
        torch = self.torch
        weights = self.kept_two_of_four()
        compressed = torch._cslt_compress(weights)
        best = torch._cslt_sparse_mm_search(compressed, self.input)
        self.add("cusparselt:24", "random@50", 50, weights,
                 lambda: torch._cslt_sparse_mm(compressed, self.input, alg_id=best),
                 f"torch._cslt_sparse_mm, algorithm {best} by its search")

    def add_cutlass(self):
        torch = self.torch
        weights = self.kept_two_of_four()
        sparse = torch.sparse.SparseSemiStructuredTensorCUTLASS.from_dense(weights)
        self.add("cutlass:24", "random@50", 50, weights, lambda: torch.mm(sparse, self.input),
                 "torch.sparse.SparseSemiStructuredTensorCUTLASS")

    def add_blocks(self, block, sparsity):
        from torch.sparse._triton_ops import bsr_dense_addmm
        weights = self.kept_blocks(block, sparsity)
        sparse = weights.to_sparse_bsr((block, block))
        zero = self.torch.zeros_like(self.input)

        def product_by(meta):
            return lambda: bsr_dense_addmm(zero, sparse, self.input, beta=0, meta=meta)

        best, best_ms, failure = None, float("inf"), None
        for columns, stages, warps in itertools.product(COLUMNS, STAGES, WARPS):
            meta = {"GROUP_SIZE_ROW": 4, "SPLIT_N": self.size // columns, "num_stages": stages,
                    "num_warps": warps}
            try:
                ms = self.timer.quick_ms(product_by(meta))
            except Exception as error:  # too much shared memory, for one
                failure = error
                continue
            if ms < best_ms:
                best, best_ms = meta, ms
        if best is None:
            raise failure
        self.add(f"torch:bsr{block}", f"random@{sparsity:g}", sparsity, weights, product_by(best),
                 " ".join(f"{key}={value}" for key, value in best.items()))


def context(torch):
    properties = torch.cuda.get_device_properties(0)
    return {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "executable": "bench/bench_torch.py", "device": properties.name,
            "arch": f"sm_{properties.major}{properties.minor}", "torch": torch.__version__,
            "toolkit": torch.version.cuda, "commit": os.environ.get("RBGP_COMMIT", "unknown")}


def save(path, results):
    """The old file or the new one, never half of it."""
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    os.replace(path + ".part", path)


def attempt(what, action):
    try:
        action()
    except Exception as error:  # of whatever kind torch makes it
        left_out(what, error)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, help="file for the results")
    parser.add_argument("--size", type=int, default=4096, help="M, K and N; a multiple of 128")
    parser.add_argument("--sparsities", default="50,75,87.5,93.75", help="percent, of the blocks")
    parser.add_argument("--dtype", choices=sorted(DTYPES), default="bf16")
    options = parser.parse_args()
    if options.size < 128 or options.size % 128:
        parser.error(f"--size {options.size}: allowed are multiples of 128")
    try:
        sparsities = [float(text) for text in options.sparsities.split(",")]
    except ValueError:
        parser.error(f"--sparsities '{options.sparsities}': write percent, with commas between them")
    if not all(0 <= sparsity < 100 for sparsity in sparsities):
        parser.error(f"--sparsities '{options.sparsities}': from 0 to below 100")
    try:
        import torch
    except ImportError:
        torch = None
    if torch is None or not torch.cuda.is_available():
        print("bench_torch: torch with a CUDA device is needed", file=sys.stderr)
        return 3
    bench = Bench(torch, options.size, options.dtype)
    attempt("cuSPARSELt", bench.add_cusparselt)
    attempt("CUTLASS 2:4", bench.add_cutlass)
    for block, sparsity in itertools.product(BLOCKS, sparsities):
        attempt(f"BSR {block} at {sparsity:g} %", lambda: bench.add_blocks(block, sparsity))
        save(options.out, {"context": context(torch), "benchmarks": bench.entries})
    return 0


if __name__ == "__main__":
    sys.exit(main())
