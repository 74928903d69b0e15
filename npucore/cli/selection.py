# SPDX-License-Identifier: MIT
"""Which backends a command uses: the arguments that several commands share."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from npucore.errors import InputError

if TYPE_CHECKING:
    from npucore.files.artifact import Artifact
    from npucore.graph import Graph

NOBODY = "none"
DEFAULT_IS_BEST = "default: the best available"

OF_MODELS = (
    *("backend", "fallback", "frontend", "rounding", "option", "shape", "signature", "trust"),
    *("placement", "host"),
)
"""Arguments that an artefact leaves no choice for."""

# What functions that take backends' options call their own parameters: no option has these names.
TAKEN = {"self", "model", "name", "target", "backend", "backends", "inputs", "source", "say"}
TAKEN |= {"fallback", "strict", "rounding", "shapes", "memory", "board", "runs", "streams"}
TAKEN |= {"frames", "reading", "feeding", "frontend", "signature", "progress", "placement", "host"}
TAKEN |= {"cache"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --backend, --fallback, --frontend, --shape, --strict and --option."""
    add_backend(parser)
    add_shape(parser)
    parser.add_argument(
        "--fallback",
        metavar="NAME",
        help="who takes the ops that the backend refuses: a backend, none, or fastest (default): "
        "the fastest CPU installed that keeps the rounding rule, then the reference",
    )
    parser.add_argument(
        "--frontend", metavar="NAME", help="reader of the model (default: told by its content)"
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit with 3 if any op goes to the fallback"
    )
    add_placement(parser)
    add_option(parser)
    add_trust(parser)


def add_placement(parser: argparse.ArgumentParser) -> None:
    """Add --placement and --host."""
    parser.add_argument(
        "--placement",
        choices=("cost", "greedy"),
        help="ops go where the network is fastest by the model (default), or to the first backend "
        "that takes them (default with --strict)",
    )
    parser.add_argument(
        "--host", choices=("a76", "a55"), help="the board's CPU in that model (default: a76)"
    )


def add_trust(parser: argparse.ArgumentParser) -> None:
    """Add --trust."""
    parser.add_argument(
        "--trust",
        choices=("proven", "shown", "sibling", "paper"),
        help="least evidence of what a backend may do, for backends that ask for it",
    )


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add --option."""
    parser.add_argument(
        "--option",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="a setting of a backend, see `npucore backends --json`",
    )


def add_cache(parser: argparse.ArgumentParser) -> None:
    """Add --no-cache."""
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="compile anew, and keep nothing (`npucore cache` shows what is kept)",
    )


def add_shape(parser: argparse.ArgumentParser) -> None:
    """Add --shape and --signature."""
    parser.add_argument(
        "--signature", metavar="NAME", help="one of several ways into the model (TFLite)"
    )
    parser.add_argument(
        "--shape",
        metavar="NAME=1,3,224,224",
        action="append",
        default=[],
        help="the shape of an input whose dimensions the model leaves open; once for every one",
    )


def add_memory(parser: argparse.ArgumentParser) -> None:
    """Add --memory."""
    parser.add_argument(
        "--memory",
        metavar="SIZE",
        type=size,
        help="what the network may need at run time: bytes, or as 512M or 4G (default: 1G)",
    )


def size(text: str) -> int:
    """A count of bytes, K, M and G being powers of 1024.

    >>> size("512M")
    536870912
    """
    from npucore.files.cache import size_of

    if (size := size_of(text)) is None:
        raise argparse.ArgumentTypeError(f"{text!r}, wanted a size as 512M or 4G")
    return size


def add_rounding(parser: argparse.ArgumentParser) -> None:
    """Add --rounding."""
    parser.add_argument(
        "--rounding",
        choices=("tflite", "exact"),
        help="how accumulators are rounded (default: as the model's format does it)",
    )


def add_backend(parser: argparse.ArgumentParser, what_for: str = DEFAULT_IS_BEST) -> None:
    """Add --backend alone."""
    parser.add_argument(
        "--backend",
        metavar="A[,B]",
        type=_names,
        help=f"in order of preference, each NAME or NAME:TARGET ({what_for})",
    )


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise argparse.ArgumentTypeError(f"{text!r}, wanted names with commas between them")
    return names


def network(args: argparse.Namespace, *, unread: bool = False) -> Graph | Artifact:
    """The graph or artefact that MODEL names. Notes about it are printed.

    Raises `InputError` for an artefact beside arguments that only a model leaves to choose.
    """
    from npucore.files.artifact import Artifact, is_artifact
    from npucore.vision import open_shapes

    if is_artifact(args.model):
        refuse(args, *OF_MODELS)
        return Artifact.read(args.model)
    return open_shapes.load(
        args.model,
        lambda name: file_of(args, name),
        frontend=args.frontend,
        shapes=shapes(args),
        signature=getattr(args, "signature", None),
        rate=getattr(args, "rate", None),
        unread=unread,
        say=note,
    )


def file_of(args: argparse.Namespace, name: str) -> str | None:
    """The user's files by the name of their input, from --input or SOURCE."""
    given: list[str] = list(getattr(args, "input", None) or [])
    if (source := getattr(args, "source", None)) is not None:
        given.append(source)
    named = [text.removeprefix(f"{name}=") for text in given if text.startswith(f"{name}=")]
    return next(iter([*named, *given]), None)


def note(text: str) -> None:
    """Say something about a model."""
    from npucore.cli.printable import printable

    print(printable(f"note: {text}"), file=sys.stderr)


def refuse(args: argparse.Namespace, *names: str) -> None:
    """Raise `InputError` if one of these arguments is given for an artefact."""
    for name in names:
        if vars(args).get(name):
            raise InputError(f"--{name}: {args.model} is compiled and placed already")


@contextlib.contextmanager
def spelled(*names: str) -> Iterator[None]:
    """Errors about arguments *names* of a function, ``backend: ...``, as the user spells them.

    >>> with spelled("board"):
    ...     raise InputError("board: npu has no boards")
    Traceback (most recent call last):
    npucore.errors.InputError: --board: npu has no boards
    """
    try:
        yield
    except InputError as error:
        if str(error).partition(":")[0] in names:
            raise InputError(f"--{error}") from error
        raise


def settings(args: argparse.Namespace) -> dict[str, Any]:
    """The arguments of `Session` beside a model, a backend and options."""
    return {
        "fallback": fallback(args),
        "strict": args.strict,
        "rounding": args.rounding,
        "memory": args.memory,
        "placement": args.placement,
        "host": args.host,
    }


def fallback(args: argparse.Namespace) -> str | None:
    """The name of the fallback; None for none."""
    from npucore.running.session import FALLBACK

    return None if args.fallback == NOBODY else args.fallback or FALLBACK


def shapes(args: argparse.Namespace) -> dict[str, tuple[int, ...]]:
    """Shapes by input. Raises `InputError` for what is no NAME=1,2,3."""
    found = {}
    for text in args.shape:
        name, equals, sizes = text.rpartition("=")
        numbers = [size.strip() for size in sizes.split(",")] if sizes.strip() else []
        if not equals or not name or not all(n.isascii() and n.isdigit() for n in numbers):
            raise InputError(f"--shape {text}: wanted NAME=1,3,224,224")
        found[name] = tuple(map(int, numbers))
    return found


def options(args: argparse.Namespace, **more: object) -> dict[str, Any]:
    """Settings by name; those *more* that are not None have arguments of their own.

    Raises `InputError` for what is no KEY=VALUE.
    """
    found: dict[str, Any] = {}
    own = [f"{name}={value}" for name, value in more.items() if value is not None]
    for text in (*args.option, *own):
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise InputError(f"--option {text}: wanted KEY=VALUE")
        if key in TAKEN:
            raise InputError(f"--option {text}: no backend has an option {key!r}")
        found[key] = value
    if args.trust is not None:
        found["trust"] = args.trust
    return found
