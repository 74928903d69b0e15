# SPDX-License-Identifier: MIT
"""Which file is for which of a network's inputs: the argument --input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from npucore.cli import feeding
from npucore.errors import InputError
from npucore.files.atomic import scratch_folder
from npucore.graph import Network
from npucore.tensor import Tensor
from npucore.vision.inputs import Inputs, read_inputs, wanted

STDIN = "-"
KINDS = ((b"\x93NUMPY", ".npy"), (b"PK\x03\x04", ".npz"), (b"RIFF", ".wav"))


@contextmanager
def from_stdin(args: argparse.Namespace) -> Iterator[None]:
    """While it lasts, what --input reads from stdin (``-``) lies in a file.

    Raises `InputError` for more than one, and where nothing comes.
    """
    wanted = [text for text in args.input if text.rpartition("=")[2] == STDIN]
    if not wanted:
        yield
        return
    if len(wanted) > 1:
        raise InputError("--input -: stdin can be read once")
    data = sys.stdin.buffer.read()
    if not data:
        raise InputError("--input -: nothing came on stdin")
    suffix = next((suffix for magic, suffix in KINDS if data.startswith(magic)), ".png")
    if suffix == ".wav" and data[8:12] != b"WAVE":
        suffix = ".png"  # as WebP begins
    given = args.input
    with scratch_folder() as folder:
        (file := folder / f"stdin{suffix}").write_bytes(data)
        args.input = [text[: -len(STDIN)] + str(file) if text in wanted else text for text in given]
        try:
            yield
        finally:
            args.input = given


def read(network: Network, args: argparse.Namespace) -> Inputs:
    """Read what --input names. Raises `InputError` for what does not fit *network*."""
    given, options = files(network, args), feeding.options(args)
    return read_inputs(network, given, options, head=args.head, task=args.task)


def files(network: Network, args: argparse.Namespace) -> list[str]:
    """The file of every input, in the network's order."""
    found: dict[Tensor, str] = {}
    for text in args.input:
        for tensor, file in _assignment(text, network):
            if tensor in found:
                raise InputError(f"--input {text}: {tensor.name} has {found[tensor]} already")
            found[tensor] = file
    if missing := [tensor for tensor in network.inputs if tensor not in found]:
        raise InputError(f"{args.model} wants --input FILE (or NAME=FILE) for {wanted(missing)}")
    return [found[tensor] for tensor in network.inputs]


def _assignment(text: str, network: Network) -> list[tuple[Tensor, str]]:
    """One --input: NAME=FILE, a file for the only input, or an .npz for all of them."""
    for tensor in network.inputs:
        if text.startswith(f"{tensor.name}="):
            return [(tensor, text[len(tensor.name) + 1 :])]
    if len(network.inputs) == 1 or Path(text).suffix.lower() == ".npz":
        if "=" in text and not Path(text).exists():
            name = text.partition("=")[0]
            raise InputError(f"no input called {name!r}; inputs: {wanted(network.inputs)}")
        return [(tensor, text) for tensor in network.inputs]
    raise InputError(f"--input {text}: wanted NAME=FILE, inputs: {wanted(network.inputs)}")
