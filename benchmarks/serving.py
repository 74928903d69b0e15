# SPDX-License-Identifier: MIT
"""Requests to ``npucore serve`` on virtual cores: one client, then eight, by the modelled clock.

The host's part is free on that clock. Beside it, what the server adds to an inference of this
machine's CPU: requests over one connection against `Session.run`, alternating, medians.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from npucore.running.loading import load
from npucore.running.measure import clock, noise
from npucore.running.session import Session
from npucore.serving.protocol import HEADER_LENGTH, NAMES
from npucore.serving.server import serve
from npucore.tensor import Array

NAME, CLIENTS = "model", 8


def body(session: Session, arrays: list[Array]) -> tuple[bytes, dict[str, str]]:
    """A request with raw tensors, which wants raw ones back."""
    inputs = [
        {
            "name": tensor.name,
            "shape": list(tensor.shape),
            "datatype": NAMES[array.dtype],
            "parameters": {"binary_data_size": array.nbytes},
        }
        for tensor, array in zip(session.inputs, arrays, strict=True)
    ]
    head = json.dumps({"inputs": inputs, "parameters": {"binary_data_output": True}}).encode()
    data = b"".join([head, *(np.ascontiguousarray(array).tobytes() for array in arrays)])
    return data, {HEADER_LENGTH: str(len(head))}


@contextlib.contextmanager
def served(session: Session) -> Iterator[str]:
    """The network location of a server."""
    with serve({NAME: session}, ("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield urlsplit(server.address).netloc
        finally:
            server.stop()
            thread.join()


def ask(place: str, data: bytes, headers: dict[str, str], count: int) -> list[float]:
    """Seconds of each of *count* requests over one connection."""
    times = []
    with contextlib.closing(http.client.HTTPConnection(place)) as connection:
        for _ in range(count):
            start = time.perf_counter()
            connection.request("POST", f"/v2/models/{NAME}/infer", data, headers)
            reply = connection.getresponse()
            reply.read()
            times.append(time.perf_counter() - start)
            assert reply.status == 200
    return times


def modelled(path: Path, requests: int) -> list[float]:
    """Requests a second of one client, and of `CLIENTS`, on three virtual cores."""
    graph, found = load(path), []
    with Session(graph, "rocket", device="virtual", cores=3) as session:
        now, own = clock(session)
        assert own, "no modelled clock"
        data, headers = body(session, noise(session.inputs))
        for clients in (1, CLIENTS):
            with served(session) as place, ThreadPoolExecutor(clients) as pool:
                start = now()
                each = [requests // clients] * clients
                list(pool.map(lambda count: ask(place, data, headers, count), each))
                found.append(sum(each) / (now() - start))
    return found


def added(path: Path, rounds: int) -> tuple[float, float]:
    """Medians of an inference on the reference backend, and of a request for it, in ms."""
    with Session(load(path), "reference") as session, served(session) as place:
        arrays = noise(session.inputs)
        data, headers = body(session, arrays)
        alone, asked = [], []
        ask(place, data, headers, 3)
        for _ in range(rounds):
            start = time.perf_counter()
            session.run(arrays)
            alone.append(time.perf_counter() - start)
            asked += ask(place, data, headers, 2)[1:]
    return statistics.median(alone) * 1e3, statistics.median(asked) * 1e3


def main() -> None:
    """Print a line for each model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--requests", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=100)
    args = parser.parse_args()
    print("| model | 1 client, per s | 8 clients | ratio | run, ms | request, ms |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for path in args.models:
        one, many = modelled(path, args.requests)
        run, request = added(path, args.rounds)
        print(
            f"| {path.stem} | {one:.1f} | {many:.1f} | {many / one:.2f} | {run:.2f} "
            f"| {request:.2f} |"
        )


if __name__ == "__main__":
    main()
