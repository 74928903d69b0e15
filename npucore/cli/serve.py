# SPDX-License-Identifier: MIT
"""``npucore serve``: networks behind HTTP, and for Frigate's detectors."""

from __future__ import annotations

import argparse
import contextlib
import os
from typing import TYPE_CHECKING

from npucore.cli import selection
from npucore.cli.run import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from npucore.frigate.models import Shelf
    from npucore.running.session import Session
    from npucore.serving.server import Server

SUMMARY = "Serve networks to clients of KServe, Triton, Frigate, DOODS and DeepStack"
EXAMPLES = """\
examples:
  npucore serve mobilenet.tflite --backend rocket --cores 3
  npucore serve detector=yolov8n.npu faces=faces.tflite --listen 127.0.0.1:9000
  npucore serve --frigate --backend rocket --endpoint ipc:///run/npucore/frigate
  NPUCORE_TOKEN=secret npucore serve mobilenet.tflite --listen 0.0.0.0:8000
"""
TOKEN = "NPUCORE_TOKEN"
LOCAL = ("127.0.0.1", "::1", "localhost")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``serve`` understands."""
    parser.add_argument(
        "models", metavar="[NAME=]MODEL", nargs="*", help="model files or artefacts"
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
    parser.add_argument("--labels", metavar="FILE", help="names of the detectors' classes")
    parser.add_argument(
        "--verbose", action="store_true", help="name every op that goes to the fallback, and why"
    )
    parser.add_argument("--json", action="store_true", help="say what is served as one document")
    _add_frigate(parser)


def _add_frigate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--frigate", action="store_true", help="answer Frigate's detectors of type zmq, too"
    )
    parser.add_argument(
        "--endpoint",
        metavar="URL",
        default="tcp://127.0.0.1:5555",
        help="where: tcp://HOST:PORT or ipc:///PATH (default: tcp://127.0.0.1:5555)",
    )
    parser.add_argument(
        "--received",
        metavar="DIR",
        help="folder for models that Frigate sends (default: ~/.local/share/npucore/frigate)",
    )
    parser.add_argument(
        "--most-received",
        metavar="SIZE",
        type=selection.size,
        default=512 << 20,
        help="of it (512M)",
    )


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
    from npucore.faces import said
    from npucore.running.session import Session
    from npucore.serving.models import Limits
    from npucore.serving.server import serve
    from npucore.vision.reading import Reading

    token = _token()
    if not (args.models or args.frigate):
        raise InputError("no model to serve, wanted MODEL, or --frigate, which is sent models")
    limits = Limits(args.waiting, float(args.timeout), args.most_body)
    settings = selection.settings(args) | selection.options(args, cores=args.cores)
    reading = Reading(args.labels)

    def opened(path: str) -> Session:
        network = selection.network(argparse.Namespace(**{**vars(args), "model": path}))
        return Session(network, args.backend, **settings)

    def received(path: Path) -> Session:
        session = opened(str(path))
        said.say(path.name, session, args.verbose)
        return session

    with contextlib.ExitStack() as stack:
        sessions = {}
        for name, path in _named(args.models).items():
            sessions[name] = stack.enter_context(opened(path))
            reading.check(sessions[name].network)
        server = stack.enter_context(serve(sessions, args.listen, limits, token, reading))
        endpoint = None
        if args.frigate:
            shelf = _shelf(args.received, args.most_received)
            endpoint = stack.enter_context(_frigate(server, args.endpoint, shelf, received))
        _tell(server, endpoint, sessions, args.json, args.verbose)
        _warn(server, endpoint)
        _until_a_signal(server)
    return 0


def _token() -> str | None:
    from npucore.errors import InputError

    token = os.environ.get(TOKEN)
    if token == "":
        raise InputError(f"{TOKEN} is empty, wanted a token, or no such variable")
    return token


def _warn(server: Server, endpoint: str | None) -> None:
    """Say who may use what is open to others."""
    host = str(server.server_address[0])
    if host not in LOCAL and server.application.token is None:
        selection.note(f"whoever reaches {server.address} may use it: {TOKEN} asks for a token")
    if endpoint is not None and not _is_local(endpoint):
        selection.note(f"whoever reaches {endpoint} may use it and send it models")


def _is_local(endpoint: str) -> bool:
    """Whether only this machine reaches it.

    >>> _is_local("ipc:///run/npucore"), _is_local("tcp://[::1]:5555"), _is_local("tcp://*:5555")
    (True, True, False)
    """
    kind, _, place = endpoint.partition("://")
    host = place.rpartition(":")[0].removeprefix("[").removesuffix("]")
    return kind != "tcp" or host in LOCAL


@contextlib.contextmanager
def _frigate(
    server: Server, endpoint: str, shelf: Shelf, open_model: Callable[[Path], Session]
) -> Iterator[str]:
    """Where a server for Frigate listens, beside *server*, of the same models, in a thread."""
    import threading

    from npucore.frigate.models import Models
    from npucore.frigate.server import FrigateServer

    models = Models(server.application, shelf, open_model)
    frigate = FrigateServer(endpoint, models, server.application.limits)
    thread = threading.Thread(target=frigate.serve_forever)
    thread.start()
    try:
        yield frigate.endpoint
    finally:
        frigate.stop()
        thread.join()
        frigate.close()
        models.close()


def _shelf(folder: str | None, most_bytes: int) -> Shelf:
    from pathlib import Path

    from npucore.frigate.models import Shelf

    home = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return Shelf(Path(folder or os.path.join(home, "npucore", "frigate")), most_bytes=most_bytes)


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


def _tell(
    server: Server,
    endpoint: str | None,
    sessions: Mapping[str, Session],
    as_json: bool,
    verbose: bool,
) -> None:
    from npucore.cli import placed
    from npucore.cli.printable import printable
    from npucore.cli.reports.serve import ServedReport, ServeReport
    from npucore.faces import said

    for session in sessions.values() if verbose else ():
        for text in said.each(session):
            selection.note(text.strip())
    sentences = {
        name: placed.sentence(session.placement, session.chosen)
        for name, session in sessions.items()
    }
    if as_json:
        served = [ServedReport(name=name, placed=text) for name, text in sentences.items()]
        report = ServeReport(address=server.address, frigate=endpoint, models=served)
        print(report.json_text(), flush=True)
        return
    for name, text in sentences.items():
        print(printable(f"{name}: {text}"))
    if endpoint is not None:
        print(f"listening for Frigate on {endpoint}")
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
