# SPDX-License-Identifier: MIT
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from npucore.errors import InputError
from npucore.tensor import Quantization, Shape, Tensor
from npucore.vision.image import load_image, to_input


def tensor(dtype: str, shape: Shape = (1, 2, 3, 3), scale: float = 1 / 255) -> Tensor:
    zero_point = {"int8": -128, "uint8": 0}.get(dtype)
    quantization = None if zero_point is None else Quantization.per_tensor(scale, zero_point)
    return Tensor("x", shape, np.dtype(dtype), quantization)


def plain(colour: tuple[int, int, int] = (0, 128, 255)) -> Image.Image:
    return Image.new("RGB", (30, 20), colour)


@pytest.mark.parametrize(
    ("dtype", "stored"),
    [("uint8", [0, 128, 255]), ("int8", [-128, 0, 127]), ("float32", [0, 128 / 255, 1])],
)
def test_pixels_are_stored_as_they_are(dtype: str, stored: list[float]) -> None:
    assert to_input(plain(), tensor(dtype))[0, 0, 0] == pytest.approx(stored)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "float32"])
def test_the_result_has_the_shape_and_dtype_of_the_input(dtype: str) -> None:
    array = to_input(plain(), tensor(dtype))
    assert (array.shape, array.dtype) == ((1, 2, 3, 3), np.dtype(dtype))


def test_the_scale_does_not_matter_to_pixels_as_they_are() -> None:
    assert to_input(plain(), tensor("uint8", scale=0.0078125))[0, 0, 0].tolist() == [0, 128, 255]


def test_mean_and_deviation_are_applied_before_the_quantization() -> None:
    stored = to_input(plain(), tensor("int8", scale=0.0125), mean=127.5, std=127.5)
    assert stored[0, 0, 0].tolist() == [-128, -128, -48]


def test_halves_are_rounded_away_from_zero() -> None:
    image = plain((1, 3, 5))
    assert to_input(image, tensor("uint8", scale=2.0), mean=0)[0, 0, 0].tolist() == [1, 2, 3]


def test_a_mean_alone_divides_by_nothing() -> None:
    assert to_input(plain(), tensor("float32"), mean=128)[0, 0, 0].tolist() == [-128, 0, 127]


def test_a_deviation_of_zero_is_an_error() -> None:
    with pytest.raises(InputError, match="deviation of 0"):
        to_input(plain(), tensor("float32"), std=0)


def test_one_channel_is_gray() -> None:
    array = to_input(plain((90, 90, 90)), tensor("uint8", (1, 2, 3, 1)))
    assert (array.shape, array[0, 0, 0, 0]) == ((1, 2, 3, 1), 90)


@pytest.mark.parametrize("shape", [(1, 640), (1, 2, 4, 4), (2, 4, 4, 3), (1, 0, 4, 3)], ids=str)
def test_a_tensor_of_another_shape_takes_no_image(shape: Shape) -> None:
    with pytest.raises(InputError, match=r"wants \(1, height, width, 3 or 1\)"):
        to_input(plain(), tensor("uint8", shape))


def test_sixteen_bit_inputs_want_a_mean() -> None:
    with pytest.raises(InputError, match="mean and a standard deviation"):
        to_input(plain(), tensor("int16"))


def test_a_photo_is_turned_as_its_exif_data_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    plain().save(tmp_path / "x.jpg", exif=exif)
    assert load_image(tmp_path / "x.jpg").size == (20, 30)


def test_sixteen_bit_gray_keeps_its_shades(tmp_path: Path) -> None:
    Image.fromarray(np.full((4, 4), 0x8000, np.uint16)).save(tmp_path / "x.png")
    assert load_image(tmp_path / "x.png").getpixel((0, 0)) == (128, 128, 128)


def test_a_palette_becomes_colours(tmp_path: Path) -> None:
    plain((255, 0, 0)).convert("P").save(tmp_path / "x.gif")
    assert load_image(tmp_path / "x.gif").mode == "RGB"


@pytest.mark.parametrize("content", [b"", b"text", b"\x89PNG\r\n\x1a\n" + b"\0" * 40], ids=repr)
def test_what_is_no_image_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.png").write_bytes(content)
    with pytest.raises(InputError, match=r"x\.png: "):
        load_image(tmp_path / "x.png")


def test_a_cut_photo_is_an_error(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "x.jpg")
    (tmp_path / "x.jpg").write_bytes((tmp_path / "x.jpg").read_bytes()[:900])
    with pytest.raises(InputError):
        load_image(tmp_path / "x.jpg")


@pytest.mark.parametrize(
    ("shape", "order"),
    [((1, 3, 4, 6), (2, 0, 1)), ((4, 6, 3), (0, 1, 2)), ((1, 1, 4, 6), (2, 0, 1))],
    ids=["channels-first", "no-batch", "gray"],
)
def test_maps_of_other_orders_get_the_same_pixels(shape: Shape, order: Shape) -> None:
    rng = np.random.default_rng(0)
    channels = shape[order.index(2)] if len(shape) == 3 else shape[1]
    image = Image.fromarray(rng.integers(0, 256, (4, 6, 3), np.uint8))
    plain = to_input(image, Tensor("x", (1, 4, 6, channels), np.dtype(np.uint8)))
    other = to_input(image, Tensor("x", shape, np.dtype(np.uint8)))
    assert np.array_equal(other.reshape(shape[-3:]), plain[0].transpose(order))
