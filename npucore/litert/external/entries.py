# SPDX-License-Identifier: MIT
"""The functions that LiteRT calls: what is behind each, and errors as it wants them.

There is one set of them for all delegates and all nodes: a function that belongs to an object would
be freed with it, perhaps while the host still runs it.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable
from ctypes import c_char_p

from npucore.errors import NpucoreError
from npucore.faces.settings import Settings
from npucore.litert.external import abi
from npucore.litert.external.context import Context, Part
from npucore.litert.external.delegate import ExternalDelegate
from npucore.litert.external.kernel import Kernel
from npucore.litert.external.taking import Taken

NAME = b"npucore"


class _Applied:
    """A delegate in the host's memory, and what it has taken of the network at hand."""

    def __init__(self, delegate: ExternalDelegate) -> None:
        self.delegate = delegate
        self.taken: Taken | None = None
        self.structure = abi.Delegate(prepare=PREPARE, flags=abi.ALLOW_DYNAMIC_TENSORS)
        self.address = ctypes.addressof(self.structure)


_applied: dict[int, _Applied] = {}
_kernels: dict[int, Kernel] = {}
_numbers = itertools.count(1)


def create(keys: int, values: int, count: int, report: int) -> int:
    """A delegate's address. Raises `NpucoreError`, which the library reports."""
    names, texts = (ctypes.cast(each, ctypes.POINTER(c_char_p)) for each in (keys, values))
    given = {_text(names[index]): _text(texts[index]) for index in range(count)}
    return made(Settings.of_text(given))


def made(settings: Settings) -> int:
    """The address of a delegate with *settings*."""
    applied = _Applied(ExternalDelegate(settings))
    _applied[applied.address] = applied
    return applied.address


def destroy(address: int) -> None:
    """Forget a delegate. The networks that it was applied to are gone before."""
    _applied.pop(address, None)


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode(errors="replace")


def _told(context: int, work: Callable[[Context], None]) -> int:
    """The host's status of *work*; what it raises is told to the host."""
    host = Context(context)
    try:
        work(host)
    except Exception as error:
        expected = isinstance(error, NpucoreError)
        host.report(str(error) if expected else f"{type(error).__name__}: {error}")
        return abi.ERROR
    return abi.OK


def _prepare_delegate(context: int, address: int) -> int:
    def take(host: Context) -> None:
        applied = _applied[address]
        applied.taken = taken = applied.delegate.take(host)
        if taken is None or not taken.kernels:
            return
        try:
            if host.replace(taken.nodes, REGISTRATION, address) != abi.OK:
                raise NpucoreError("LiteRT refuses the delegate's nodes")
        finally:
            applied.taken = None
            taken.close()  # what the host did not ask for

    return _told(context, take)


def _init(context: int, buffer: int, length: int) -> int:
    """A number for the node that takes the place of others; 0 if it is not known."""
    part = abi.Part.from_address(buffer)
    applied = _applied.get(part.delegate or 0)
    if applied is None or applied.taken is None:
        return 0
    kernel = applied.taken.kernels.pop(Part.of(part).nodes, None)
    if kernel is None:
        return 0
    number = next(_numbers)
    _kernels[number] = kernel
    return number


def _free(context: int, number: int | None) -> None:
    if (kernel := _kernels.pop(number or 0, None)) is not None:
        kernel.close()


def _kernel(node: int) -> Kernel:
    number = abi.Node.from_address(node).user_data or 0
    if number not in _kernels:
        raise NpucoreError("LiteRT has made other parts of the network than it had announced")
    return _kernels[number]


def _prepare(context: int, node: int) -> int:
    return _told(context, lambda host: _kernel(node).prepare(host))


def _invoke(context: int, node: int) -> int:
    return _told(context, lambda host: _kernel(node).invoke(host))


PREPARE = abi.STEP(_prepare_delegate)
REGISTRATION = abi.Registration(
    abi.INIT(_init),
    abi.FREE(_free),
    abi.STEP(_prepare),
    abi.STEP(_invoke),
    builtin_code=abi.BUILTIN_DELEGATE,
    custom_name=NAME,
    version=1,
)
