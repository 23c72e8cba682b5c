"""Writes SAELens directories and what they compute, with numpy alone: /usr/bin/python3 test/parity/make-saelens-fixtures.py

Independent of our readers and writers: safetensors headers are put together here, activations are computed as SAELens
defines them (x W_enc, columns are features). Inputs lie on a grid of 1/64, so they are exact in every format.
"""

import json
import pathlib
import struct

import numpy

FOLDER = pathlib.Path(__file__).parent / "fixtures" / "saelens"
WIDTH, FEATURES, ROWS = 5, 8, 6
DTYPES = {"F32": numpy.dtype("<f4"), "F16": numpy.dtype("<f2")}
rng = numpy.random.default_rng(7)


def grid(*shape):
    return numpy.round(rng.normal(size=shape) * 64) / 64


def write_safetensors(path, tensors, dtype="F32"):
    header, data = {}, b""
    for name, values in tensors.items():
        raw = bfloat16(values) if dtype == "BF16" else values.astype(DTYPES[dtype]).tobytes()
        header[name] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def bfloat16(values):
    return (values.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes()


def encode(w, x, config):
    x = x - w["b_dec"] if config.get("apply_b_dec_to_input", True) else x
    pre = x @ w["W_enc"] + w["b_enc"]
    norms = numpy.linalg.norm(w["W_dec"], axis=1)
    rescale = config.get("rescale_acts_by_decoder_norm", False)
    kind = config.get("architecture", "standard")
    if kind == "topk" or config.get("activation_fn_str") == "topk":
        k = config.get("k") or config["activation_fn_kwargs"]["k"]
        pre = pre * norms if rescale else pre
        kept = numpy.argsort(-pre, axis=1)[:, :k]
        mask = numpy.zeros_like(pre)
        numpy.put_along_axis(mask, kept, 1, axis=1)
        return numpy.maximum(pre, 0) * mask / (norms if rescale else 1)
    acts = numpy.maximum(pre, 0)
    if kind == "jumprelu":
        acts = acts * (pre > w["threshold"])
    return acts * w.get("scaling_factor", 1)


def write(name, config, extra=None, dtype="F32", unit=False):
    w = {"W_enc": grid(WIDTH, FEATURES), "b_enc": grid(FEATURES) / 2, "W_dec": grid(FEATURES, WIDTH), "b_dec": grid(WIDTH)}
    if unit:
        w["W_dec"] = numpy.eye(WIDTH)[numpy.arange(FEATURES) % WIDTH]
    if dtype == "BF16":
        w = {k: numpy.round(v * 4) / 4 for k, v in w.items()}
    if extra:
        w |= extra(w)
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cfg.json").write_text(json.dumps({"d_in": WIDTH, "d_sae": FEATURES, "dtype": "float32", "device": "cpu", **config}, indent=1) + "\n")
    write_safetensors(folder / "sae_weights.safetensors", w, dtype)
    x = grid(ROWS, WIDTH) * 2
    acts = encode(w, x, config)
    x_hat = acts @ w["W_dec"] + w["b_dec"]
    contributions = acts * numpy.linalg.norm(w["W_dec"], axis=1)
    expected = {"x": x, "contributions": contributions, "reconstruction": x_hat}
    (folder / "expected.json").write_text(json.dumps({k: [[float(f"{v:.9g}") for v in row] for row in values] for k, values in expected.items()}) + "\n")
    print(name, "L0", float((acts > 0).sum(axis=1).mean()))


SITE = "blocks.0.mlp.hook_post"
V6 = {"apply_b_dec_to_input": True, "normalize_activations": "none", "reshape_activations": "none",
      "metadata": {"sae_lens_version": "6.12.1", "model_name": "one-layer", "hook_name": SITE, "context_size": 128}}
OLD = {"model_name": "one-layer", "hook_point": SITE, "hook_point_layer": 0, "activation_fn_str": "relu", "normalize_activations": False,
       "context_size": 128, "sae_lens_version": "3.18.2", "apply_b_dec_to_input": True}

write("v6-standard", {**V6, "architecture": "standard"})
write("v6-without-input-bias", {**V6, "architecture": "standard", "apply_b_dec_to_input": False})
write("v6-topk", {**V6, "architecture": "topk", "k": 3, "rescale_acts_by_decoder_norm": True})
write("v6-jumprelu", {**V6, "architecture": "jumprelu"}, lambda w: {"threshold": numpy.float64(0.5) / numpy.linalg.norm(w["W_dec"], axis=1)})
write("v6-float16", {**V6, "architecture": "standard"}, dtype="F16")
write("v6-bfloat16", {**V6, "architecture": "standard"}, dtype="BF16")
write("old-standard", OLD)
write("old-topk", {**OLD, "activation_fn_str": "topk", "activation_fn_kwargs": {"k": 2}}, unit=True)
write("old-scaled", {**OLD, "finetuning_scaling_factor": True}, lambda w: {"scaling_factor": numpy.round(rng.uniform(0.5, 2, FEATURES) * 64) / 64})
