#!/usr/bin/env python3
"""Training step of the transformer in eager PyTorch, float32 on the CPU, in tokens per second.

GPT-2's shape: pre-LN, one layer, 128 wide, 4 heads, 512 neurons (ReLU), learned positions, biases, final
layer norm, untied unembedding without bias; AdamW (decay on matrices), gradients clipped to norm 1.
"""

import argparse
import math
import statistics

import torch
import torch.nn as nn
import torch.nn.functional as F

from gemm import measure_gflops, prepare, report, time_steps, versions

D_MODEL, HEADS, D_MLP = 128, 4, 512


class Block(nn.Module):
    def __init__(self, context):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(D_MODEL), nn.LayerNorm(D_MODEL)
        self.qkv, self.out = nn.Linear(D_MODEL, 3 * D_MODEL), nn.Linear(D_MODEL, D_MODEL)
        self.mlp_in, self.mlp_out = nn.Linear(D_MODEL, D_MLP), nn.Linear(D_MLP, D_MODEL)
        mask = torch.full((context, context), -math.inf).triu(1)
        self.register_buffer("mask", mask)

    def attention(self, x):
        B, T, D = x.shape
        heads = self.qkv(x).view(B, T, 3, HEADS, D // HEADS).permute(2, 0, 3, 1, 4)
        q, k, v = (part.reshape(B * HEADS, T, D // HEADS) for part in heads)
        scores = torch.baddbmm(self.mask, q, k.transpose(1, 2), alpha=(D // HEADS) ** -0.5)
        z = torch.bmm(F.softmax(scores, dim=-1), v)
        return self.out(z.view(B, HEADS, T, -1).transpose(1, 2).reshape(B, T, D))

    def forward(self, x):
        x = x + self.attention(self.ln_1(x))
        return x + self.mlp_out(F.relu(self.mlp_in(self.ln_2(x))))


class Transformer(nn.Module):
    def __init__(self, vocabulary, context):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, D_MODEL), nn.Embedding(context, D_MODEL)
        self.block, self.ln_f = Block(context), nn.LayerNorm(D_MODEL)
        self.unembed = nn.Linear(D_MODEL, vocabulary, bias=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, 0, 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, tokens, targets):
        x = self.tokens(tokens) + self.positions.weight
        logits = self.unembed(self.ln_f(self.block(x)))
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def create_optimizer(model):
    matrices = [p for p in model.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.95), eps=1e-8)


def create_step(options):
    model = Transformer(options.vocab, options.context)
    optimizer = create_optimizer(model)
    batches = torch.randint(0, options.vocab, (8, options.batch, options.context + 1))
    losses = []

    def step():
        batch = batches[len(losses) % len(batches)]
        loss = model(batch[:, :-1], batch[:, 1:])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())

    return step, losses


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--context", type=int, default=128)
    parser.add_argument("--vocab", type=int, default=4096)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    prepare(options.threads)
    step, losses = create_step(options)
    seconds = time_steps(step, options.steps)
    tokens = options.batch * options.context
    report({
        "name": "model-step",
        "tokensPerSecond": round(tokens / statistics.median(seconds)),
        "bestTokensPerSecond": round(tokens / min(seconds)),
        "batch": options.batch, "context": options.context, "vocabulary": options.vocab, "threads": options.threads,
        "msPerStep": round(1e3 * statistics.median(seconds), 1),
        "lossAtStep0": round(losses[0], 4), "uniformLoss": round(math.log(options.vocab), 4),
        "gemmGflops": measure_gflops(tokens, D_MODEL, options.vocab)["gflops"],
        **versions(),
    }, options.json)


if __name__ == "__main__":
    main()
