# SPDX-License-Identifier: MIT
"""What a file may hold, and what it may not: each damage is one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore.errors import InvalidModelError, NpucoreError, UnsupportedError
from npucore.ops import Foreign
from npucore_openvino import OpenVINOFrontend
from tests.material.openvino.write import Ir

PARAMETER = '<data shape="2,3" element_type="f32"/>'


def network() -> Ir:
    """``relu(x + w)``, x of (2, 3)."""
    ir = Ir(metadata={"labels": "a_cat dog", "model_type": "YOLO"})
    x = ir.parameter("x", (2, 3))
    w = ir.constant(np.arange(6, dtype=np.float32).reshape(2, 3))
    ir.layer("Result", [ir.layer("ReLU", [ir.layer("Add", [x, w], (2, 3))], (2, 3))])
    return ir


def read(folder: Path, xml: bytes, weights: bytes = b"\0" * 24) -> npucore.Graph:
    (folder / "network.xml").write_bytes(xml)
    (folder / "network.bin").write_bytes(weights)
    return npucore.load(folder / "network.xml", "openvino")


def test_a_file_tells_its_format_and_its_metadata(tmp_path: Path) -> None:
    graph = npucore.load(network().save(tmp_path))
    assert [type(op).__name__ for op in graph.ops] == ["Add"]
    assert graph.metadata.labels == "a cat\ndog"
    assert graph.metadata.properties["model_type"] == "YOLO"


@pytest.mark.parametrize(
    ("head", "is_ir"),
    [
        (b'<?xml version="1.0"?>\n<net name="a" version="11">', True),
        (b"\xef\xbb\xbf<!-- " + b"x" * 900 + b' -->\n<net name="a">', True),
        (b'<?xml version="1.0"?><network>', False),
        (b'<html><net name="">', False),
        (b"\x08\x08<net ", False),
    ],
    ids=["plain", "long", "other", "page", "binary"],
)
def test_a_head_may_be_long(head: bytes, is_ir: bool) -> None:
    assert OpenVINOFrontend.sniff(head) == is_ir


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'version="11"', b'version="7"', "IR of version 7, wanted 10 or 11"),
        (b'version="11"', b"", "IR of version none, wanted 10 or 11"),
        (b"<net", b'<!DOCTYPE net [<!ENTITY a "aa">]><net', "a document type"),
        (b"</net>", b"", "not an OpenVINO IR"),
        (b"<net ", b"<n" + b"><n" * 70 + b"><net ", "more than 64 elements|mismatched"),
        (b'offset="0"', b'offset="4"', "bytes 4 to 28 of a .bin of 24 bytes"),
        (b'offset="0"', b'offset="-8"', "bytes -8 to 16"),
        (b'size="24"', b'size="20"', "20 bytes, wanted 24"),
        (b'shape="2, 3"', b'shape="-2, -3"', r"24 bytes, wanted 24 for float32 of \(-2, -3\)"),
        (b'shape="2, 3"', b'shape="many"', "invalid literal"),
        (b'element_type="f32" shape="2, 3"', b'element_type="nf4" shape="2, 3"', "is of type nf4"),
        (b'from-layer="1"', b'from-layer="9"', "port 0 of layer 9, which is not there"),
        (b'from-layer="0" from-port="0"', b'from-layer="3" from-port="1"', "wait for each other"),
        (b'id="1" name', b'id="0" name', "two layers have the id 0"),
        (
            b'type="ReLU"',
            b'type="LSTMSequence"',
            r"layer 3 \(LSTMSequence 'ReLU3'\): not read: its",
        ),
        (b'type="ReLU"', b'type="Own"', r"layer 3 \(Own 'ReLU3'\): no operator of OpenVINO's"),
        (b'type="ReLU"', b'type="Elu"', "no attribute alpha"),
        (b'type="ReLU"', b'type="Clamp"', "no attribute min"),
        (b'type="ReLU"', b'type="SoftMax"', "axis"),
    ],
)
def test_damage_is_a_sentence(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    xml = network().xml()
    assert old in xml
    with pytest.raises(NpucoreError, match=message) as error:
        read(
            tmp_path,
            xml.replace(old, new, 1)
            if b'"SoftMax"' not in new
            else xml.replace(
                b'type="ReLU" version="opset1"><data/>', b'type="SoftMax"><data axis="9"/>'
            ),
        )
    assert str(error.value).startswith("network.xml: ")
    assert "\n" not in str(error.value)


def test_a_deep_file_is_refused_before_it_is_built(tmp_path: Path) -> None:
    with pytest.raises(InvalidModelError, match="more than 64 elements within each other"):
        read(tmp_path, b"<net>" + b"<n>" * 100_000)


def test_cut_files_are_refused(tmp_path: Path) -> None:
    xml = network().xml()
    for end in range(0, len(xml), 37):
        with pytest.raises(NpucoreError):
            read(tmp_path, xml[:end])


def test_constants_need_the_bin(tmp_path: Path) -> None:
    path = network().save(tmp_path)
    path.with_suffix(".bin").unlink()
    with pytest.raises(InvalidModelError, match=r"there is no network\.bin beside it"):
        npucore.load(path)
    with pytest.raises(InvalidModelError, match=r"its constants lie in a \.bin"):
        npucore.load(network().xml())


def test_open_sizes_are_bound(tmp_path: Path) -> None:
    ir = Ir()
    x = ir.parameter("x", (-1, 3))
    ir.layer("Result", [ir.layer("Exp", [x], (-1, 3))])
    assert npucore.load(ir.save(tmp_path), shapes={"x": (5, 3)}).outputs[0].shape == (5, 3)
    with pytest.raises(UnsupportedError, match="x"):
        npucore.load(ir.save(tmp_path))


def test_what_is_not_read_can_be_shown(tmp_path: Path) -> None:
    xml = network().xml().replace(b'type="ReLU"', b'type="NonZeroes"')
    graph = OpenVINOFrontend().read_bytes(
        xml.replace(b'type="Const"', b'type="Parameter"'), "network.xml", unread=True
    )
    assert [op.operator for op in graph.ops if isinstance(op, Foreign)] == ["NonZeroes"]
