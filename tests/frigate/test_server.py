# SPDX-License-Identifier: MIT
"""The server, asked as Frigate's ``zmq`` detectors ask: a REQ socket, JSON, and raw bytes."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npucore.errors import InputError
from npucore.frigate.models import Models, Shelf
from npucore.frigate.server import FrigateServer
from npucore.running.session import Session
from npucore.serving.application import Application
from npucore.serving.models import Limits, Model
from npucore.tensor import Array
from tests.material.served import doubling
from tests.material.vision.small_detector import detector, write_detector

zmq = pytest.importorskip("zmq", reason="pyzmq is not installed")

FRAME = np.zeros((1, 32, 32, 3), np.uint8)
PERSON = [0, 0.75, 0.25, 0, 0.5, 0.5]


class Peer:
    """One detector of Frigate's: it asks, and waits for the answer."""

    def __init__(self, endpoint: str, milliseconds: int = 20_000) -> None:
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.REQ)
        self.socket.setsockopt(zmq.RCVTIMEO, milliseconds)
        self.socket.connect(endpoint)

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.destroy(linger=0)

    def ask(self, *frames: bytes) -> list[bytes]:
        self.socket.send_multipart(list(frames))
        answer: list[bytes] = self.socket.recv_multipart()
        return answer

    def model(self, name: str, data: bytes | None = None) -> Any:
        if data is None:
            (told,) = self.ask(dumped(model_request=True, model_name=name))
        else:
            (told,) = self.ask(dumped(model_data=True, model_name=name), data)
        return json.loads(told)

    def detect(self, frame: Array = FRAME, model_type: str = "yologeneric") -> Array:
        head = dumped(shape=list(frame.shape), dtype=frame.dtype.name, model_type=model_type)
        told, data = self.ask(head, frame.tobytes())
        assert json.loads(told) == {"shape": [20, 6], "dtype": "float32"}, told
        return np.frombuffer(data, np.float32).reshape(20, 6)


def dumped(**value: object) -> bytes:
    return json.dumps(value).encode()


class World:
    """A server, what it has said, and a folder for what it is sent."""

    def __init__(self, folder: Path, limits: Limits, *models: Model, room: int = 8) -> None:
        self.said: list[str] = []
        self.application = Application(models, limits)
        shelf = Shelf(folder / "received", room, 1 << 20)
        self.models = Models(self.application, shelf, lambda path: Session(str(path)))
        endpoint = f"ipc://{folder}/socket"
        self.server = FrigateServer(endpoint, self.models, limits, self.said.append)
        self.endpoint = self.server.endpoint

    @contextlib.contextmanager
    def running(self) -> Iterator[World]:
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            self.server.stop()
            thread.join()
            self.server.close()
            self.models.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A server of nothing."""
    with World(tmp_path, Limits()).running() as world:
        yield world


@pytest.fixture
def served(tmp_path: Path) -> Iterator[World]:
    """A server of one detector, ``things``."""
    with (
        Session(detector(), "reference") as session,
        World(tmp_path, Limits(), Model("things", session, Limits())).running() as world,
    ):
        yield world


@pytest.fixture
def data(tmp_path: Path) -> bytes:
    """The bytes of a detector."""
    return write_detector(tmp_path / "detector.npu").read_bytes()


def test_a_model_is_sent_once_and_frames_are_answered(world: World, data: bytes) -> None:
    with Peer(world.endpoint) as peer, Peer(world.endpoint) as other:
        assert peer.model("a.npu") == {"model_available": False, "model_loaded": False}
        assert peer.model("a.npu", data) == {"model_saved": True, "model_loaded": True}
        np.testing.assert_allclose(peer.detect()[0], PERSON)
        assert other.model("a.npu") == {"model_available": True, "model_loaded": True}
        assert other.model("a.npu", data)["model_loaded"]  # both have asked before either sent
        told = other.model("a.npu", data[:-1])
        assert (told["model_loaded"], "name this one else" in told["error"]) == (False, True)
        np.testing.assert_allclose(other.detect(FRAME.transpose(0, 3, 1, 2))[0], PERSON)
    assert world.application.models["a.npu"].counts.answered == 2


def test_what_was_sent_is_there_after_a_restart(tmp_path: Path, data: bytes) -> None:
    for first in (True, False):
        with World(tmp_path, Limits()).running() as world, Peer(world.endpoint) as peer:
            assert peer.model("a.npu")["model_available"] is not first
            if first:
                peer.model("a.npu", data)
            np.testing.assert_allclose(peer.detect()[0], PERSON)


def test_models_that_are_served_need_not_be_sent(served: World) -> None:
    with Peer(served.endpoint) as peer:
        np.testing.assert_allclose(peer.detect()[0], PERSON)  # the only one there is
        for name in ("things", "things.onnx", "things.npu"):
            assert peer.model(name)["model_loaded"], name
        assert not peer.model("other.onnx")["model_available"]


def test_a_peer_that_has_not_said_which_of_two_is_left_to_ask_anew(
    served: World, data: bytes
) -> None:
    with Peer(served.endpoint, 300) as peer:
        served.models.keep("a.npu", data)
        with pytest.raises(zmq.Again):
            peer.detect()
    assert served.said == [
        "Frigate: a detector that has not named its model: it is left to ask anew"
    ]


WRONG: dict[str, tuple[list[bytes], str]] = {
    "no-json": ([b"{", b""], "no message of Frigate's"),
    "no-object": ([b"[]"], "no message of Frigate's"),
    "deep": ([b"[" * 100_000], "no message of Frigate's"),
    "empty": ([b""], "no message of Frigate's"),
    "no-tensor": ([dumped(shape=[1], dtype="uint8")], "a message of 1 frames, wanted 2"),
    "more": ([dumped(shape=[1], dtype="uint8"), b"a", b"b"], "3 frames, wanted 2"),
    "dtype": ([dumped(shape=[1], dtype="object"), b"a"], "dtype 'object', wanted uint8"),
    "size": ([dumped(shape=[2], dtype="uint8"), b"a"], "1 bytes, wanted 2 for uint8 [2]"),
    "huge": ([dumped(shape=[1 << 62] * 2, dtype="uint8"), b"a"], "1 bytes, wanted 21267"),
    "below-0": ([dumped(shape=[-1], dtype="uint8"), b"a"], "shape.0"),
    "axes": ([dumped(shape=[1] * 9, dtype="uint8"), b"a"], "shape: "),
    "size-0": ([dumped(shape=[1, 0, 0, 3], dtype="uint8"), b""], "has shape (1, 0, 0, 3)"),
    "other-size": ([dumped(shape=[1, 1, 1, 3], dtype="uint8"), b"abc"], "1x1x3, the network wants"),
    "up": ([dumped(model_data=True, model_name="../a"), b"a"], "'../a', wanted the name of a file"),
    "windows": ([dumped(model_request=True, model_name="..\\a")], "wanted the name of a file"),
    "dots": ([dumped(model_request=True, model_name="..")], "wanted the name of a file"),
    "hidden": ([dumped(model_data=True, model_name=".a"), b"a"], "wanted the name of a file"),
    "long": ([dumped(model_request=True, model_name="a" * 300)], "wanted the name of a file"),
    "nul": ([dumped(model_request=True, model_name="a\0")], "wanted the name of a file"),
    "nameless": ([dumped(model_request=True)], "'', wanted the name of a file"),
}


def test_what_is_no_message_finds_nothing_and_the_server_goes_on(served: World) -> None:
    with Peer(served.endpoint) as peer:
        for frames, sentence in WRONG.values():
            told, data = peer.ask(*frames)
            assert sentence in json.loads(told)["error"], (frames[0][:80], told)
            assert data == bytes(480)
        assert len(peer.ask(dumped(shape=[1], dtype="uint8"), b"a")) == 2
        np.testing.assert_allclose(peer.detect()[0], PERSON)
    assert len(served.said) == len(set(served.said)) > 10


def test_a_model_that_cannot_be_opened_is_told_and_not_kept(world: World, tmp_path: Path) -> None:
    with Peer(world.endpoint) as peer:
        told = peer.model("a.onnx", b"nothing")
        assert (told["model_saved"], told["model_loaded"]) == (False, False)
        assert told["error"]
        assert not peer.model("a.onnx")["model_available"]
    assert list((tmp_path / "received").iterdir()) == []


def test_there_is_room_for_so_many_models_and_bytes(tmp_path: Path, data: bytes) -> None:
    with World(tmp_path, Limits(), room=1).running() as world, Peer(world.endpoint) as peer:
        assert "no room for a.npu" in peer.model("a.npu", bytes(1 << 20) + data)["error"]
        assert peer.model("a.npu", data)["model_loaded"]
        assert "no room for b.npu" in peer.model("b.npu", data)["error"]


def test_a_message_beyond_the_limit_ends_the_connection_alone(tmp_path: Path, data: bytes) -> None:
    with (
        World(tmp_path, Limits(body_bytes=len(data))).running() as world,
        Peer(world.endpoint, 300) as large,
        Peer(world.endpoint) as peer,
    ):
        with pytest.raises(zmq.Again):
            large.model("a.npu", data + b"a")
        assert peer.model("a.npu", data)["model_loaded"]


def test_several_detectors_at_once_get_their_own_answers(served: World) -> None:
    def one(number: int) -> bool:
        with Peer(served.endpoint) as peer:
            if number % 2:
                return b"error" in peer.ask(b"{")[0]
            return bool(np.allclose(peer.detect()[0], PERSON))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(32)))


def test_messages_under_way_are_answered_before_it_ends(
    served: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, begun, go = served.application.models["things"], threading.Event(), threading.Event()
    submit = model.session.submit

    def slowly(*given: Any) -> Any:
        begun.set()
        assert go.wait(20)
        return submit(*given)

    monkeypatch.setattr(model.session, "submit", slowly)
    with Peer(served.endpoint) as peer, ThreadPoolExecutor(1) as pool:
        rows = pool.submit(peer.detect)
        assert begun.wait(20)
        served.server.stop()
        go.set()
        np.testing.assert_allclose(rows.result()[0], PERSON)


def test_more_messages_than_may_wait_find_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = threading.Event(), threading.Event()
    with Session(detector(), "reference") as session:
        submit = session.submit

        def slowly(*given: Any) -> Any:
            begun.set()
            assert go.wait(20)
            return submit(*given)

        monkeypatch.setattr(session, "submit", slowly)
        limits = Limits(waiting=1)
        with (
            World(tmp_path, limits, Model("things", session, limits)).running() as world,
            Peer(world.endpoint) as first,
            Peer(world.endpoint) as second,
            ThreadPoolExecutor(1) as pool,
        ):
            rows = pool.submit(first.detect)
            assert begun.wait(20)
            told, data = second.ask(b"{}")
            assert (b"1 messages wait already" in told, data) == (True, bytes(480))
            go.set()
            np.testing.assert_allclose(rows.result()[0], PERSON)


def test_an_endpoint_that_cannot_be_bound_is_one_sentence(world: World) -> None:
    with pytest.raises(InputError, match="Address already in use"):
        FrigateServer(world.endpoint, world.models)
    with pytest.raises(InputError, match="nowhere: Invalid argument"):
        FrigateServer("nowhere", world.models)


def test_a_network_that_is_no_detector_is_told(tmp_path: Path) -> None:
    with (
        Session(doubling(), "reference") as session,
        World(tmp_path, Limits(), Model("double", session, Limits())).running() as world,
        Peer(world.endpoint) as peer,
    ):
        assert "an image wants" in peer.model("double")["error"]
