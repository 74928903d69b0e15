# SPDX-License-Identifier: MIT
"""Which file is for which of a network's inputs: the argument --input."""

from __future__ import annotations

import argparse
from pathlib import Path

from npucore.cli import feeding
from npucore.errors import InputError
from npucore.graph import Network
from npucore.tensor import Tensor
from npucore.vision.inputs import Inputs, read_inputs, wanted


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
