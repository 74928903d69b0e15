# SPDX-License-Identifier: MIT
"""The output of ``--json`` follows the published schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import npucore
from npucore.cli import COMMANDS, main
from npucore.cli.schemas import DOCUMENTS, json_schema
from tests.material.contract.exporting import DIGITS
from tests.material.published import is_as_published

NETWORK, IMAGE = str(DIGITS), "image.npy"
RUN = ["run", NETWORK, "--input", IMAGE]
WORDS: dict[str, list[str]] = {
    "backends": ["backends"],
    "bench": ["bench", NETWORK, "--runs", "1", "--backend", "rocket"],
    "cache": ["cache"],
    "compile": ["compile", NETWORK, "--backend", "rocket", "-o", "out.npu"],
    "conformance": ["conformance", "reference", "--quick", "-k", "test_contract"],
    "convert": ["convert", NETWORK, "-o", "out.tflite"],
    "delegate": ["delegate", "-o", "lib.so"],
    "demo": ["demo", "--backend", "reference"],
    "devices": ["devices"],
    "disasm": ["disasm", "digits.npu"],
    "doctor": ["doctor"],
    "explain": ["explain", NETWORK, "--backend", "rocket"],
    "export-trace": ["export-trace", "digits.npu", "-o", "trace"],
    "frigate-plugin": ["frigate-plugin", "-o", "npucore.py"],
    "frontends": ["frontends"],
    "models": ["models"],
    "new-backend": ["new-backend", "my_npu"],
    "run": RUN,
    "run on a folder": ["run", NETWORK, "--input", "photos"],
    "run side by side": [*RUN, "--backend", "rocket,reference", "--each"],
    "show": ["show", NETWORK, "--backend", "rocket"],
}
LONG = {"conformance", "demo"}
ELSEWHERE = {
    "detect": "tests/vision/test_frames.py has a detector",
    "new-op": "tests/cli/test_new_op.py has a checkout",
    "quantize": "tests/cli/test_quantize.py has a float network",
    "serve": "tests/serving/test_command.py ends it",
}
UNITS = re.compile(r"(^|_)(bytes|clock_hz|fps|macs|ms|pixels|seconds|us)$")
PURE = {
    *("accuracy", "added", "agreement", "axis", "bound", "cases", "convolutions", "entries"),
    *("convolutions_placed", "fails", "format", "high", "index", "job", "largest"),
    *("low", "mask_share", "max", "mean", "min", "of_ops", "offset", "op", "ops", "passed"),
    *(
        "placed",
        "relative",
        "removed",
        "runs",
        "samples",
        "scale",
        "score",
        "shape",
        "share",
        "speed",
    ),
    *("streams", "threshold", "total", "value", "x", "y", "zero_point"),
    *("fields", "box", "corners", "counts", "outcomes", "evidence"),
}
"""Keys of numbers without a unit: counts, indexes, shares and scores, stored values, LSB."""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    np.save(IMAGE, np.zeros((1, 8, 8, 1), np.int8))
    (photos := tmp_path / "photos").mkdir()
    Image.new("L", (8, 8), 90).save(photos / "a.png")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(n, marks=[pytest.mark.slow, pytest.mark.long]) if n in LONG else n
        for n in WORDS
    ],
)
def test_what_is_printed_is_what_the_schema_says(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = WORDS[name]
    if name in ("disasm", "export-trace"):
        npucore.compile(DIGITS, "rocket" if name == "disasm" else "nvdla").write("digits.npu")
    assert main([*words, "--json"]) in (0, 1)
    document = json.loads(capsys.readouterr().out)
    assert is_as_published(document, words[0])
    assert not is_as_published({}, words[0])


def test_every_command_has_a_schema_or_is_one() -> None:
    assert {*DOCUMENTS} == {*COMMANDS} - {"exec", "schema"}
    assert {words[0] for words in WORDS.values()} | {*ELSEWHERE} == {*DOCUMENTS}


def properties(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Name and schema of every property in a document, those of definitions too."""
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {}).items()


@pytest.mark.parametrize("name", sorted(DOCUMENTS.keys() - {"bench", "explain"}))
def test_keys_of_numbers_name_their_units(name: str) -> None:
    for key, said in properties(json_schema(name)):
        if re.search(r"'type': '(number|integer)'", str(said)):
            assert UNITS.search(key) or key in PURE, key


def test_boxes_have_one_convention() -> None:
    for name in ("detect", "run"):
        schema = json_schema(name)
        assert "[ymin, xmin, ymax, xmax]" in schema["$comment"]
        box = schema["$defs"]["ObjectReport"]["properties"]["box"]
        assert (box["minItems"], box["maxItems"]) == (4, 4)


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "detect"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema("detect")
    assert main(["schema", "--json"]) == 0
    assert json.loads(capsys.readouterr().out).keys() == DOCUMENTS.keys()
    assert main(["schema", "detct"]) == 2
    assert "did you mean 'detect'?" in capsys.readouterr().err
