# SPDX-License-Identifier: MIT
"""``npucore serve``: networks behind HTTP, for clients of the Open Inference Protocol."""

from __future__ import annotations

import argparse
import contextlib
import os
from typing import TYPE_CHECKING

from npucore.cli import selection
from npucore.cli.run import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from npucore.running.session import Session
    from npucore.serving.server import Server

SUMMARY = "Serve networks over HTTP, by the Open Inference Protocol (KServe, Triton)"
EXAMPLES = """\
examples:
  npucore serve mobilenet.tflite --backend rocket --cores 3
  npucore serve detector=yolov8n.npu faces=faces.tflite --listen 127.0.0.1:9000
  NPUCORE_TOKEN=secret npucore serve mobilenet.tflite --listen 0.0.0.0:8000
"""
TOKEN = "NPUCORE_TOKEN"
LOCAL = ("127.0.0.1", "::1", "localhost")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``serve`` understands."""
    parser.add_argument(
        "models", metavar="[NAME=]MODEL", nargs="+", help="model files or artefacts"
    )
    selection.add_arguments(parser)
    selection.add_memory(parser)
    selection.add_rounding(parser)
    parser.add_argument("--cores", metavar="N", type=count, help="cores of the NPU to use")
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=_address,
        default=("127.0.0.1", 8000),
        help="default: 127.0.0.1:8000; port 0 takes a free one",
    )
    parser.add_argument(
        "--waiting", metavar="N", type=count, default=64, help="requests that may wait (64)"
    )
    parser.add_argument(
        "--timeout", metavar="S", type=count, default=60, help="seconds for an answer (60)"
    )
    parser.add_argument(
        "--most-body", metavar="SIZE", type=selection.size, default=64 << 20, help="of a body (64M)"
    )
    parser.add_argument("--json", action="store_true", help="say what is served as one document")


def _address(text: str) -> tuple[str, int]:
    """The host and the port.

    >>> _address("127.0.0.1:80"), _address("[::1]:0")
    (('127.0.0.1', 80), ('::1', 0))
    """
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and int(port) < 1 << 16):
        raise argparse.ArgumentTypeError(f"{text!r}, wanted HOST:PORT as 127.0.0.1:8000")
    return host.removeprefix("[").removesuffix("]"), int(port)


def execute(args: argparse.Namespace) -> int:
    """Open all models, say so, and serve them until a signal comes."""
    from npucore.errors import InputError
    from npucore.running.session import Session
    from npucore.serving.models import Limits
    from npucore.serving.server import serve

    token = os.environ.get(TOKEN)
    if token == "":
        raise InputError(f"{TOKEN} is empty, wanted a token, or no such variable")
    limits = Limits(args.waiting, float(args.timeout), args.most_body)
    settings = selection.settings(args) | selection.options(args, cores=args.cores)
    with contextlib.ExitStack() as stack:
        sessions = {}
        for name, path in _named(args.models).items():
            network = selection.network(argparse.Namespace(**{**vars(args), "model": path}))
            sessions[name] = stack.enter_context(Session(network, args.backend, **settings))
        server = stack.enter_context(serve(sessions, args.listen, limits, token))
        _tell(server, sessions, args.json)
        if args.listen[0] not in LOCAL and token is None:
            selection.note(f"whoever reaches {server.address} may use it: {TOKEN} asks for a token")
        _until_a_signal(server)
    return 0


def _named(texts: Sequence[str]) -> dict[str, str]:
    """Path by name: what stands before ``=``, or the file's name without its end."""
    from npucore.errors import InputError

    paths: dict[str, str] = {}
    for text in texts:
        given, _, path = text.rpartition("=")
        name = given or os.path.splitext(os.path.basename(path))[0]
        if name in paths:
            raise InputError(f"two models called {name}: say NAME=MODEL")
        paths[name] = path
    return paths


def _tell(server: Server, sessions: Mapping[str, Session], as_json: bool) -> None:
    from npucore.cli import placed
    from npucore.cli.printable import printable
    from npucore.cli.reports.serve import ServedReport, ServeReport

    sentences = {
        name: placed.sentence(session.placement, session.chosen)
        for name, session in sessions.items()
    }
    if as_json:
        served = [ServedReport(name=name, placed=said) for name, said in sentences.items()]
        print(ServeReport(address=server.address, models=served).json_text(), flush=True)
        return
    for name, said in sentences.items():
        print(printable(f"{name}: {said}"))
    print(f"listening on {server.address}, Ctrl-C ends it", flush=True)


def _until_a_signal(server: Server) -> None:
    """Requests under way end before this does."""
    import signal
    import threading

    def stop(*_: object) -> None:
        threading.Thread(target=server.stop).start()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
