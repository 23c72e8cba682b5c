"""Writes small files of activations as other programs do, with NumPy and PyTorch: /usr/bin/python3 test/parity/make-activation-fixtures.py

Row r, column c holds r / 4 - c, which every dtype holds exactly. `shapes.json` says what each good file is.
"""

import json
import pathlib
import platform
import struct

import numpy
import torch

FOLDER = pathlib.Path(__file__).parent / "fixtures" / "activations"
VERSIONS = {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__}
TORCH_NAMES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def rows(count, width, first=0):
    return (numpy.arange(first, first + count)[:, None] / 4 - numpy.arange(width)[None, :]).astype("<f4")


def write_npy(name, array, version=(1, 0)):
    with open(FOLDER / name, "wb") as file:
        numpy.lib.format.write_array(file, array, version=version)


def write_safetensors(name, tensors):
    header, parts, offset = {}, [], 0
    for key, tensor in tensors.items():
        data = tensor.contiguous().view(torch.int16 if tensor.element_size() == 2 else tensor.dtype).numpy().tobytes()
        header[key] = {
            "dtype": TORCH_NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + len(data)],
        }
        offset += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    (FOLDER / name).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_npy("float32.npy", rows(5, 3))
    write_npy("float32-v2.npy", rows(5, 3), (2, 0))
    write_npy("float32-v3.npy", rows(5, 3), (3, 0))
    write_npy("float16.npy", rows(7, 3).astype("<f2"))
    write_npy("fortran.npy", numpy.asfortranarray(rows(5, 3)))
    write_npy("big-endian.npy", rows(5, 3).astype(">f4"))
    write_npy("float64.npy", rows(5, 3).astype("<f8"))
    write_npy("integers.npy", numpy.arange(6, dtype="<i8").reshape(2, 3))
    write_npy("vector.npy", numpy.arange(6, dtype="<f4"))
    write_npy("cube.npy", numpy.zeros((2, 3, 4), "<f4"))
    write_npy("scalar.npy", numpy.float32(3))
    write_npy("empty.npy", numpy.zeros((0, 3), "<f4"))
    write_npy("structured.npy", numpy.zeros(3, [("a", "<f4"), ("b", "<f4")]))
    x = torch.from_numpy(rows(6, 3))
    write_safetensors("one.safetensors", {"acts": x.to(torch.bfloat16)})
    write_safetensors(
        "several.safetensors",
        {
            "first": x[:2],
            "ids": torch.arange(6).reshape(2, 3),
            "mean": torch.zeros(3),
            "second": x[2:].to(torch.float16),
        },
    )
    write_safetensors("widths.safetensors", {"narrow": x, "wide": torch.zeros(2, 4)})
    write_safetensors("no-matrix.safetensors", {"mean": torch.zeros(3), "ids": torch.arange(6).reshape(2, 3)})
    good = {
        "float32.npy": [["F32", 5]],
        "float32-v2.npy": [["F32", 5]],
        "float32-v3.npy": [["F32", 5]],
        "float16.npy": [["F16", 7]],
        "one.safetensors": [["BF16", 6]],
        "several.safetensors": [["F32", 2], ["F16", 4]],
    }
    (FOLDER / "shapes.json").write_text(json.dumps({"versions": VERSIONS, "width": 3, "good": good}, indent=1) + "\n")


main()
