# SPDX-License-Identifier: MIT
"""The parser of the command line: imports the command that is called, and says what is wrong."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import npucore
from npucore.errors import did_you_mean

if TYPE_CHECKING:
    from typing import TypeAlias

    Subparsers: TypeAlias = "argparse._SubParsersAction[Parser]"

COMPLETION = "--print-completion"
USER_ERROR = 2  # the number that argparse uses, too

COMMANDS = (
    "run",
    "detect",
    "exec",
    "bench",
    "serve",
    "frigate-plugin",
    "compile",
    "explain",
    "quantize",
    "convert",
    "delegate",
    "show",
    "disasm",
    "export-trace",
    "conformance",
    "new-backend",
    "new-op",
    "devices",
    "doctor",
    "backends",
    "frontends",
    "cache",
    "models",
    "schema",
    "demo",
)


def command(name: str) -> Any:
    """The module of a command."""
    return importlib.import_module(f"npucore.cli.{name.replace('-', '_')}")


class Parser(argparse.ArgumentParser):
    """Complains in one sentence, with the nearest name that there is, and without the usage."""

    def error(self, message: str) -> NoReturn:
        """Print *message* and where to read on, and exit."""
        self.exit(USER_ERROR, f"{self.prog}: {message}; see `{self.prog} --help`\n")

    def parse_known_args(  # type: ignore[override]  # of several overloads, the one in use
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As argparse does it; what a command does not know is an error of that command."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            options = [text for action in self._actions for text in action.option_strings]
            hint = did_you_mean(unknown[0].partition("=")[0], options)
            self.error(f"unexpected {' '.join(unknown)}{hint}")
        return found, unknown

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            known = list(map(str, action.choices or ()))
            what = "command" if action.dest == "command" else action.option_strings[-1]
            wanted = "" if action.dest == "command" else f", wanted {' or '.join(known)}"
            why = f"{what} {value!r}: there is none{wanted}{did_you_mean(str(value), known)}"
            raise _SaidError(why) from error


class _SaidError(argparse.ArgumentError):
    """An argument's error whose text says already which argument it is."""

    def __init__(self, message: str) -> None:
        super().__init__(None, message)


class _Formatter(argparse.HelpFormatter):
    """Keeps the longest command on one line with its help: argparse forgets that it is indented."""

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        longest = max(map(len, COMMANDS)) + 2 * self._indent_increment
        self._action_max_length = max(self._action_max_length, longest)


def make_parser(names: Iterable[str] = COMMANDS) -> tuple[Parser, Subparsers]:
    """A parser of those commands, and what plugins add theirs to."""
    parser = Parser(
        prog="npucore",
        formatter_class=_Formatter,
        description="Run neural networks on NPUs.",
        epilog="Plugins may add commands. `npucore COMMAND --help` says more about each.",
    )
    parser.add_argument("--version", action="version", version=f"npucore {npucore.__version__}")
    parser.add_argument(
        COMPLETION, metavar="SHELL", help="print a script that completes commands (bash, zsh, tcsh)"
    )
    subparsers = parser.add_subparsers(
        metavar="COMMAND", dest="command", required=True, parser_class=Parser
    )
    for name in names:
        module = command(name)
        child = subparsers.add_parser(
            name,
            help=module.SUMMARY,
            description=f"{module.SUMMARY}.",
            epilog=module.EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(child)
        child.set_defaults(execute=module.execute)
    return parser, subparsers
