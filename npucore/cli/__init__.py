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

import npucore
from npucore.cli import (
    backends,
    bench,
    compile,
    conformance,
    demo,
    detect,
    devices,
    disasm,
    doctor,
    exec,
    explain,
    frontends,
    new_backend,
    new_op,
    quantize,
    run,
    show,
)
from npucore.cli.printable import printable
from npucore.errors import FallbackError, NpucoreError, PluginError

USER_ERROR = 2  # the number that argparse uses, too
FELL_BACK = 3
BROKEN_PIPE = 128 + 13  # what a shell reports for a program that SIGPIPE ended
INTERRUPTED = 128 + 2

COMMANDS = {
    "run": run,
    "detect": detect,
    "exec": exec,
    "bench": bench,
    "compile": compile,
    "explain": explain,
    "quantize": quantize,
    "show": show,
    "disasm": disasm,
    "conformance": conformance,
    "new-backend": new_backend,
    "new-op": new_op,
    "devices": devices,
    "doctor": doctor,
    "backends": backends,
    "frontends": frontends,
    "demo": demo,
}


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
    parser, subparsers = _parser()
    first = next((word for word in argv if not word.startswith("-")), None)
    if first is not None and first not in COMMANDS:
        _add_plugin_commands(subparsers)
    if not argv:
        parser.print_help(sys.stderr)
        raise SystemExit(USER_ERROR)
    return parser.parse_args(argv)


class _Formatter(argparse.HelpFormatter):
    """Keeps the longest command on one line with its help: argparse forgets that it is indented."""

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        longest = max(map(len, COMMANDS)) + 2 * self._indent_increment
        self._action_max_length = max(self._action_max_length, longest)


def _parser() -> tuple[
    argparse.ArgumentParser, argparse._SubParsersAction[argparse.ArgumentParser]
]:
    parser = argparse.ArgumentParser(
        prog="npucore",
        formatter_class=_Formatter,
        description="Run neural networks on NPUs.",
        epilog="Plugins may add commands. `npucore COMMAND --help` says more about each.",
    )
    parser.add_argument("--version", action="version", version=f"npucore {npucore.__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        child = subparsers.add_parser(
            name,
            help=command.SUMMARY,
            description=f"{command.SUMMARY}.",
            epilog=command.EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(child)
        child.set_defaults(execute=command.execute)
    return parser, subparsers


def _add_plugin_commands(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    from npucore import plugins

    for why in plugins.load_hook_plugins().values():
        print(f"npucore: {printable(why)}", file=sys.stderr)
    try:
        plugins.manager.hook.npucore_register_commands(subparsers=subparsers)
    except Exception as error:  # a plugin's fault, whatever it is
        raise PluginError(
            f"a plugin failed to add its commands: {type(error).__name__}: {error}"
        ) from error
