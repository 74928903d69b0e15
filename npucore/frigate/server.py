# SPDX-License-Identifier: MIT
"""The server for Frigate's ``zmq`` detectors, several at once."""

from __future__ import annotations

import socket
import sys
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from npucore.errors import InputError, NpucoreError
from npucore.frigate import protocol
from npucore.frigate.models import Models, Served
from npucore.serving.models import DEFAULT, Limits

MOST_PEERS = 1024  # whose models are known; a peer that has been forgotten names its own again
THREADS = 16
LINGER_MILLISECONDS = 1000
MOST_SENTENCES = 100

Say = Callable[[str], None]


def say(text: str) -> None:
    """Print to the standard error."""
    print(f"npucore: {text}", file=sys.stderr, flush=True)


class FrigateServer:
    """Answers Frigate's detectors on *endpoint* (``tcp://...``, ``ipc://...``) until `stop`.

    A peer that has not said which model it wants, where there are several, gets no answer: Frigate
    then connects anew, and says so. Each error is told once, through *tell*. Raises `InputError`
    for an endpoint that cannot be bound, and without pyzmq.
    """

    def __init__(
        self, endpoint: str, models: Models, limits: Limits = DEFAULT, tell: Say = say
    ) -> None:
        self._zmq = zmq = _pyzmq()
        if _is_taken(endpoint):
            raise InputError(f"{endpoint}: Address already in use")
        self._models, self._limits, self._tell = models, limits, tell
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.setsockopt(zmq.LINGER, LINGER_MILLISECONDS)
        self._socket.setsockopt(zmq.MAXMSGSIZE, limits.body_bytes)
        try:
            self._socket.bind(endpoint)
        except zmq.ZMQError as error:
            self._context.destroy(linger=0)
            raise InputError(f"{endpoint}: {zmq.strerror(error.errno)}") from error
        self.endpoint: str = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)
        """Where it is, with the port that was taken."""
        self._peers: OrderedDict[bytes, Served] = OrderedDict()
        self._done: deque[tuple[bytes, list[bytes] | None]] = deque()
        self._told: set[str] = set()
        self._bell, self._ringer = socket.socketpair()
        self._ringer.setblocking(False)
        self._waiting, self._stopping = 0, False

    def serve_forever(self) -> None:
        """Answer until `stop`; what is under way then is answered first."""
        poller = self._zmq.Poller()
        poller.register(self._socket, self._zmq.POLLIN)
        poller.register(self._bell.fileno(), self._zmq.POLLIN)
        with ThreadPoolExecutor(THREADS, "frigate") as pool:
            while not self._stopping or self._waiting:
                ready = dict(poller.poll())
                if self._bell.fileno() in ready:
                    self._bell.recv(4096)
                while self._done:
                    self._send(*self._done.popleft())
                if self._socket in ready and not self._stopping:
                    self._receive(pool)
                elif self._stopping and self._socket in ready:
                    poller.unregister(self._socket)

    def stop(self) -> None:
        """Take no more messages, and end `serve_forever`. From any thread."""
        self._stopping = True
        self._ring()

    def close(self) -> None:
        """Let go of the endpoint."""
        self._context.destroy(linger=LINGER_MILLISECONDS)
        self._bell.close()
        self._ringer.close()

    def _ring(self) -> None:
        try:
            self._ringer.send(b"\0")
        except BlockingIOError:  # it rings already
            return

    def _receive(self, pool: ThreadPoolExecutor) -> None:
        peer, *frames = self._socket.recv_multipart()
        if not frames or frames[0]:  # no empty frame: the peer is no REQ socket
            return
        self._waiting += 1
        if self._waiting > self._limits.waiting:
            self._send(peer, protocol.failure(f"{self._limits.waiting} messages wait already"))
            return
        pool.submit(self._work, peer, frames[1:])

    def _send(self, peer: bytes, answer: list[bytes] | None) -> None:
        self._waiting -= 1
        if answer is not None:
            self._socket.send_multipart([peer, b"", *answer])

    def _work(self, peer: bytes, frames: list[bytes]) -> None:
        """In a thread of the pool: the answer, whatever happens."""
        answer: list[bytes] | None = None
        try:
            answer = self._answer(peer, frames)
        except NpucoreError as error:
            answer = protocol.failure(self._say(error))
        except Exception as error:  # a defect of ours, which ends no server
            answer = protocol.failure(self._say(f"{type(error).__name__}: {error}"))
        finally:
            self._done.append((peer, answer))
            self._ring()

    def _answer(self, peer: bytes, frames: list[bytes]) -> list[bytes] | None:
        match protocol.parse(frames):
            case protocol.Wanted(name):
                return self._available(peer, name)
            case protocol.Sent(name, data):
                return self._saved(peer, name, data)
            case asked:
                served = self._peers.get(peer) or self._models.only()
                if served is None:
                    self._say("a detector that has not named its model: it is left to ask anew")
                    return None
                given = {served.frames.tensor.name: served.frames.input(asked.frame)}
                outputs = [array for _, array in served.model.infer(given)]
                return protocol.rows(served.frames.rows(outputs, asked.model_type))

    def _available(self, peer: bytes, name: str) -> list[bytes]:
        try:
            served = self._models.named(name)
        except NpucoreError as error:
            return protocol.available(False, self._say(f"{name}: {error}"))
        if served is not None:
            self._remember(peer, served)
        return protocol.available(served is not None)

    def _saved(self, peer: bytes, name: str, data: bytes) -> list[bytes]:
        try:
            self._remember(peer, self._models.keep(name, data))
        except NpucoreError as error:
            return protocol.saved(self._say(f"{name}: {error}"))
        return protocol.saved()

    def _remember(self, peer: bytes, served: Served) -> None:
        self._peers[peer] = served
        while len(self._peers) > MOST_PEERS:
            self._peers.popitem(last=False)

    def _say(self, error: NpucoreError | str) -> str:
        """Tell a sentence once; the sentence."""
        sentence = " ".join(str(error).split())
        if sentence not in self._told and len(self._told) < MOST_SENTENCES:
            self._told.add(sentence)
            self._tell(f"Frigate: {sentence}")
        return sentence


def _is_taken(endpoint: str) -> bool:
    """Whether somebody listens on a path: ZeroMQ would take it from them."""
    kind, _, path = endpoint.partition("://")
    if kind != "ipc":
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
    return True


def _pyzmq() -> Any:
    try:
        import zmq
    except ImportError:
        raise InputError(
            "Frigate's detectors need pyzmq, which is not installed: pip install 'npucore[frigate]'"
        ) from None
    return zmq
