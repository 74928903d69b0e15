# SPDX-License-Identifier: MIT
"""The ``npucore`` command.

Commands import what they need when they run, so that ``npucore --help`` needs neither numpy nor
any plugin.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from npucore.cli.parser import COMMANDS as COMMANDS
from npucore.cli.parser import COMPLETION, USER_ERROR, make_parser
from npucore.cli.printable import printable
from npucore.errors import FallbackError, NpucoreError, PluginError

if TYPE_CHECKING:
    from npucore.cli.parser import Subparsers

FELL_BACK = 3
BROKEN_PIPE = 128 + 13  # what a shell reports for a program that SIGPIPE ended
INTERRUPTED = 128 + 2

GUIDE = """\
npucore runs neural networks on NPUs. To begin with:

  npucore demo                         a network inside the package, on every backend
  npucore doctor                       what is missing to run on an NPU of this machine
  npucore models                       networks that are known to run, and where to get them
  npucore run MODEL --input photo.jpg  a network of your own (TFLite, ONNX)
  npucore explain MODEL                which of its operations an NPU takes, and why not the rest

`npucore --help` lists all commands, `npucore COMMAND --help` says more about each.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, 2 for an error of the user's or 3 for a fallback."""
    # numpy's BLAS starts a thread for every core, and idle ones spin: that doubles the CPU time of
    # a MobileNetV1 and saves no time. A variable that is set is respected.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a model's names may hold anything
    try:
        status = _execute(list(sys.argv[1:] if argv is None else argv))
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _execute(argv: list[str]) -> int:
    try:
        args = _parse(argv)
        return int(args.execute(args) or 0)
    except SystemExit as end:  # argparse has printed what it had to say
        return end.code if isinstance(end.code, int) else 0
    except BrokenPipeError:
        raise
    except FallbackError as error:
        return _complain(error, FELL_BACK)
    except (NpucoreError, OSError) as error:
        return _complain(error, USER_ERROR)


def _complain(error: Exception, status: int) -> int:
    sentence = " ".join(str(error).split())  # on one line, whatever it was made of
    print(f"npucore: {printable(sentence)}", file=sys.stderr)
    return status


def _drop_output() -> None:
    """Let the interpreter's last flush go nowhere instead of complaining."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # no file behind it
        return


def _parse(argv: list[str]) -> argparse.Namespace:
    if not argv:
        print(GUIDE, end="")
        raise SystemExit(0)
    if argv[0] == COMPLETION:
        from npucore.cli.completion import script

        print(script(" ".join(argv[1:])))
        raise SystemExit(0)
    first = next((word for word in argv if not word.startswith("-")), None)
    if first in COMMANDS:
        return make_parser([first])[0].parse_args(argv)
    parser, subparsers = make_parser()
    if first is not None:
        _add_plugin_commands(subparsers)
    return parser.parse_args(argv)


def _add_plugin_commands(subparsers: Subparsers) -> None:
    from npucore import plugins

    for why in plugins.load_hook_plugins().values():
        print(f"npucore: {printable(why)}", file=sys.stderr)
    try:
        plugins.manager.hook.npucore_register_commands(subparsers=subparsers)
    except Exception as error:  # a plugin's fault, whatever it is
        raise PluginError(
            f"a plugin failed to add its commands: {type(error).__name__}: {error}"
        ) from error
