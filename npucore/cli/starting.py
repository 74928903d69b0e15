# SPDX-License-Identifier: MIT
"""The model of a command on its way to a session, found compiled or read."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from npucore.cli import selection

if TYPE_CHECKING:
    from npucore.running.opening import Backends
    from npucore.running.placed import Choices
    from npucore.running.start import Start


def start(args: argparse.Namespace, **more: object) -> Start:
    """MODEL on its way to a session; *more* are options that have arguments of their own.

    Raises `InputError` as `network` does. Notes about the model are printed.
    """
    from npucore.files.artifact import is_artifact
    from npucore.vision.inference import opened

    if is_artifact(args.model):
        selection.refuse(args, *selection.OF_MODELS)
    return opened(
        args.model,
        _choices(args, args.backend, selection.options(args, **more)),
        lambda name: selection.file_of(args, name),
        False if args.no_cache else None,
        frontend=args.frontend,
        shapes=selection.shapes(args),
        signature=args.signature,
        rate=args.rate,
        say=selection.note,
    )


def starts(args: argparse.Namespace) -> list[Start]:
    """MODEL, read once, for each of --backend by itself. Raises as `start`."""
    from npucore.cli import side_by_side
    from npucore.running.options import of_each
    from npucore.running.start import Start

    side_by_side.check(args.backend or [], args.save, args.annotate)
    each = of_each(selection.options(args), args.backend)
    read = selection.network(args)
    pairs = zip(args.backend, each, strict=True)
    return [Start(read, _choices(args, name, own)) for name, own in pairs]


def _choices(args: argparse.Namespace, backend: Backends, own: dict[str, Any]) -> Choices:
    from npucore.running.placed import Choices
    from npucore.running.placing import placing_of

    placing = placing_of(args.placement, args.host, args.strict)
    rules = (selection.fallback(args), args.strict, args.rounding, args.memory, placing)
    return Choices(backend, *rules, own)
