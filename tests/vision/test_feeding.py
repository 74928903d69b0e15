# SPDX-License-Identifier: MIT
"""How photos are fed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from PIL import Image

from npucore.errors import InputError
from npucore.graph import Graph
from npucore.metadata import Metadata
from npucore.ops import Convolution, Mul
from npucore.tensor import Quantization, Shape, Tensor
from npucore.vision.feeding import WHOLE, Options, Placement, Resize, choose
from npucore.vision.feeding.choice import Hint
from npucore.vision.feeding.first_layer import implied
from npucore.vision.feeding.ranges import BYTE, IMAGENET, SIGNED, UNIT, Range

COLOUR = (0, 128, 255)
SHAPE = (1, 4, 4, 3)


def photo(size: tuple[int, int] = (4, 4)) -> Image.Image:
    return Image.new("RGB", size, COLOUR)


def tensor(
    dtype: str = "float32", shape: Shape = SHAPE, scale: float | None = None, zero: int = 0
) -> Tensor:
    quantization = None if scale is None else Quantization.per_tensor(scale, zero)
    return Tensor("x", shape, np.dtype(dtype), quantization)


def network(image: Tensor, metadata: Metadata | None = None, classes: int = 7) -> Graph:
    scores = np.zeros((1, classes), np.float32)
    output = Tensor("y", scores.shape, scores.dtype, data=scores)
    return Graph((), (image,), (output,), metadata=metadata or Metadata())


def fed(image: Tensor, options: Options | None = None, **told: object) -> list[float]:
    """The first pixel of a plain photo."""
    feed = choose(network(image, **told), image, options or Options())  # type: ignore[arg-type]
    values: list[float] = feed(photo()).array.reshape(-1, 3)[0].tolist()
    return values


@pytest.mark.parametrize(
    ("dtype", "scale", "zero", "stored"),
    [
        ("uint8", 1 / 255, 0, [0, 128, 255]),
        ("int8", 1 / 255, -128, [-128, 0, 127]),
        ("uint8", 1 / 128, 128, [0, 128, 255]),
        ("int8", 1.0, -128, [-128, 0, 127]),
        ("uint8", 0.011570743, 123, [37, 123, 209]),  # -1..1 with room
        ("uint8", 0.0187, 113, [0, 124, 254]),  # ImageNet's
        ("uint8", None, 0, [0, 128, 255]),
        ("int8", None, 0, [-128, 0, 127]),
        ("int32", None, 0, [0, 128, 255]),
        ("int16", 1 / 32768, 0, [-32768, 129, 32767]),
    ],
)
def test_the_scale_says_what_a_quantized_input_takes(
    dtype: str, scale: float | None, zero: int, stored: list[int]
) -> None:
    assert fed(tensor(dtype, scale=scale, zero=zero)) == stored


def test_a_scale_that_fits_no_range_of_pixels_is_said() -> None:
    image = tensor("uint8", scale=0.58, zero=100)
    feed = choose(network(image), image)
    assert feed(photo()).array[0, 0, 0].tolist() == [0, 128, 255]
    assert "assumed" in feed(photo()).text


@pytest.mark.parametrize(("dtype", "low"), [("uint8", 0), ("int8", -128), ("int32", 0)])
def test_whole_numbers_without_a_scale_are_only_assumed_to_be_the_pixels(
    dtype: str, low: int
) -> None:
    image = tensor(dtype)
    done = choose(network(image), image)(photo())
    assert done.array[0, 0, 0].tolist() == [low, low + 128, low + 255]
    assert done.text.endswith(" (assumed; --mean, --std, --bgr and --resize say otherwise)")


def test_a_scale_or_a_user_is_no_assumption() -> None:
    image = tensor("uint8", scale=1 / 255)
    assert not choose(network(image), image).assumed
    assert not choose(network(tensor()), tensor(), Options(mean=(0.0,))).assumed


def test_a_symmetric_scale_leaves_the_range_to_the_kind_of_network() -> None:
    image = tensor("int8", scale=1 / 100)
    feed = choose(network(image), image, hint=Hint(UNIT))
    assert (feed.range, feed.assumed) == (UNIT, True)


@pytest.mark.parametrize(
    ("shape", "classes", "wanted"),
    [(SHAPE, 7, UNIT), (SHAPE, 1001, SIGNED), ((1, 3, 4, 4), 7, IMAGENET), ((1, 1, 4, 4), 7, UNIT)],
)
def test_without_a_word_a_float_network_is_fed_as_usual(
    shape: Shape, classes: int, wanted: Range
) -> None:
    image = tensor(shape=shape)
    feed = choose(network(image, classes=classes), image)
    assert (feed.range, feed.assumed) == (wanted, True)


def convolution(size: float, before: float | None = None) -> Graph:
    """A first layer whose filters add up to *size*, after a multiplication."""
    image = tensor()
    weights = np.full((8, 3, 3, 3), size / 27, np.float32)
    held = Tensor("w", weights.shape, weights.dtype, data=weights)
    floats = np.dtype(np.float32)
    scaled, ops = image, []
    if before is not None:
        factor = Tensor("f", SHAPE, floats, data=np.full(SHAPE, before, np.float32))
        scaled = Tensor("s", SHAPE, floats)
        ops.append(Mul(a=image, b=factor, output=scaled))
    output = Tensor("y", (1, 2, 2, 8), floats)
    ops.append(Convolution(input=scaled, weights=held, output=output))  # type: ignore[arg-type]
    return Graph(tuple(ops), (image,), (output,))


@pytest.mark.parametrize(
    ("size", "before", "wanted"),
    [(0.08, None, BYTE), (3.0, None, None), (70.0, None, None), (9.0, 1 / 255, BYTE), (9, 2, UNIT)],
)
def test_the_first_layers_tell_bytes_from_fractions(
    size: float, before: float | None, wanted: Range | None
) -> None:
    graph = convolution(size, before)
    assert implied(graph, graph.inputs[0]) == wanted
    feed = choose(graph, graph.inputs[0], hint=Hint(SIGNED))
    assert (feed.range, feed.assumed) == (wanted or SIGNED, True)


ULTRALYTICS = {"task": "detect", "stride": "32", "names": "{0: 'a'}"}


@pytest.mark.parametrize(
    ("metadata", "image", "wanted"),
    [
        (Metadata(mean=(127.5,) * 3, std=(127.5,) * 3), tensor(), SIGNED),
        (Metadata(mean=(10.0, 20.0, 30.0), std=(2.0, 3.0, 4.0)), tensor(), None),
        (Metadata(mean=(0.0,), std=(1.0,)), tensor("uint8", scale=1 / 128, zero=128), SIGNED),
        (Metadata(ULTRALYTICS), tensor(shape=(1, 3, 4, 4)), UNIT),
        (Metadata({"Image.NominalPixelRange": "Normalized_1_1"}), tensor(), SIGNED),
        (Metadata({"mean": "[0.5, 0.5, 0.5]", "std": "[0.5, 0.5, 0.5]"}), tensor(), SIGNED),
        (Metadata({"input_mean": "127.5", "input_std": "127.5"}), tensor(), SIGNED),
        (Metadata({"mean": "10 20 30", "std": "2,3,4"}), tensor(), None),
    ],
    ids=["tflite", "per channel", "not what the input holds", "ultralytics", *map(str, range(4))],
)
def test_metadata_decide(metadata: Metadata, image: Tensor, wanted: Range | None) -> None:
    feed = choose(network(image, metadata), image)
    assert feed.range == (wanted or Range((10.0, 20.0, 30.0), (2.0, 3.0, 4.0)))
    assert not feed.assumed


@pytest.mark.parametrize(("task", "resize"), [("detect", "letterbox"), ("classify", "crop")])
def test_ultralytics_networks_are_resized_by_their_task(task: str, resize: str) -> None:
    image = tensor()
    metadata = Metadata({**ULTRALYTICS, "task": task})
    assert choose(network(image, metadata), image).resize == resize


@pytest.mark.parametrize(("said", "first"), [("Bgr8", 255), ("Rgb8", 0)])
def test_a_file_may_say_that_blue_comes_first(said: str, first: int) -> None:
    metadata = Metadata({"Image.BitmapPixelFormat": said})
    assert fed(tensor("uint8"), metadata=metadata)[0] == first


def test_the_user_has_the_last_word() -> None:
    options = Options((1.0, 2.0, 3.0), (2.0,), True, Resize.CROP)
    feed = choose(network(tensor(), Metadata(ULTRALYTICS)), tensor(), options)
    assert (feed.range, feed.bgr, feed.resize) == (Range((1, 2, 3), (2, 2, 2)), True, Resize.CROP)
    assert fed(tensor(), options) == [127.0, 63.0, -1.5]


def test_a_mean_alone_divides_by_nothing() -> None:
    assert fed(tensor(), Options(mean=(128.0,))) == [-128, 0, 127]


def test_mean_and_deviation_are_applied_before_the_quantization() -> None:
    image = tensor("int8", scale=0.0125, zero=-128)
    assert fed(image, Options((127.5,), (127.5,))) == [-128, -128, -48]


def test_halves_are_rounded_away_from_zero() -> None:
    image = tensor("uint8", scale=2.0)
    feed = choose(network(image), image, Options(mean=(0.0,)))
    assert feed(Image.new("RGB", (4, 4), (1, 3, 5))).array[0, 0, 0].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Options(std=(0.0,)), "deviation of 0"),
        (Options(mean=(1.0, 2.0)), "2 numbers, wanted 1 or 3"),
        (Options(mean=(float("nan"),)), "wanted numbers"),
        (Options(layout="chwn"), "wanted nhwc or nchw"),
        (Options(layout="nchw"), "laid out as nchw"),
    ],
)
def test_options_that_do_not_fit_are_errors(options: Options, message: str) -> None:
    with pytest.raises(InputError, match=message):
        choose(network(tensor()), tensor(), options)


def test_a_layout_decides_where_a_shape_cannot() -> None:
    image = tensor(shape=(1, 3, 8, 3))
    assert choose(network(image), image).frame.channels_first is False
    assert choose(network(image), image, Options(layout="nchw")).frame.channels_first is True


GRAY = 114


@pytest.mark.parametrize(
    ("resize", "size", "text", "place"),
    [
        (Resize.STRETCH, (80, 40), "stretched to 8x8", WHOLE),
        (Resize.LETTERBOX, (80, 40), "letterboxed 4x8 in 8x8", Placement(0.25, 0, 0.75, 1)),
        (Resize.LETTERBOX, (40, 80), "letterboxed 8x4 in 8x8", Placement(0, 0.25, 1, 0.75)),
        (Resize.CROP, (80, 40), "cropped 8x16 to 8x8", Placement(0, -0.5, 1, 1.5)),
    ],
)
def test_a_photo_of_another_ratio(
    resize: Resize, size: tuple[int, int], text: str, place: Placement
) -> None:
    image = tensor("uint8", (1, 8, 8, 3))
    done = choose(network(image), image, Options(resize=resize))(photo(size))
    assert done.text.startswith(f"RGB, 0..255, {text} (assumed")
    assert done.placement == place
    inside = [i for i in range(8) if (i + 0.5) / 8 > place.top and (i + 0.5) / 8 < place.bottom]
    rows = [i for i in range(8) if done.array[0, i, 4].tolist() == list(COLOUR)]
    assert rows == inside
    borders = np.unique(done.array[0, [i for i in range(8) if i not in inside]])
    assert borders.tolist() in ([], [GRAY])


def test_a_letterbox_may_begin_in_the_corner() -> None:
    image = tensor("uint8", (1, 8, 8, 3))
    hint = Hint(resize=Resize.LETTERBOX, top_left=True, border=0)
    done = choose(network(image), image, hint=hint)(photo((80, 40)))
    assert done.placement == Placement(0, 0, 0.5, 1)
    assert done.array[0, 4:].max() == 0


def test_blue_may_come_first() -> None:
    assert fed(tensor("uint8"), Options(bgr=True)) == [255, 128, 0]


def test_one_channel_is_gray() -> None:
    image = tensor("uint8", (1, 4, 4, 1))
    done = choose(network(image), image, Options(bgr=True))(photo())
    assert done.text.startswith("gray, ")
    assert np.ptp(done.array) == 0


@pytest.mark.parametrize("form", ["fp32", "int8"])
def test_a_real_network_of_bytes_is_known(shared: object, form: str) -> None:
    from npucore.running.session import load

    graph = load(f"{shared}/models/tflite/mlperf_tiny_resnet8_{form}.tflite")
    assert implied(graph, graph.inputs[0]) == BYTE
    assert choose(graph, graph.inputs[0]).range == BYTE


FRACTIONS: Mapping[str, Range] = {
    "mobilenet_v1_0.25_128_quant.tflite": SIGNED,
    "mobilenet_edgetpu_0.75_224_ptq.tflite": SIGNED,
    "deeplabv3_mnv2_dm05_pascal_quant.tflite": SIGNED,
    "ssdlite_mobiledet_coco_qat_postprocess.tflite": SIGNED,
    "yolov5n-int8.tflite": UNIT,
    "yolov8n_full_integer_quant_224.tflite": UNIT,
    "selfie_segmentation.tflite": UNIT,
}


@pytest.mark.parametrize("file", FRACTIONS)
def test_real_networks_of_fractions_are_known(shared: object, file: str) -> None:
    from npucore.running.session import load

    graph = load(f"{shared}/models/tflite/{file}")
    assert implied(graph, graph.inputs[0]) is None
    assert choose(graph, graph.inputs[0]).range == FRACTIONS[file]
