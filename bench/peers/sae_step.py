#!/usr/bin/env python3
"""Dense training step of the 2023 autoencoder in eager PyTorch, float32 on the CPU, in examples per second.

f = relu(W_e (x - b_d) + b_e), reconstruction = W_d f + b_d, loss = sum of squared errors + l1 sum f (mean over
the batch); the decoder's gradient loses its component along each feature, then Adam, then unit norm.
"""

import argparse
import itertools
import statistics

import torch
import torch.nn as nn
import torch.nn.functional as F

from gemm import measure_gflops, prepare, report, time_steps, versions

L1 = 0.5
NONZERO_INPUTS = 0.21  # share of non-zero post-ReLU activations in a trained transformer


def create_inputs(batch, width, dense):
    x = torch.randn(batch, width)
    return x if dense else (x - torch.distributions.Normal(0, 1).icdf(torch.tensor(1 - NONZERO_INPUTS))).relu()


class Autoencoder(nn.Module):
    def __init__(self, width, features):
        super().__init__()
        decoder = F.normalize(torch.randn(features, width), dim=1)
        self.decoder = nn.Parameter(decoder)  # [features, width]
        self.encoder = nn.Parameter(decoder.clone())  # [features, width]
        self.encoder_bias = nn.Parameter(torch.zeros(features))
        self.decoder_bias = nn.Parameter(torch.zeros(width))

    @torch.no_grad()
    def set_sparsity(self, x, l0):
        """Sets the biases so that every feature fires on the same share of x, l0 of them on average."""
        features = self.encoder.shape[0]
        self.decoder_bias.copy_(x.mean(dim=0))
        scores = (x - self.decoder_bias) @ self.encoder.T
        rank = min(len(x), max(1, round(len(x) * (1 - l0 / features))))
        self.encoder_bias.copy_(-scores.kthvalue(rank, dim=0).values)

    def encode(self, x):
        return F.relu(F.linear(x - self.decoder_bias, self.encoder, self.encoder_bias))

    def encode_folded(self, x):
        """The same with W_e b_d taken out, which saves the product for the gradient of x - b_d."""
        return F.relu(F.linear(x, self.encoder, self.encoder_bias - self.encoder @ self.decoder_bias))

    def loss(self, x, fold, l1=L1):
        f = self.encode_folded(x) if fold else self.encode(x)
        reconstruction = torch.addmm(self.decoder_bias, f, self.decoder)
        return ((reconstruction - x).square().sum() + l1 * f.sum()) / len(x)

    @torch.no_grad()
    def project_gradient(self):
        along = (self.decoder.grad * self.decoder).sum(dim=1, keepdim=True)
        self.decoder.grad.addcmul_(along, self.decoder, value=-1)

    @torch.no_grad()
    def normalise(self):
        self.decoder.div_(self.decoder.norm(dim=1, keepdim=True))


def create_step(options):
    batches = [create_inputs(options.batch, options.d_in, options.dense_input) for _ in range(4)]
    model = Autoencoder(options.d_in, options.features)
    model.set_sparsity(batches[0], options.l0)
    optimizer = torch.optim.Adam(model.parameters(), lr=options.learning_rate)
    counter = itertools.count()

    def step():
        loss = model.loss(batches[next(counter) % len(batches)], options.fold_decoder_bias)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        model.project_gradient()
        optimizer.step()
        model.normalise()

    def measure_l0():
        with torch.no_grad():
            return (model.encode(batches[0]) > 0).sum(dim=1).float().mean().item()

    return step, measure_l0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--d-in", type=int, default=512)
    parser.add_argument("--features", type=int, default=4096)
    parser.add_argument("--batch", type=int, default=4096)
    parser.add_argument("--l0", type=float, default=20)
    parser.add_argument("--learning-rate", type=float, default=1e-5, help="small, so that L0 stays where it was set")
    parser.add_argument("--dense-input", action="store_true")
    parser.add_argument("--fold-decoder-bias", action="store_true", help="a faster way to write the same step")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    prepare(options.threads)
    step, measure_l0 = create_step(options)
    l0_before = measure_l0()
    seconds = time_steps(step, options.steps)
    report({
        "name": "sae-step",
        "examplesPerSecond": round(options.batch / statistics.median(seconds)),
        "bestExamplesPerSecond": round(options.batch / min(seconds)),
        "dIn": options.d_in, "features": options.features, "batch": options.batch, "threads": options.threads, "folded": options.fold_decoder_bias,
        "l0": round(l0_before, 2), "l0After": round(measure_l0(), 2),
        "msPerStep": round(1e3 * statistics.median(seconds), 1),
        "encoderGflops": measure_gflops(options.batch, options.d_in, options.features, "nt")["gflops"],
        **versions(),
    }, options.json)


if __name__ == "__main__":
    main()
