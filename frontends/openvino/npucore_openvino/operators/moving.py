# SPDX-License-Identifier: MIT
"""Operators that move elements and compute none; stored integers stay what they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod

import numpy as np

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.tensor import Array
from npucore_openvino.call import Built, Call
from npucore_openvino.constants import dtype_of
from npucore_openvino.document import OPEN
from npucore_openvino.operators.convert import cast
from npucore_openvino.value import Padded, Value

FIRST = -(1 << 31)
LAST = (1 << 31) - 1


def _constant(call: Call, move: Callable[[Array], Array]) -> Value | None:
    """A constant whose elements are moved while the file is read."""
    value = call.value(0)
    if value.known is None:
        return None
    known = value.known.moved(move)
    return Value(value.dtype, known.stored.shape, known=known)


def reshape(call: Call) -> Built:
    """0 keeps a size where ``special_zero`` says so, -1 is what is left."""
    keeps = call.flag("special_zero")
    if call.value(1).known is None:
        return call.moved("Reshape", call.name(1), allowzero=1 - keeps)
    shape = call.integers(1, "the shape")
    if call.value(0).known is not None and 0 not in shape:
        return _constant(call, lambda part: part.reshape(shape)) or ""
    allow = {} if keeps or 0 not in shape else {"allowzero": 1}
    return call.moved("Reshape", call.writer.integers(*shape), **allow)


def squeeze(call: Call) -> Built:
    """Without axes of size 1."""
    if len(call.inputs) == 1:
        return call.moved("Squeeze")
    axes = call.integers(1, "the axes")
    found = _constant(call, lambda part: np.squeeze(part, tuple(axes)))
    return found or call.moved("Squeeze", call.writer.integers(*axes))


def unsqueeze(call: Call) -> Built:
    """With further axes of size 1."""
    axes = call.integers(1, "the axes")
    found = _constant(call, lambda part: np.expand_dims(part, tuple(axes)))
    return found or call.moved("Unsqueeze", call.writer.integers(*axes))


def transpose(call: Call) -> Built:
    """Without an order, the axes from last to first."""
    order = call.integers(1, "the order") or list(reversed(range(call.rank())))
    found = _constant(call, lambda part: np.transpose(part, order))
    return found or call.moved("Transpose", perm=order)


def concat(call: Call) -> Built:
    """Along one axis."""
    return str(call.emit("Concat", *call.names(), axis=call.whole("axis")))


def split(call: Call) -> Built:
    """Pieces of the same size."""
    axis = int(call.scalar(1, "the axis"))
    count = call.whole("num_splits")
    if not 1 <= count <= len(call.layer.outputs):
        raise InvalidModelError(f"{count} pieces for {len(call.layer.outputs)} outputs")
    node = call.writer.add("Split", [call.name(0)], count, axis=axis, num_outputs=count)
    return tuple(node.outputs)


def variadic_split(call: Call) -> Built:
    """Pieces of given sizes; -1 is what is left."""
    axis, sizes = int(call.scalar(1, "the axis")), call.integers(2, "the sizes")
    if -1 in sizes:
        whole = call.value(0).shape[axis]
        if whole == OPEN:
            raise UnsupportedError("the size of the axis is open")
        sizes[sizes.index(-1)] = whole - sum(size for size in sizes if size != -1)
    names = [call.name(0), call.writer.integers(*sizes)]
    return tuple(call.writer.add("Split", names, len(sizes), axis=axis).outputs)


def slice_(call: Call) -> Built:
    """Starts, ends and steps by axis."""
    starts, ends, steps = (call.integers(n, "a bound") for n in (1, 2, 3))
    axes = call.integers(4, "the axes") if len(call.inputs) > 4 else [*range(len(starts))]
    return call.moved("Slice", *[call.writer.integers(*n) for n in (starts, ends, axes, steps)])


def strided_slice(call: Call) -> Built:
    """A slice, axes that go, and axes that come; a mask of 1 leaves a bound out."""
    begin, end = call.integers(1, "the begin"), call.integers(2, "the end")
    steps = call.integers(3, "the strides") if len(call.inputs) > 3 else [1] * len(begin)
    masks = {
        key: [*call.list(f"{key}_mask", ""), *[0] * len(begin)]
        for key in ("begin", "end", "new_axis", "shrink_axis", "ellipsis")
    }
    if any(masks["ellipsis"]):
        raise UnsupportedError("an ellipsis in StridedSlice")
    chosen, gone, come, axis, place = [], [], [], 0, 0
    for n, (first, last, step) in enumerate(zip(begin, end, steps, strict=True)):
        if masks["new_axis"][n]:
            come.append(place)
            place += 1
            continue
        if masks["shrink_axis"][n]:
            chosen.append((first, first + 1 if first != -1 else LAST, axis, 1))
            gone.append(axis)
        else:
            low, high = (0, LAST) if step > 0 else (LAST, FIRST)
            first, last = low if masks["begin"][n] else first, high if masks["end"][n] else last
            chosen.append((first, last, axis, step))
            place += 1
        axis += 1
    return _sliced(call, [c for c in chosen if (c[0], c[1], c[3]) != (0, LAST, 1)], gone, come)


def _sliced(
    call: Call, chosen: list[tuple[int, int, int, int]], gone: list[int], come: list[int]
) -> Built:
    parts = [call.writer.integers(*numbers) for numbers in zip(*chosen, strict=True)]
    if not gone and not come:
        return call.moved("Slice", *parts) if parts else call.moved("Identity")
    name = call.emit("Slice", call.name(0), *parts) if parts else call.name(0)
    for operator, axes in (("Squeeze", gone), ("Unsqueeze", come)):
        name = call.emit(operator, name, call.writer.integers(*axes)) if axes else name
    return str(name)


def pad(call: Call) -> Built:
    """A border: of zeros it is a convolution's own, if one follows."""
    begin, end = call.integers(1, "the border"), call.integers(2, "the border")
    mode = call.choice("pad_mode", "constant", "constant", "edge", "reflect")
    value = call.value(0)
    has_number = mode == "constant" and len(call.inputs) > 3
    number = call.scalar(3, "the border's number") if has_number else 0.0
    if mode == "constant" and number == 0 and value.dtype == np.float32 and value.known is None:
        padded = Padded(value, tuple(begin), tuple(end))
        return Value(value.dtype, call.layer.outputs[0].shape, padded=padded)
    sizes = call.writer.integers(*begin, *end)
    last = [call.like(number)] if mode == "constant" else []
    return str(call.emit("Pad", call.name(0), sizes, *last, mode=mode))


def depth_to_space(call: Call) -> Built:
    """Blocks of channels become pixels."""
    first = call.choice("mode", "blocks_first", "blocks_first", "depth_first") == "blocks_first"
    size = call.whole("block_size", "1")
    return call.moved("DepthToSpace", blocksize=size, mode="DCR" if first else "CRD")


def space_to_depth(call: Call) -> Built:
    """Blocks of pixels become channels."""
    call.choice("mode", "blocks_first", "blocks_first")
    return call.moved("SpaceToDepth", blocksize=call.whole("block_size", "1"))


def shape_of(call: Call) -> Built:
    """A constant where the file leaves no size open."""
    dtype = dtype_of(call.text("output_type", "i64"), "the result")
    return cast(call, call.emit("Shape", call.name(0)), dtype)


def broadcast(call: Call) -> Built:
    """To a shape, by numpy's rule."""
    call.choice("mode", "numpy", "numpy", "bidirectional")
    return call.moved("Expand", call.name(1))


def tile(call: Call) -> Built:
    """Repetitions by axis, where there is one for each."""
    repeats = call.integers(1, "the repetitions")
    missing = call.rank() - len(repeats)
    if missing < 0:
        raise UnsupportedError(f"{len(repeats)} repetitions for {call.rank()} axes")
    return str(call.emit("Tile", call.name(0), call.writer.integers(*[1] * missing, *repeats)))


def reverse_sequence(call: Call) -> Built:
    """Both axes are attributes; ONNX has them as the first two."""
    axes = {"batch_axis": call.whole("batch_axis", "0"), "time_axis": call.whole("seq_axis", "1")}
    if {axis % call.rank() for axis in axes.values()} != {0, 1}:
        raise UnsupportedError(f"a reversal along {axes['time_axis']}, wanted axes 0 and 1")
    return str(call.emit("ReverseSequence", *call.names(), **axes))


def shuffle_channels(call: Call) -> Built:
    """Groups of an axis are interleaved: a reshaping, an exchange of axes, and back."""
    shape = call.static(0, "a shuffle")
    axis, groups = call.whole("axis", "1") % len(shape), call.whole("group", "1")
    if groups < 1 or shape[axis] % groups:
        raise InvalidModelError(f"{groups} groups of {shape[axis]} channels")
    sizes = (prod(shape[:axis]), groups, shape[axis] // groups, prod(shape[axis + 1 :]))
    split_ = call.emit("Reshape", call.name(0), call.writer.integers(*sizes))
    turned = call.emit("Transpose", split_, perm=[0, 2, 1, 3])
    return str(call.emit("Reshape", turned, call.writer.integers(*shape)))


BUILDERS: Mapping[str, Callable[[Call], Built]] = {
    "Broadcast": broadcast,
    "Concat": concat,
    "DepthToSpace": depth_to_space,
    "Pad": pad,
    "Reshape": reshape,
    "ReverseSequence": reverse_sequence,
    "ShapeOf": shape_of,
    "ShuffleChannels": shuffle_channels,
    "Slice": slice_,
    "SpaceToDepth": space_to_depth,
    "Split": split,
    "Squeeze": squeeze,
    "StridedSlice": strided_slice,
    "Tile": tile,
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
    "VariadicSplit": variadic_split,
}
