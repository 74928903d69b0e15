# SPDX-License-Identifier: MIT
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from npucore.errors import InputError
from npucore.tensor import Quantization, Shape, Tensor
from npucore.vision.depth import eight_bits
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


def test_one_channel_is_gray() -> None:
    array = to_input(plain((90, 90, 90)), tensor("uint8", (1, 2, 3, 1)))
    assert (array.shape, array[0, 0, 0, 0]) == ((1, 2, 3, 1), 90)


@pytest.mark.parametrize("shape", [(1, 640), (1, 2, 4, 4), (2, 4, 4, 3), (1, 0, 4, 3)], ids=str)
def test_a_tensor_of_another_shape_takes_no_image(shape: Shape) -> None:
    with pytest.raises(InputError, match=r"wants \(1, height, width, 3 or 1\)"):
        to_input(plain(), tensor("uint8", shape))


def test_pixels_do_not_fit_sixteen_bits() -> None:
    with pytest.raises(InputError, match="pixels fit uint8"):
        to_input(plain(), tensor("int16"))


def test_a_photo_is_turned_as_its_exif_data_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    plain().save(tmp_path / "x.jpg", exif=exif)
    assert load_image(tmp_path / "x.jpg").size == (20, 30)


@pytest.mark.parametrize(
    ("file", "dtype", "white"),
    [
        ("x.png", np.uint16, 65535),
        ("x.png", np.uint16, 4095),
        ("x.tif", np.uint16, 1023),
        ("x.tif", np.int32, 65535),
        ("x.tif", np.int32, 255),
        ("x.tif", np.float32, 1.0),
        ("x.tif", np.float32, 255.0),
        ("x.tif", np.float32, 65535.0),
    ],
)
def test_deep_gray_is_scaled_by_its_range(
    tmp_path: Path, file: str, dtype: type[np.generic], white: float
) -> None:
    shades = np.linspace(0, white, 16).astype(dtype)
    Image.fromarray(np.tile(shades, (4, 1))).save(tmp_path / file)
    found = np.asarray(load_image(tmp_path / file))[0, :, 0]
    assert np.abs(found - np.linspace(0, 255, 16)).max() <= 1


@pytest.mark.parametrize("maximum", [255, 4095, 65535])
def test_a_portable_graymap_says_what_white_is(tmp_path: Path, maximum: int) -> None:
    shades = " ".join(str(round(i / 15 * maximum)) for i in range(16))
    (tmp_path / "x.pgm").write_text(f"P2 16 1 {maximum} {shades}")
    found = np.asarray(load_image(tmp_path / "x.pgm"))[0, :, 0]
    assert np.abs(found - np.linspace(0, 255, 16)).max() <= 1


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_gray_without_a_range_is_refused(tmp_path: Path, value: float) -> None:
    Image.fromarray(np.full((4, 4), value, np.float32)).save(tmp_path / "x.tif")
    with pytest.raises(InputError, match=r"x\.tif: mode F with values"):
        load_image(tmp_path / "x.tif")


MODES = ["1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I", "F", "LA", "PA"]
MODES += ["RGBa", "RGBX", "I;16", "I;16L", "I;16B", "I;16N"]


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_of_pillow_becomes_rgb(mode: str) -> None:
    assert eight_bits(Image.new(mode, (4, 4))).mode == "RGB"


def test_a_mode_without_a_way_to_rgb_is_refused() -> None:
    with pytest.raises(InputError, match="no way from mode La"):
        eight_bits(Image.new("La", (4, 4)))


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "x.png")
    assert load_image(tmp_path / "x.png").getpixel((0, 0)) == (255, 255, 255)


def test_deep_images_from_the_field_are_gradients(shared: Path) -> None:
    folder = shared / "cases" / "2026-11" / "vision_16bit_images"
    if not folder.is_dir():
        pytest.skip("there are no cases of deep images")
    wanted = np.asarray(load_image(folder / "i16.png")).astype(int)
    for path in folder.iterdir():
        if path.suffix != ".json":
            assert np.abs(np.asarray(load_image(path)) - wanted).max() <= 1, path.name


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
