# SPDX-License-Identifier: MIT
"""The files that mutations start from.

Rules of the corpus: every seed is made here or lies in the package, so that anyone has the same;
a seed is small enough for a hundred trials a second, and rich in what its format can say; a
mutation has a number and is the same everywhere, so that nothing is stored; a mutation that ever
failed becomes a test of its own beside the code that was mended.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

import npucore
from npucore import ops
from npucore.graph import Graph
from npucore.tensor import Quantization, Tensor

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"
TARGETS = {"rocket": ("rocket", ""), "v7": ("vsim", "a311d"), "v8": ("vsim", "imx8mp")}
PIXELS = (24, 20)


def write_seeds(folder: Path) -> list[Path]:
    """Write all of them into *folder*."""
    for name, data in (*_models(), *_arrays(), *_images()):
        (folder / name).write_bytes(data)
    for name, (backend, target) in TARGETS.items():
        path = folder / f"{name}.npu"
        npucore.compile(small_network(), f"{backend}:{target}" if target else backend).write(path)
    return sorted(folder.iterdir())


def small_network() -> Graph:
    """Two convolutions, one of them depthwise, an addition and a maximum."""
    rng = np.random.default_rng(0)

    def tensor(name: str, shape: tuple[int, ...]) -> Tensor:
        return Tensor(name, shape, np.dtype(np.uint8), Quantization.per_tensor(0.05, 128))

    def weights(shape: tuple[int, ...]) -> Tensor:
        data = rng.integers(64, 192, shape, np.uint8)
        return Tensor("w", shape, data.dtype, Quantization.per_tensor(0.02, 128), data)

    bias = Tensor("b", (8,), np.dtype(np.int32), None, rng.integers(-99, 99, 8, np.int32))
    x, a, b, c = (tensor(name, (1, 8, 8, 8)) for name in "xabc")
    y = tensor("y", (1, 4, 4, 8))
    same = ops.Padding(1, 1, 1, 1)
    return Graph(
        (
            ops.Convolution(
                input=x, weights=weights((8, 3, 3, 8)), bias=bias, output=a, padding=same
            ),
            ops.Convolution(
                input=a, weights=weights((8, 3, 3, 1)), bias=bias, output=b, padding=same, groups=8
            ),
            ops.Add(a=a, b=b, output=c),
            ops.Convolution(
                input=c, weights=weights((8, 1, 1, 8)), bias=bias, output=y, stride=(2, 2)
            ),
        ),
        (x,),
        (y,),
    )


def _models() -> Iterator[tuple[str, bytes]]:
    from tools.onnx_twin import twin

    yield DIGITS.name, DIGITS.read_bytes()
    graph = npucore.load(DIGITS)
    for name, spelled in (("qdq", False), ("qoperator", True)):
        yield f"{name}.onnx", twin(graph, spelled).SerializeToString()


def _arrays() -> Iterator[tuple[str, bytes]]:
    array = np.arange(12, dtype=np.float32).reshape(1, 3, 4)
    np.save(plain := io.BytesIO(), array)
    yield "array.npy", plain.getvalue()
    np.savez_compressed(several := io.BytesIO(), x=array, y=np.arange(3))
    yield "arrays.npz", several.getvalue()


def _images() -> Iterator[tuple[str, bytes]]:
    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 256, (*PIXELS, 3), np.uint8))
    for suffix in ("png", "jpeg", "bmp", "gif", "tiff", "webp", "ppm"):
        image.save(buffer := io.BytesIO(), suffix)
        yield f"image.{suffix}", buffer.getvalue()
