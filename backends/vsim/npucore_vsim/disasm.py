# SPDX-License-Identifier: MIT
"""Descriptors, command streams and coefficients -> text and `Listing`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from npucore.contract.listing import ListedAddress, ListedTask, ListedWord, Listing
from npucore.errors import InputError
from npucore.hw.descriptors import Descriptor, Field
from npucore.tensor import Array
from npucore_vsim import stream
from npucore_vsim.registers import NNDescriptor, TPDescriptor
from npucore_vsim.registers.states import STATES
from npucore_vsim.sim.weights_v8 import HEADER_BYTES, Header

CAPTURED = re.compile(r"job(\d+)_(nn|tp|coef)|stream(\d+)")
V8_VERSION = 0x10  # a V8 stream's first byte; that of a V7 stream is a multiple of 64
V8_CORES = 8  # the most that a chip has
KINDS: dict[str, type[Descriptor]] = {"nn": NNDescriptor, "tp": TPDescriptor}
BY_LENGTH = {kind.length: kind for kind in KINDS.values()}


def disassemble(arrays: Mapping[str, Array]) -> Listing | None:
    """What *arrays* say: of a capture ``job<n>_nn``, ``_tp`` and ``_coef``, and ``stream<n>``.

    Any other single array of uint32, or file of whole words, is a descriptor if it is as long as
    one, and a command stream if not. None for what holds no words of these NPUs.
    """
    captured = {name: match for name in arrays if (match := CAPTURED.fullmatch(name))}
    if not captured and len(arrays) == 1:
        words = _words(next(iter(arrays.values())))
        return None if words is None else _single(words)
    if not captured:
        return None
    tasks = []
    for name in sorted(captured, key=lambda n: (n.startswith("job"), len(n), n)):
        number, kind, order = captured[name].groups()
        if kind == "coef":
            tasks.append(
                ListedTask(int(number), None, (), tuple(_coefficients(arrays[name], name)))
            )
            continue
        words = _words(arrays[name])
        if words is None:
            raise InputError(f"{name}: {arrays[name].dtype} values, wanted uint32")
        if order is not None:
            tasks.append(_stream(int(order), words, f"command stream {order}"))
        else:
            tasks.append(_descriptor(int(number), KINDS[kind], words, f"job {number}"))
    return Listing(tuple(tasks))


def _words(array: Array) -> list[int] | None:
    if array.dtype == np.uint8 and array.size and array.size % 4 == 0:
        array = np.ascontiguousarray(array).view("<u4")
    if array.dtype != np.uint32 or array.ndim != 1 or not array.size:
        return None
    words: list[int] = array.tolist()
    return words


def _coefficients(data: Array, name: str) -> Iterator[str]:
    """How each core's stream is coded; not the weights themselves."""
    if data.dtype != np.uint8 or data.ndim != 1 or data.size < HEADER_BYTES:
        raise InputError(f"{name}: no stream of coefficients of at least {HEADER_BYTES} bytes")
    if data[0] == V8_VERSION:
        header = Header.read(data, V8_CORES)
        yield f"{name}: V8 coefficients, lengths of symbols {header.lengths}, runs {header.runs}"
        yield from (f"  core {core}: {bits} bits" for core, bits in enumerate(header.bits) if bits)
        return
    yield f"{name}: V7 coefficients"
    at = HEADER_BYTES
    for core, size in enumerate(data[:HEADER_BYTES].view("<u4").tolist()):
        if size and at + 3 <= data.size:
            kernels = int(data[at + 1]) | int(data[at + 2]) << 8
            yield f"  core {core}: {size} bytes, {kernels} kernels, runs of {data[at]} bits"
            at += size


def _single(words: list[int]) -> Listing | None:
    if kind := BY_LENGTH.get(len(words)):
        return Listing((_descriptor(0, kind, words, "job 0"),))
    known = [i for i in stream.decode(words) if isinstance(i, stream.Load) and i.address in STATES]
    return Listing((_stream(0, words, "command stream"),)) if known else None


def _descriptor(job: int, kind: type[Descriptor], words: Sequence[int], name: str) -> ListedTask:
    if len(words) < kind.length:
        raise InputError(f"{name}: {len(words)} words, wanted {kind.length}")
    listed = list_descriptor(job, kind.decode(words[: kind.length]))
    return replace(listed, lines=(f"{name}: {listed.lines[0]}", *listed.lines[1:]))


def list_descriptor(
    job: int,
    descriptor: Descriptor,
    op: int | None = None,
    addresses: Mapping[str, ListedAddress] | None = None,
) -> ListedTask:
    """What a descriptor says; *addresses*, by field, are what will be added to its words."""
    kind, waiting = type(descriptor), addresses or {}
    listed = []
    lines = [f"{kind.__name__}, {kind.length} words"]
    for index, word in enumerate(descriptor.words):
        mine = [(n, f) for n, f in kind.fields.items() if f.pieces[0][0] == index]
        values = {n: f.get(descriptor.words) for n, f in mine}
        address = next((waiting[n] for n, _ in mine if n in waiting), None)
        block = "NN" if kind is NNDescriptor else "TP"
        listed.append(ListedWord(block, None, index, word, values, address))
        shown = [_shown(n, f, values[n]) for n, f in mine if values[n] and n not in waiting]
        shown += [
            f"{n} + {waiting[n].buffer}[{waiting[n].offset:#x}]" for n in values if n in waiting
        ]
        lines.append(f"{index:4}  {word:#010x}  {' '.join(shown)}".rstrip())
    unknown = [f"word {i}: {bits:#x}" for i, bits in enumerate(descriptor.unknown_bits) if bits]
    lines += [f"unknown bits in {each}" for each in unknown]
    return ListedTask(job, op, tuple(listed), tuple(lines))


def _shown(name: str, field: Field, value: int) -> str:
    meaning = field.values.get(value)
    number = hex(value) if name.endswith("address") or name.startswith("clamp") else str(value)
    return f"{name}={number}" + (f" ({meaning})" if meaning else "")


def _stream(job: int, words: Sequence[int], name: str) -> ListedTask:
    items = stream.decode(words)
    listed = tuple(_listed(item) for item in items)
    lines = (f"{name}: {len(words)} words", *_lines(items))
    return ListedTask(job, None, listed, lines)


def _listed(item: stream.Item) -> ListedWord:
    match item:
        case stream.Load(address=address, value=value):
            state = item.state
            if state is None:
                return ListedWord("FE", None, address, value, {})
            return ListedWord("FE", type(state).__name__, address, value, state.field_values())
        case stream.Strange(word=word):
            return ListedWord(None, None, 0, word, {})
    return ListedWord(None, "idle", 0, 0, {})


def _lines(items: Sequence[stream.Item]) -> Iterator[str]:
    for index, item in enumerate(items):
        match item:
            case stream.Load(address=address, value=value):
                state = item.state
                name = "?" if state is None else type(state).__name__
                fields = {} if state is None else state.field_values()
                shown = " ".join(f"{n}={v:#x}" for n, v in fields.items() if v)
                yield f"{index:4}  {name:<20}  {address:#07x}  {value:#010x}  {shown}".rstrip()
            case stream.Strange(word=word):
                yield f"{index:4}  {word:#010x}: no packet that is known here"
            case _:
                yield f"{index:4}  idle"
