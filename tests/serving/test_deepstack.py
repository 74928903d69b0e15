# SPDX-License-Identifier: MIT
"""Photos in forms, as Blue Iris and Frigate's ``deepstack`` detector send them."""

from __future__ import annotations

import pytest

from npucore.errors import InputError
from npucore.serving.deepstack import MOST_PARTS, parse
from tests.material.served import Client, Reply
from tests.serving.conftest import TOKEN

PATH = "/v1/vision/detection"
KIND = 'multipart/form-data; boundary="a b"'


def form(**fields: bytes) -> bytes:
    """As Python's requests writes one: a file without a type, fields without one."""
    parts = [
        b'--a b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        % (name.encode(), b'; filename="image"' * (name == "image"), value)
        for name, value in fields.items()
    ]
    return b"".join(parts) + b"--a b--\r\n"


def ask(client: Client, path: str = PATH, **fields: bytes) -> Reply:
    body = form(**{"api_key": TOKEN.encode(), **fields})
    return client.ask("POST", path, body, {"Content-Type": KIND})


@pytest.mark.parametrize("path", [PATH, "/v1/vision/custom/things"])
def test_boxes_are_in_the_photos_pixels_the_best_first(
    camera: Client, photo: bytes, path: str
) -> None:
    told = ask(camera, path, image=photo).json
    assert told["success"] is True
    assert told["duration"] >= 0
    person = {"x_min": 0, "y_min": 0, "x_max": 64, "y_max": 32}
    car = {"x_min": 64, "y_min": 0, "x_max": 128, "y_max": 64}
    assert told["predictions"] == [
        {"label": "person", "confidence": 0.75} | person,
        {"label": "car", "confidence": 0.5} | car,
    ]
    told = ask(camera, path, image=photo, min_confidence=b"0.6").json
    assert [each["label"] for each in told["predictions"]] == ["person"]


def test_the_key_is_the_servers_token(camera: Client, photo: bytes) -> None:
    assert ask(camera, image=photo, api_key=b"").status == 401
    assert ask(camera, image=photo, api_key=b"wrong").status == 401
    headers = {"Content-Type": KIND, "Authorization": f"Bearer {TOKEN}"}
    assert camera.ask("POST", PATH, form(image=photo), headers).status == 200
    assert camera.ask("GET", PATH, headers=headers).status == 405


def test_a_mistake_is_one_sentence(camera: Client, photo: bytes) -> None:
    for path, fields, text in (
        (PATH, {}, "a form with 'api_key', wanted image"),
        (PATH, {"image": b"none"}, "the photo: no image that Pillow can read"),
        (PATH, {"image": photo, "min_confidence": b"nan"}, "min_confidence 'nan', wanted a number"),
        ("/v1/vision/custom/faces", {"image": photo}, "no detector faces, there is things"),
    ):
        told = ask(camera, path, **fields)
        assert (told.status, text in told.json["error"]) == (400, True), told


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("", b""),
        ("text/plain", b"image"),
        ("multipart/form-data", form(image=b"x")),
        ("multipart/form-data; boundary=other", form(image=b"x")),
        ("multipart/mixed; boundary=a", form(image=b"x")),
        (KIND, form(**{f"f{number}": b"" for number in range(MOST_PARTS + 1)})),
        (KIND, b"\0" * 1000),
        ("multipart/form-data; boundary=a\r\nX: y", form(image=b"x")),
        ("multipart/form-data; charset=\xff", b"\xff"),
    ],
)
def test_what_is_no_form_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(InputError, match=r"wanted multipart/form-data|more than 32|several lines"):
        parse(body, kind)


def test_every_byte_of_a_photo_arrives() -> None:
    data = bytes(range(256)) * 3 + b"\r\n--a\r\n\n\r"
    assert parse(form(image=data, min_confidence=b" 0.5"), KIND).photo == data
    assert parse(form(file=data), KIND).least is None
