#!/usr/bin/env python3
"""A whole training of the 2023 autoencoder in eager PyTorch, float32 on the CPU, from a file of activations.

The recipe is the default one of `monosem train-dictionary`: decoder rows in random directions, encoder a quarter of
them, decoder bias the geometric median of the first vectors, L1 warmed up over the first tenth, learning rate falling
to 0 over the last fifth, gradient projection, Adam, unit norm. Vectors are taken in the file's order.
"""

import argparse
import statistics
import time

import numpy
import torch

from gemm import prepare, report, versions
from sae_step import Autoencoder

MEDIAN_ROWS = 16384
LAST_SHARE = 0.02  # of the steps, over which the final loss is a mean


def geometric_median(x):
    """Weiszfeld's iteration, until it moves by less than 1e-5 of its length."""
    median = x.mean(dim=0)
    for _ in range(200):
        weights = 1 / (x - median).norm(dim=1).clamp_min(1e-8)
        moved = weights @ x / weights.sum()
        settled = (moved - median).norm() <= 1e-5 * moved.norm()
        median = moved
        if settled:
            break
    return median


def create_model(rows, options):
    model = Autoencoder(rows.shape[1], options.features)
    with torch.no_grad():
        model.encoder.mul_(options.encoder_scale)
        model.decoder_bias.copy_(geometric_median(read(rows, 0, min(len(rows), MEDIAN_ROWS))))
    return model


def read(rows, first, count):
    return torch.from_numpy(numpy.array(rows[first:first + count], dtype=numpy.float32))


def schedule(step, steps, options):
    """L1 coefficient and learning rate of the step after `step` steps."""
    warm_up, decay_start = steps * options.l1_warmup, steps * (1 - options.decay)
    l1 = options.l1 * min(1, (step + 1) / warm_up)
    return l1, options.learning_rate * (1 if step < decay_start else (steps - step) / (steps - decay_start))


def train(model, rows, steps, options):
    """Seconds of training, and the losses of the last steps."""
    optimizer = torch.optim.Adam(model.parameters(), lr=options.learning_rate, betas=(0.9, 0.999), eps=1e-8)
    losses = []
    start = time.perf_counter()
    for step in range(steps):
        l1, optimizer.param_groups[0]["lr"] = schedule(step, steps, options)
        loss = model.loss(read(rows, step * options.batch, options.batch), not options.plain, l1)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        model.project_gradient()
        optimizer.step()
        model.normalise()
        if step >= steps * (1 - LAST_SHARE):
            losses.append(loss.item())
    return time.perf_counter() - start, losses


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activations", required=True, help="a .npy file [vectors, width], float32 or float16")
    parser.add_argument("--vectors", type=int, default=3_000_000)
    parser.add_argument("--features", type=int, default=4096)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--l1", type=float, default=0.5)
    parser.add_argument("--l1-warmup", type=float, default=0.1)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.2)
    parser.add_argument("--encoder-scale", type=float, default=0.25)
    parser.add_argument("--plain", action="store_true", help="encode x - b_d as it is usually written: one product more")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    prepare(options.threads)
    rows = numpy.load(options.activations, mmap_mode="r")
    steps = min(options.vectors, len(rows)) // options.batch
    model = create_model(rows, options)
    seconds, losses = train(model, rows, steps, options)
    with torch.no_grad():
        last = read(rows, (steps - 1) * options.batch, options.batch)
        l0 = (model.encode(last) > 0).sum(dim=1).float().mean().item()
    report({
        "name": "sae-training",
        "examplesPerSecond": round(steps * options.batch / seconds),
        "finalLoss": round(statistics.mean(losses), 4),
        "finalL0": round(l0, 2),
        "seconds": round(seconds, 1), "steps": steps, "batch": options.batch, "dIn": rows.shape[1],
        "features": options.features, "l1": options.l1, "threads": options.threads, "folded": not options.plain,
        **versions(),
    }, options.json)


if __name__ == "__main__":
    main()
