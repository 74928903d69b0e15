# SPDX-License-Identifier: MIT
"""A plugin with hooks alone: it announces what happens, and adds a command."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import npucore
from npucore import Graph, hookimpl
from npucore.contract.backend import Program


@hookimpl
def npucore_graph_loaded(graph: Graph) -> None:
    print(f"tiny: loaded {graph.name} with {len(graph.ops)} ops", file=sys.stderr)


@hookimpl
def npucore_job_done(program: Program, seconds: float) -> None:
    print(f"tiny: {type(program).__name__} has run", file=sys.stderr)


@hookimpl
def npucore_register_commands(subparsers: Any) -> None:
    parser = subparsers.add_parser("tiny", help="say hello")
    parser.set_defaults(execute=hello)


def hello(args: argparse.Namespace) -> int:
    print(f"hello from npucore {npucore.__version__}")
    return 0
