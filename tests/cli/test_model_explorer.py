# SPDX-License-Identifier: MIT
"""Node data as Model Explorer's reader takes it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import npucore
from npucore.cli.model_explorer import node_data

DIGITS = Path(npucore.__file__).parent / "demo" / "digits.tflite"


def test_every_op_is_found_by_the_tensors_that_it_writes() -> None:
    done = npucore.explain(DIGITS, "rocket")
    document = json.loads(node_data(done, "digits.tflite"))
    assert document.keys() == {"results"}  # without a graph's id: of the graph that is shown
    assert done.graph is not None
    assert document["results"].keys() == {t.name for op in done.graph.ops for t in op.outputs}
    values = {node["value"] for node in document["results"].values()}
    assert "rocket" in values
    assert any(value.startswith("reference (rocket: a softmax of 10 would err") for value in values)
    for node in document["results"].values():
        assert node.keys() == {"value", "bgColor"}
        assert re.fullmatch("#[0-9a-f]{6}", node["bgColor"])
