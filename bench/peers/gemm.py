#!/usr/bin/env python3
"""Rate of PyTorch's float32 matrix product C[m,n] = A[m,k] B[k,n] on the CPU, in GFLOP/s."""

import argparse
import ctypes
import json
import statistics
import sys
import time

import torch


def openblas():
    """The loaded OpenBLAS; the comparison is not fair without it."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "libopenblas" in line}
    if not paths:
        sys.exit("PyTorch runs on another BLAS than OpenBLAS: install libopenblas0-pthread (bench/peers/README.md)")
    return ctypes.CDLL(paths.pop())


def prepare(threads):
    """Sets the threads of PyTorch and of its BLAS, and flush-to-zero."""
    torch.set_num_threads(threads)
    openblas().openblas_set_num_threads(threads)
    if not torch.set_flush_denormal(True):
        sys.exit("this CPU cannot flush denormals to zero")
    torch.manual_seed(0)


def versions():
    library = openblas()
    library.openblas_get_config.restype = ctypes.c_char_p
    return {"torch": torch.__version__, "blas": library.openblas_get_config().decode()}


def time_steps(step, steps, warmup=2):
    """Seconds of each of `steps` calls after the warm-up."""
    for _ in range(warmup):
        step()
    seconds = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return seconds


def operands(variant, m, k, n):
    """A and B as torch.mm sees them; `t` marks an operand stored transposed."""
    a = torch.randn(k, m).T if variant[0] == "t" else torch.randn(m, k)
    b = torch.randn(n, k).T if variant[1] == "t" else torch.randn(k, n)
    return a, b


def measure_gflops(m, k, n, variant="nn", steps=10):
    """Median and best GFLOP/s."""
    a, b = operands(variant, m, k, n)
    out = torch.empty(m, n)
    seconds = time_steps(lambda: torch.mm(a, b, out=out), steps)
    work = 2e-9 * m * k * n
    return {"gflops": round(work / statistics.median(seconds), 1), "bestGflops": round(work / min(seconds), 1)}


def report(result, as_json):
    if as_json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:>24}  {value}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--m", type=int, default=4096)
    parser.add_argument("--k", type=int, default=512)
    parser.add_argument("--n", type=int, default=4096)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--variant", choices=["nn", "nt", "tn"], help="only this one (default: all three)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    prepare(options.threads)
    shape = {"m": options.m, "k": options.k, "n": options.n}
    for variant in [options.variant] if options.variant else ["nn", "nt", "tn"]:
        rates = measure_gflops(options.m, options.k, options.n, variant, options.steps)
        report({"name": "gemm", "variant": variant, **rates, **shape, "threads": options.threads, **versions()}, options.json)


if __name__ == "__main__":
    main()
