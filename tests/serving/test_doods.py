# SPDX-License-Identifier: MIT
"""Photos as Home Assistant's integration sends them, and its client itself."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from npucore.running.session import Session
from tests.material.served import Client, doubling, serving
from tests.serving.conftest import TOKEN

KEY = {"Doods-Auth-Key": TOKEN}


def ask(client: Client, photo: bytes, **asked: Any) -> Any:
    body = {"data": base64.b64encode(photo).decode()} | asked
    return client.ask("POST", "/detect", json.dumps(body).encode(), KEY)


def test_boxes_are_relative_and_confidences_go_to_100(camera: Client, photo: bytes) -> None:
    told = ask(camera, photo, id="7", detect={"*": 20}).json
    person = {"top": 0.0, "left": 0.0, "bottom": 0.5, "right": 0.5}
    car = {"top": 0.0, "left": 0.5, "bottom": 1.0, "right": 1.0}
    assert told == {
        "id": "7",
        "detections": [
            person | {"label": "person", "confidence": 75.0},
            car | {"label": "car", "confidence": 50.0},
        ],
    }


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ({}, ["person", "car"]),
        ({"*": 0}, ["person", "car"]),
        ({"*": 60}, ["person"]),
        ({"car": 40}, ["car"]),
        ({"*": 60, "car": 40}, ["person", "car"]),
        ({"car": 50.5}, []),
    ],
)
def test_each_label_has_its_least_confidence(
    camera: Client, photo: bytes, wanted: dict[str, float], kept: list[str]
) -> None:
    told = ask(camera, photo, detector_name="things", detect=wanted).json
    assert [each["label"] for each in told["detections"]] == kept


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"data": "%"}, "wanted a photo in base64"),
        ({"data": "bm8gcGhvdG8="}, "the photo: no image that Pillow can read"),
        ({"data": 1}, "no request of DOODS: data: "),
        ({"detector_name": "none"}, "no detector none, there is things"),
        ({"detect": {"*": 101}}, "no request of DOODS: detect.*: "),
        ({"detect": {"*": "many"}}, "no request of DOODS: detect.*: "),
    ],
)
def test_a_mistake_is_one_sentence(
    camera: Client, photo: bytes, asked: dict[str, Any], sentence: str
) -> None:
    told = ask(camera, photo, **asked)
    assert (told.status, sentence in told.json["error"]) == (400, True), told


def test_the_key_is_the_servers_token(camera: Client) -> None:
    assert camera.ask("GET", "/detectors").status == 401
    assert camera.ask("GET", "/detectors", headers={"Doods-Auth-Key": "no"}).status == 401
    assert camera.ask("GET", "/detectors", headers=KEY).status == 200
    assert camera.ask("GET", "/detect", headers=KEY).status == 405


def test_a_server_without_detectors_says_so(photo: bytes) -> None:
    with Session(doubling(), "reference") as session, serving(session) as client:
        assert client.ask("GET", "/detectors").json == {"detectors": []}
        told = ask(client, photo)
        assert (told.status, told.json["error"]) == (
            400,
            "no detector at all, no model that is served is one",
        )


def test_pydoods_gets_its_answers(camera: Client, photo: bytes) -> None:
    pydoods = pytest.importorskip("pydoods", reason="pydoods is not installed")
    client = pydoods.PyDOODS(camera.server.address, TOKEN, timeout=20)
    default, things = client.get_detectors()["detectors"]
    assert (default["name"], things["name"]) == ("default", "things")
    assert (default["width"], default["height"]) == (32, 32)
    assert default["labels"] == ["person", "bicycle", "car"]
    told = client.detect(photo, {"person": 50}, detector_name="things")
    assert "error" not in told
    assert [each["label"] for each in told["detections"]] == ["person"]
