# SPDX-License-Identifier: MIT
"""Whether a task may run: judged from its words before any device sees them, whoever made them."""

from __future__ import annotations

from collections.abc import Mapping

from npucore.errors import DeviceError
from npucore.family.code import ACTIVATIONS, CONSTANTS, Address
from npucore_tinyacc import registers as r
from npucore_tinyacc.chip import Chip
from npucore_tinyacc.stream import Settings, Words, decode, extents, float_of


class TaskError(DeviceError):
    """A task that must not run: a fault of the compiler. Nothing was submitted."""


def complaint(
    words: Words, addresses: Mapping[int, Address], sizes: Mapping[str, int], chip: Chip
) -> str:
    """Why a task must not run in buffers of these *sizes*; empty if it may.

    *addresses* will be written to *words*, by the place of their register.
    """
    try:
        registers = decode(words)
    except ValueError as error:
        return str(error)
    if tuple(map(type, registers)) != r.ORDER:
        return "it does not write every register once, in order"
    settings = Settings(registers)
    if why := _numbers(settings) or _sizes(settings):
        return why
    needed = extents(settings)
    if (read := needed[r.INPUT] + needed[r.SECOND]) > chip.buffer_bytes:
        return f"it reads {read} bytes, but the buffer has {chip.buffer_bytes}"
    if set(addresses) != set(range(len(needed))):
        return "addresses for other registers than those that hold one"
    for place, (kind, size) in enumerate(needed.items()):
        address = addresses[place]
        weights = kind is r.SECOND and settings(r.GO).kind == r.CONVOLVE
        if address.buffer != (CONSTANTS if weights else ACTIVATIONS) or settings(kind).word:
            return f"{kind.__name__} points to {address.buffer}"
        if address.offset + size > sizes[address.buffer]:
            return f"{kind.__name__} ends at byte {address.offset + size} of its buffer"
    return ""


def _numbers(settings: Settings) -> str:
    """Numbers that the chip is known to take."""
    for kind in (r.FACTOR, r.SECOND_FACTOR, r.CONSTANT):
        value = float_of(settings(kind).word)
        if not abs(value) <= r.LARGEST_NUMBER:  # nor if it is no number
            return f"{kind.__name__} is {value}"
    clamp = settings(r.CLAMP)
    return "" if clamp.low <= clamp.high else "CLAMP leaves nothing"


def _sizes(settings: Settings) -> str:
    """Maps with elements, and windows that begin in what is read."""
    into, out, channels = settings(r.IN_SIZE), settings(r.OUT_SIZE), settings(r.CHANNELS)
    window, kind = settings(r.WINDOW), settings(r.GO).kind
    if not min(into.rows, into.columns, out.rows, out.columns, channels.inputs, channels.outputs):
        return "a map without elements"
    if kind == r.ADD:
        same = into.word == out.word and channels.inputs == channels.outputs
        return "" if same else "addends and sums of two sizes"
    if kind != r.CONVOLVE or not window.row_step or not window.column_step:
        return "no such task"
    last_row = (out.rows - 1) * window.row_step - window.top
    last_column = (out.columns - 1) * window.column_step - window.left
    inside = last_row < into.rows and last_column < into.columns
    seen = window.top < window.rows and window.left < window.columns
    return "" if inside and seen else "a window outside of what is read"
