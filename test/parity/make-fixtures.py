"""Writes the parity fixtures with PyTorch in float64: /usr/bin/python3 test/parity/make-fixtures.py

Inputs lie on a grid of 1/256, so that they are exact in float32, float64 and in the JSON text;
results are rounded to 9 significant digits. Unit-norm decoders are rounded before they are used.
"""

import json
import math
import pathlib
import platform

import numpy
import torch
import torch.nn.functional as F

FIXTURES = pathlib.Path(__file__).parent / "fixtures"
VERSIONS = {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__}
LAYER_NORM_EPSILON = 1e-5

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def grid(values):
    return torch.round(values * 256) / 256


def normal(generator, *shape, scale=1.0, shift=0.0):
    return grid(torch.randn(*shape, generator=generator) * scale + shift)


def number(value):
    rounded = float(f"{float(value):.9g}")
    assert math.isfinite(rounded)
    return int(rounded) if rounded == int(rounded) and abs(rounded) < 1e9 else rounded


def tensor(values):
    values = values.detach()
    return {"shape": list(values.shape), "data": [number(v) for v in values.reshape(-1).tolist()]}


def tensors(named):
    return {name: tensor(value) for name, value in named.items()}


def write(name, content):
    pretty = json.dumps({"versions": VERSIONS, **content}, separators=(",", ":"))
    pretty = pretty.replace('{"', '{\n"').replace('},"', '},\n"') + "\n"
    (FIXTURES / name).write_text(pretty)
    print(f"{name}: {len(pretty)} bytes")


# ---------------------------------------------------------------- transformer

CONFIG = {"layers": 2, "dModel": 8, "heads": 2, "dMlp": 16, "context": 6, "vocabulary": 11, "layerNormEpsilon": LAYER_NORM_EPSILON}
ADAMW = {"learningRate": 1e-3, "beta1": 0.9, "beta2": 0.95, "epsilon": 1e-8, "weightDecay": 0.1, "steps": 3}
ACTIVATIONS = {
    "relu": F.relu,
    "gelu_new": lambda x: F.gelu(x, approximate="tanh"),
    "gelu": F.gelu,
}


def transformer_parameters(generator):
    D, M, V, T = CONFIG["dModel"], CONFIG["dMlp"], CONFIG["vocabulary"], CONFIG["context"]
    named = {"wte.weight": normal(generator, V, D, scale=0.5), "wpe.weight": normal(generator, T, D, scale=0.3)}

    def layer_norm(prefix):
        named[f"{prefix}.weight"] = normal(generator, D, scale=0.2, shift=1.0)
        named[f"{prefix}.bias"] = normal(generator, D, scale=0.1)

    def conv1d(prefix, rows, columns):
        named[f"{prefix}.weight"] = normal(generator, rows, columns, scale=0.4)
        named[f"{prefix}.bias"] = normal(generator, columns, scale=0.1)

    for layer in range(CONFIG["layers"]):
        layer_norm(f"h.{layer}.ln_1")
        conv1d(f"h.{layer}.attn.c_attn", D, 3 * D)
        conv1d(f"h.{layer}.attn.c_proj", D, D)
        layer_norm(f"h.{layer}.ln_2")
        conv1d(f"h.{layer}.mlp.c_fc", D, M)
        conv1d(f"h.{layer}.mlp.c_proj", M, D)
    layer_norm("ln_f")
    named["lm_head.weight"] = normal(generator, V, D, scale=0.5)
    return named


def causal_attention(qkv, heads):
    B, T, width = qkv.shape
    D = width // 3
    q, k, v = (part.reshape(B, T, heads, D // heads).transpose(1, 2) for part in qkv.split(D, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D // heads)
    mask = torch.ones(T, T, dtype=torch.bool).tril()
    weights = scores.masked_fill(~mask, -math.inf).softmax(dim=-1)
    return (weights @ v).transpose(1, 2).reshape(B, T, D)


def transformer_forward(p, tokens, activation, hooks=None, replace=None):
    """Returns logits; hooks collects TransformerLens-named activations, replace maps a name to a function."""

    def hook(name, value):
        if replace and name in replace:
            value = replace[name](value)
        if hooks is not None:
            hooks[name] = value
        return value

    def layer_norm(prefix, x):
        return F.layer_norm(x, (CONFIG["dModel"],), p[f"{prefix}.weight"], p[f"{prefix}.bias"], LAYER_NORM_EPSILON)

    def conv1d(prefix, x):
        return x @ p[f"{prefix}.weight"] + p[f"{prefix}.bias"]

    x = p["wte.weight"][tokens] + p["wpe.weight"][: tokens.shape[1]]
    for layer in range(CONFIG["layers"]):
        block, h = f"blocks.{layer}", f"h.{layer}"
        x = hook(f"{block}.hook_resid_pre", x)
        z = hook(f"{block}.attn.hook_z", causal_attention(conv1d(f"{h}.attn.c_attn", layer_norm(f"{h}.ln_1", x)), CONFIG["heads"]))
        x = hook(f"{block}.hook_resid_mid", x + hook(f"{block}.hook_attn_out", conv1d(f"{h}.attn.c_proj", z)))
        pre = hook(f"{block}.mlp.hook_pre", conv1d(f"{h}.mlp.c_fc", layer_norm(f"{h}.ln_2", x)))
        post = hook(f"{block}.mlp.hook_post", ACTIVATIONS[activation](pre))
        x = hook(f"{block}.hook_resid_post", x + hook(f"{block}.hook_mlp_out", conv1d(f"{h}.mlp.c_proj", post)))
    unembedding = p["lm_head.weight"] if "lm_head.weight" in p else p["wte.weight"]
    return layer_norm("ln_f", x) @ unembedding.T


def token_losses(logits, targets):
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), targets.reshape(-1), reduction="none").reshape(targets.shape)


def adamw_steps(p, batches, activation, clip_norm):
    matrices = [value for value in p.values() if value.dim() == 2]
    vectors = [value for value in p.values() if value.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": ADAMW["weightDecay"]}, {"params": vectors, "weight_decay": 0.0}],
        lr=ADAMW["learningRate"], betas=(ADAMW["beta1"], ADAMW["beta2"]), eps=ADAMW["epsilon"],
    )
    losses, norms = [], []
    for tokens, targets in batches:
        optimizer.zero_grad()
        loss = token_losses(transformer_forward(p, tokens, activation), targets).mean()
        loss.backward()
        norms.append(number(torch.nn.utils.clip_grad_norm_(list(p.values()), clip_norm)))
        losses.append(number(loss))
        optimizer.step()
    return {"clipNorm": clip_norm, "losses": losses, "gradientNorms": norms, "parametersAfter": tensors(p)}


def transformer_case(name, activation, tied, initial, batches, clip_norm=None, with_activations=False):
    p = {key: value.clone().requires_grad_() for key, value in initial.items() if not (tied and key == "lm_head.weight")}
    tokens, targets = batches[0]
    hooks = {}
    logits = transformer_forward(p, tokens, activation, hooks)
    losses = token_losses(logits, targets)
    losses.mean().backward()
    case = {
        "name": name, "activation": activation, "tied": tied,
        "logits": tensor(logits), "tokenLosses": tensor(losses), "loss": number(losses.mean()),
        "gradients": tensors({key: value.grad for key, value in p.items()}),
    }
    site = "blocks.0.mlp.hook_post"
    mean = grid(hooks[site].detach().mean(dim=(0, 1)))
    ablations = {"zero": torch.zeros_like(mean), "mean": mean}
    case["ablations"] = [
        {
            "kind": kind, "site": site, "value": tensor(value),
            "tokenLosses": tensor(token_losses(transformer_forward(p, tokens, activation, replace={site: lambda x: value.expand_as(x)}), targets)),
        }
        for kind, value in ablations.items()
    ]
    case["training"] = adamw_steps(p, batches, activation, clip_norm) if clip_norm else None
    case["activations"] = tensors(hooks) if with_activations else None
    return case


def transformer():
    generator = seeded(11)
    initial = transformer_parameters(generator)
    shape = (3, CONFIG["context"])
    batches = []
    for _ in range(ADAMW["steps"]):
        rows = torch.randint(0, CONFIG["vocabulary"], (shape[0], shape[1] + 1), generator=generator)
        batches.append((rows[:, :-1], rows[:, 1:]))
    cases = [
        transformer_case("relu, untied", "relu", False, initial, batches, clip_norm=1.0, with_activations=True),
        transformer_case("relu, tied", "relu", True, initial, batches, clip_norm=1.0),
        transformer_case("gelu_new (tanh), untied", "gelu_new", False, initial, batches, clip_norm=4.0),
        transformer_case("gelu (exact erf), untied", "gelu", False, initial, batches),
    ]
    write("transformer-tiny.json", {
        "config": CONFIG, "adamW": ADAMW, "parameters": tensors(initial),
        "batches": [{"tokens": tokens.tolist(), "targets": targets.tolist()} for tokens, targets in batches],
        "cases": cases,
    })


# ---------------------------------------------------------------- autoencoder

SAE = {"width": 6, "features": 16, "batch": 10, "l1": 0.3}
ADAM = {"learningRate": 1e-2, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "steps": 5}


def nine_digits(values):
    return torch.tensor([number(v) for v in values.reshape(-1).tolist()]).reshape(values.shape)


def autoencoder_forward(p, x):
    preactivation = (x - p["decoderBias"]) @ p["encoder"].T + p["encoderBias"]
    f = preactivation.relu()
    reconstruction = f @ p["decoder"] + p["decoderBias"]
    squared_error = (x - reconstruction).square().sum(dim=1)
    sparsity = f.sum(dim=1)
    loss = (squared_error + SAE["l1"] * sparsity).mean()
    return preactivation, f, reconstruction, squared_error, sparsity, loss


def remove_parallel(gradient, decoder):
    unit = decoder / decoder.norm(dim=1, keepdim=True)
    return gradient - (gradient * unit).sum(dim=1, keepdim=True) * unit


def autoencoder():
    generator = seeded(5)
    n, m, B = SAE["width"], SAE["features"], SAE["batch"]
    decoder = torch.randn(m, n, generator=generator)
    decoder = nine_digits(decoder / decoder.norm(dim=1, keepdim=True))
    initial = {
        "encoder": grid(decoder + 0.3 * torch.randn(m, n, generator=generator)),
        "encoderBias": normal(generator, m, scale=0.3, shift=-0.7),
        "decoder": decoder,
        "decoderBias": normal(generator, n, scale=0.3, shift=0.2),
    }
    initial["encoderBias"][3] = -9  # a dead feature
    batches = [normal(generator, B, n).relu() + normal(generator, B, n, scale=0.1) for _ in range(ADAM["steps"])]
    p = {key: value.clone().requires_grad_() for key, value in initial.items()}
    optimizer = torch.optim.Adam(p.values(), lr=ADAM["learningRate"], betas=(ADAM["beta1"], ADAM["beta2"]), eps=ADAM["epsilon"])
    first, losses = None, []
    for x in batches:
        optimizer.zero_grad()
        preactivation, f, reconstruction, squared_error, sparsity, loss = autoencoder_forward(p, x)
        assert preactivation.abs().min() > 1e-4, "a pre-activation too near zero for float32"
        loss.backward()
        projected = remove_parallel(p["decoder"].grad, p["decoder"].detach())
        losses.append(number(loss))
        if first is None:
            first = {
                "preactivation": tensor(preactivation), "f": tensor(f), "reconstruction": tensor(reconstruction),
                "squaredError": tensor(squared_error), "sparsity": tensor(sparsity),
                "l0": number((f > 0).sum(dim=1).double().mean()), "loss": number(loss),
                "gradients": tensors({key: value.grad for key, value in p.items()}),
                "decoderGradientProjected": tensor(projected),
            }
        p["decoder"].grad.copy_(projected)
        optimizer.step()
        with torch.no_grad():
            p["decoder"] /= p["decoder"].norm(dim=1, keepdim=True)
    print("  autoencoder: l0", first["l0"], "features silent in batch 0:", int((torch.tensor(first["f"]["data"]).reshape(B, m).sum(0) == 0).sum()))
    write("autoencoder-tiny.json", {
        "config": SAE, "adam": ADAM, "parameters": tensors(initial), "batches": [tensor(x) for x in batches],
        "first": first, "losses": losses, "parametersAfter": tensors(p),
    })


# ---------------------------------------------------------------- recipes

RECIPE_STEPS = 7
EVERY = 3  # shehper renormalises every 1000 steps; here every third


def scaled_to_unit(x, mean_norm):
    return x * math.sqrt(x.shape[1]) / mean_norm


def mean_of_squares(x, reconstruction):
    return (x - reconstruction).square().mean(dim=1)


def sum_of_squares(x, reconstruction):
    return (x - reconstruction).square().sum(dim=1)


def keep_largest(f, k):
    values, indices = f.topk(k, dim=1)
    ordered = f.sort(dim=1, descending=True).values
    assert ((ordered[:, k - 1] == 0) | (ordered[:, k - 1] - ordered[:, k] > 1e-4)).all(), "a near tie"
    return torch.zeros_like(f).scatter(1, indices, values), None


def keep_largest_of_batch(f, k):
    ordered = f.flatten().sort(descending=True).values
    bound = ordered[k * f.shape[0] - 1]
    assert ordered[k * f.shape[0] - 1] - ordered[k * f.shape[0]] > 1e-4, "a near tie"
    return f * (f >= bound), float(bound)


def renormalise(decoder):
    decoder /= decoder.norm(dim=1, keepdim=True)


RECIPES = {
    # Each from its publication: the loss of a batch, what happens between gradient and Adam, and after Adam.
    "default": {"switches": {"l1": 0.3, "l1WarmupShare": 3 / 7, "decayShare": 2 / 7}},
    "paper": {"switches": {"l1": 0.05}, "errors": mean_of_squares},
    "shehper": {"switches": {"l1": 0.05, "decoderNormEvery": EVERY}, "errors": mean_of_squares, "every": EVERY},
    "neel": {"switches": {"l1": 0.03}, "penalty": torch.sum, "before": True, "betas": (0.9, 0.99), "rows": 1.2},
    "dictionary-learning": {"switches": {"l1": 0.3, "l1WarmupShare": 3 / 7, "learningRateWarmupShare": 3 / 7}},
    "april-2024": {
        "switches": {"l1": 0.4, "l1WarmupShare": 3 / 7, "decayShare": 2 / 7, "gradientClip": 1},
        "weighted": True, "free": True, "subtract": False, "clip": 1, "scaled": True, "rows": 0.7,
    },
    "topk": {"switches": {"k": 3}, "select": lambda f: keep_largest(f, 3)},
    "batch-topk": {"switches": {"k": 3}, "select": lambda f: keep_largest_of_batch(f, 3)},
    "tied": {"switches": {"l1": 0.3, "decoder": "tied", "encoderScale": 1}, "tied": True},
    "clipped": {"switches": {"l1": 0.3, "gradientClip": 0.4}, "clip": 0.4},
}
UNSCHEDULED = {"learningRate": 1e-2, "l1WarmupShare": 0, "learningRateWarmupShare": 0, "decayShare": 0}


def rise(step, share):
    return 1 if share == 0 else min(1, (step + 1) / (share * RECIPE_STEPS))


def fall(step, share):
    return 1 if share == 0 else min(1, (RECIPE_STEPS - step) / (share * RECIPE_STEPS))


def recipe_loss(recipe, p, x, l1):
    decoder = p["encoder"] if recipe.get("tied") else p["decoder"]
    centred = x - p["decoderBias"] if recipe.get("subtract", True) else x
    preactivation = centred @ p["encoder"].T + p["encoderBias"]
    assert preactivation.abs().min() > 1e-4, "a pre-activation too near zero for float32"
    f, threshold = recipe.get("select", lambda values: (values, None))(preactivation.relu())
    reconstruction = f @ decoder + p["decoderBias"]
    penalised = (f * decoder.norm(dim=1) if recipe.get("weighted") else f).sum(dim=1)
    errors = recipe.get("errors", sum_of_squares)(x, reconstruction).mean()
    return errors + l1 * recipe.get("penalty", torch.mean)(penalised), threshold


def recipe_step(recipe, p, optimizer, x, l1, step):
    """Loss before the step, norm of the gradient before clipping, threshold."""
    optimizer.zero_grad()
    loss, threshold = recipe_loss(recipe, p, x, l1)
    loss.backward()
    directions = p["encoder" if recipe.get("tied") else "decoder"]
    free = recipe.get("free")
    with torch.no_grad():
        if not free:
            directions.grad.copy_(remove_parallel(directions.grad, directions))
        if recipe.get("before"):
            renormalise(directions)
    norm = torch.nn.utils.clip_grad_norm_(list(p.values()), recipe.get("clip", math.inf))
    optimizer.step()
    with torch.no_grad():
        if not free and not recipe.get("before") and (step + 1) % recipe.get("every", 1) == 0:
            renormalise(directions)
    return number(loss), number(norm), threshold


def running_mean(values, share=0.1):
    mean = 0
    for step, value in enumerate(values):
        weight = 1 / (1 + share * step)
        mean = (1 - weight) * mean + weight * value
    return mean


def recipe_case(name, recipe, initial, batches, mean_norm):
    switches = {**UNSCHEDULED, **recipe["switches"]}
    start = {key: value.clone() for key, value in initial.items()}
    start["decoder"] = nine_digits(start["decoder"] * recipe.get("rows", 1))
    if recipe.get("tied"):
        start["encoder"] = start.pop("decoder")
    p = {key: value.clone().requires_grad_() for key, value in start.items()}
    optimizer = torch.optim.Adam(p.values(), lr=1, betas=recipe.get("betas", (0.9, 0.999)), eps=1e-8)
    steps = []
    for step, x in enumerate(batches):
        rate = rise(step, switches["learningRateWarmupShare"]) * fall(step, switches["decayShare"])
        optimizer.param_groups[0]["lr"] = switches["learningRate"] * rate
        x = scaled_to_unit(x, mean_norm) if recipe.get("scaled") else x
        l1 = switches.get("l1", 0) * rise(step, switches["l1WarmupShare"])
        steps.append(recipe_step(recipe, p, optimizer, x, l1, step))
    losses, norms, thresholds = (list(column) for column in zip(*steps))
    if recipe.get("clip"):
        assert max(norms) > recipe["clip"], "clipping never bit"
    if recipe.get("tied"):
        p["decoder"], start["decoder"] = p["encoder"], start["encoder"]
    return {
        "name": name, "switches": switches, "parameters": tensors(start), "losses": losses, "gradientNorms": norms,
        "threshold": None if thresholds[0] is None else number(running_mean(thresholds)), "parametersAfter": tensors(p),
    }


def recipes():
    generator = seeded(13)
    n, m, B = SAE["width"], SAE["features"], SAE["batch"]
    decoder = torch.randn(m, n, generator=generator)
    decoder = decoder / decoder.norm(dim=1, keepdim=True)
    initial = {
        "encoder": grid(decoder + 0.3 * torch.randn(m, n, generator=generator)),
        "encoderBias": normal(generator, m, scale=0.3, shift=-0.2),
        "decoder": decoder,
        "decoderBias": normal(generator, n, scale=0.3, shift=0.2),
    }
    batches = [normal(generator, B, n).relu() + normal(generator, B, n, scale=0.1) for _ in range(RECIPE_STEPS)]
    mean_norm = number(torch.cat(batches).norm(dim=1).mean())
    write("recipes-tiny.json", {
        "width": n, "features": m, "batch": B, "meanNorm": mean_norm, "batches": [tensor(x) for x in batches],
        "cases": [recipe_case(name, recipe, initial, batches, mean_norm) for name, recipe in RECIPES.items()],
    })


# ---------------------------------------------------------------- kernels


def leaf(values):
    return values.clone().requires_grad_()


def layer_norm_case(generator, rows, width):
    x, weight = leaf(normal(generator, rows, width, scale=2, shift=1)), leaf(normal(generator, width, scale=0.5, shift=1))
    bias, dy = leaf(normal(generator, width)), normal(generator, rows, width)
    y = F.layer_norm(x, (width,), weight, bias, LAYER_NORM_EPSILON)
    y.backward(dy)
    return {"rows": rows, "width": width, "epsilon": LAYER_NORM_EPSILON, **tensors({
        "x": x, "weight": weight, "bias": bias, "dy": dy, "y": y, "dx": x.grad, "dWeight": weight.grad, "dBias": bias.grad})}


def attention_case(generator, batch, context, heads, d_head):
    D = heads * d_head
    qkv, dz = leaf(normal(generator, batch, context, 3 * D)), normal(generator, batch, context, D)
    z = causal_attention(qkv, heads)
    z.backward(dz)
    return {"batch": batch, "context": context, "heads": heads, "dHead": d_head,
            **tensors({"qkv": qkv, "dz": dz, "z": z, "dQkv": qkv.grad})}


def cross_entropy_case(generator, rows, vocabulary, scale):
    logits = leaf(normal(generator, rows, vocabulary, scale=scale))
    targets = torch.randint(0, vocabulary, (rows,), generator=generator)
    losses = F.cross_entropy(logits, targets, reduction="none")
    losses.mean().backward()
    return {"rows": rows, "vocabulary": vocabulary, "targets": targets.tolist(), "loss": number(losses.mean()),
            **tensors({"logits": logits, "losses": losses, "dLogits": logits.grad})}


def gelu_case(generator, kind):
    x = leaf(torch.cat([torch.tensor([-20.0, -5.0, 0.0, 5.0, 20.0]), normal(generator, 28, scale=2)]))
    dy = normal(generator, 33)
    y = ACTIVATIONS[kind](x)
    y.backward(dy)
    return {"kind": kind, **tensors({"x": x, "dy": dy, "y": y, "dx": x.grad})}


def kl_case(generator, rows, vocabulary, scale):
    clean, other = normal(generator, rows, vocabulary, scale=scale), normal(generator, rows, vocabulary, scale=scale)
    log_p, log_q = clean.log_softmax(dim=1), other.log_softmax(dim=1)
    kl = F.kl_div(log_q, log_p, reduction="none", log_target=True).sum(dim=1)
    return {"rows": rows, "vocabulary": vocabulary, **tensors({"clean": clean, "other": other, "kl": kl})}


def kernels():
    generator = seeded(3)
    write("kernels-tiny.json", {
        "layerNorm": [layer_norm_case(generator, *shape) for shape in [(1, 7), (7, 1), (7, 33), (33, 7)]],
        "causalAttention": [attention_case(generator, *shape) for shape in [(1, 1, 1, 1), (1, 7, 1, 7), (2, 7, 3, 5), (1, 33, 2, 3)]],
        "crossEntropy": [cross_entropy_case(generator, *shape) for shape in [(1, 7, 1), (7, 1, 1), (7, 33, 3), (33, 7, 40)]],
        "gelu": [gelu_case(generator, kind) for kind in ["gelu_new", "gelu"]],
        "kl": [kl_case(generator, *shape) for shape in [(1, 7, 1), (7, 33, 3), (33, 7, 10)]],
    })


# ---------------------------------------------------------------- metrics


def ratio_recovered(ablated, reconstructed, clean):
    return number((ablated.mean() - reconstructed.mean()) / (ablated.mean() - clean.mean()))


def mean_of_ratios(ablated, reconstructed, clean):
    return number(((ablated - reconstructed).mean(dim=1) / (ablated - clean).mean(dim=1)).mean())


def loss_recovered(generator):
    clean = normal(generator, 9, 7, scale=0.8, shift=3).clamp(min=0.25)
    zero = clean + normal(generator, 9, 7, scale=0.5, shift=0.8)
    mean = clean + normal(generator, 9, 7, scale=0.5, shift=1.0)
    reconstructed = clean + normal(generator, 9, 7, scale=0.2, shift=0.1)
    return {
        "clean": tensor(clean), "zeroAblated": tensor(zero), "meanAblated": tensor(mean), "reconstructed": tensor(reconstructed),
        "means": {name: number(value.mean()) for name, value in
                  [("clean", clean), ("zeroAblated", zero), ("meanAblated", mean), ("reconstructed", reconstructed)]},
        "lossRecovered": {"zero": ratio_recovered(zero, reconstructed, clean), "mean": ratio_recovered(mean, reconstructed, clean)},
        "wrongMeanOfRatios": {"zero": mean_of_ratios(zero, reconstructed, clean), "mean": mean_of_ratios(mean, reconstructed, clean)},
    }


def explained_variance(generator):
    offset = torch.tensor([5.0, -3.0, 0.5, 10.0, 0.0])
    x = normal(generator, 40, 5) + offset
    reconstruction = x + normal(generator, 40, 5, scale=0.4, shift=0.1)
    residual = (x - reconstruction).square().sum()
    return {
        "x": tensor(x), "reconstruction": tensor(reconstruction),
        "explainedVariance": number(1 - residual / (x - x.mean(dim=0)).square().sum()),
        "wrongUncentred": number(1 - residual / x.square().sum()),
        "ignoringConstantError": number(1 - (x - reconstruction).var(dim=0, unbiased=False).sum() / x.var(dim=0, unbiased=False).sum()),
    }


def density(generator):
    thresholds = torch.linspace(0.2, 2.4, 12)
    f = (normal(generator, 200, 12) - grid(thresholds)).relu()
    f[:, 3] = 0
    f[:, 7] += 0.5
    shares = (f > 0).double().mean(dim=0)
    bounds = [0.01, 0.05, 0.2]
    return {
        "f": tensor(f), "density": tensor(shares), "l0": number((f > 0).sum(dim=1).double().mean()),
        "silent": int((shares == 0).sum()),
        "fractionBelow": [{"bound": bound, "fraction": number((shares < bound).double().mean())} for bound in bounds],
        "fractionAbove": [{"bound": bound, "fraction": number((shares > bound).double().mean())} for bound in bounds],
    }


def bits_per_byte(generator):
    nats = normal(generator, 50, scale=1, shift=3).clamp(min=0.125)
    sizes = torch.randint(1, 9, (50,), generator=generator)
    return {
        "nats": tensor(nats), "bytes": sizes.tolist(),
        "bitsPerByte": number(nats.sum() / math.log(2) / sizes.sum()),
        "wrongMeanOfRatios": number((nats / math.log(2) / sizes).mean()),
    }


def metrics():
    generator = seeded(7)
    write("metrics-tiny.json", {
        "lossRecovered": loss_recovered(generator), "explainedVariance": explained_variance(generator),
        "density": density(generator), "bitsPerByte": bits_per_byte(generator),
    })


if __name__ == "__main__":
    transformer()
    autoencoder()
    recipes()
    kernels()
    metrics()
