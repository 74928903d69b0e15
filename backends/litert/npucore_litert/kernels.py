# SPDX-License-Identifier: MIT
"""LiteRT's default kernels by op: XNNPACK's where it has one, else the built-in ones.

Dtypes and bounds are those with which ``npucore conformance litert`` passes; what no case of the
suite shows is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from npucore.family.runtime import Kernels, alike

REAL = alike("float32")
SIGNED = alike("float32", "int8")
WEIGHED = alike("float32", "int8", "uint8")
MOVED = alike("float32", "int32", "int8", "uint8")
COMPARED = frozenset(f"{dtype} -> bool" for dtype in ("float32", "int32", "int8", "uint8"))
FOUND = frozenset(
    {"float32, int32 -> float32", "int32 -> int32", "int8, int32 -> int8", "uint8, int32 -> uint8"}
)
SELECTED = frozenset(f"bool, {dtype} -> {dtype}" for dtype in ("float32", "int32", "int8", "uint8"))

KERNELS: Mapping[str, Kernels] = {
    "absolute": Kernels(1, SIGNED),
    "add": Kernels(1, MOVED),
    "argmax": Kernels(0, frozenset(f"{t} -> int32" for t in ("float32", "int8", "uint8"))),
    "batch_matmul": Kernels(1, SIGNED),
    "batch_to_space": Kernels(0, MOVED),
    "broadcast": Kernels(0, MOVED),
    "cast": Kernels(
        0,
        frozenset(
            {"bool -> float32", "float32 -> int32", "int32 -> bool", "int32 -> float32"}
            | {"int32 -> int64", "int64 -> int32"}
        ),
    ),
    "concatenation": Kernels(1, MOVED),
    "convolution": Kernels(1, WEIGHED),
    "cumulative": Kernels(0, REAL),
    "depth_to_space": Kernels(0, WEIGHED),
    "dequantize": Kernels(0, frozenset({"int8 -> float32", "uint8 -> float32"})),
    "div": Kernels(0, REAL),
    "equal": Kernels(0, COMPARED),
    "exp": Kernels(0, SIGNED),
    "floor": Kernels(0, REAL),
    "floor_div": Kernels(0, alike("float32", "int32")),
    "fully_connected": Kernels(1, WEIGHED),
    "gather": Kernels(0, FOUND),
    "gather_nd": Kernels(0, FOUND),
    "gelu": Kernels(0, WEIGHED),
    "hswish": Kernels(1, WEIGHED),
    "l2_normalize": Kernels(0, REAL),
    "leaky_relu": Kernels(1, WEIGHED),
    "less": Kernels(0, COMPARED),
    "log": Kernels(0, SIGNED),
    "log_softmax": Kernels(0, REAL),
    "logistic": Kernels(1, WEIGHED),
    "maximum": Kernels(0, MOVED),
    "mean": Kernels(1, WEIGHED),
    "minimum": Kernels(0, MOVED),
    "mul": Kernels(1, MOVED),
    "pack": Kernels(0, MOVED),
    "pad": Kernels(0, MOVED),
    "pairwise": Kernels(0, REAL),
    "pointwise": Kernels(0, REAL),
    "pooling": Kernels(1, WEIGHED),
    "power": Kernels(0, REAL),
    "prelu": Kernels(1, SIGNED),
    "quantize": Kernels(
        1,
        frozenset(
            f"{source} -> {result}"
            for source in ("float32", "int8", "uint8")
            for result in ("int8", "uint8")
        ),
    ),
    "reduce": Kernels(0, REAL),
    "reduce_max": Kernels(0, MOVED),
    "reduce_sum": Kernels(0, alike("float32", "int32")),
    "relu": Kernels(1, WEIGHED),
    "reshape": Kernels(0, MOVED),
    "resize": Kernels(0, MOVED),
    "resize_bilinear": Kernels(1, WEIGHED),
    "reverse": Kernels(0, frozenset({"float32, int32 -> float32", "float32 -> float32"})),
    "round": Kernels(0, REAL),
    "rsqrt": Kernels(0, REAL),
    "select": Kernels(0, SELECTED),
    "softmax": Kernels(1, WEIGHED),
    "space_to_batch": Kernels(0, MOVED),
    "split": Kernels(0, MOVED),
    "sqrt": Kernels(1, SIGNED),
    "strided_slice": Kernels(0, MOVED),
    "subtract": Kernels(1, MOVED),
    "tanh": Kernels(1, WEIGHED),
    "top_k": Kernels(0, frozenset({"float32 -> float32, int32"})),
    "transpose": Kernels(0, MOVED),
    "transpose_convolution": Kernels(1, SIGNED),
    "unpack": Kernels(0, MOVED),
}
