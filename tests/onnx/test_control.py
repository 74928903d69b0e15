# SPDX-License-Identifier: MIT
"""If, Loop and Scan against ONNX Runtime."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from npucore.errors import InvalidModelError, UnsupportedError
from npucore.tensor import Array
from npucore_onnx import parse
from tests.material.onnx.runtime import assert_equals_runtime, reference
from tests.material.onnx.write import model, node

F = np.float32
RNG = np.random.default_rng(3)
X = RNG.normal(size=(3, 4)).astype(F)


def info(name: str, shape: list[int] | None = None, kind: int = TensorProto.FLOAT) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def body(nodes: list[Any], inputs: list[Any], outputs: list[Any], name: str = "body") -> Any:
    return helper.make_graph(nodes, name, inputs, outputs)


def file(
    nodes: list[Any], inputs: dict[str, Array], results: dict[str, Any], **held: Array
) -> bytes:
    ends = {name: (array.dtype, array.shape) for name, array in inputs.items()}
    return model(nodes, ends, results, held, 17)


def branches() -> dict[str, Any]:
    double = body([node("Add", ["x", "x"], "a")], [], [info("a", [3, 4])], "then")
    inner = body([node("Neg", ["x"], "n")], [], [info("n", [3, 4])], "inner")
    other = body([node("Abs", ["x"], "p")], [], [info("p", [3, 4])], "other")
    nested = body(
        [helper.make_node("If", ["no"], ["inside"], then_branch=inner, else_branch=other)],
        [], [info("inside", [3, 4])], "else",
    )  # fmt: skip
    return {"then_branch": double, "else_branch": nested}


@pytest.mark.parametrize("taken", [True, False])
def test_a_constant_condition_leaves_one_branch(taken: bool) -> None:
    made = helper.make_node("If", ["c"], ["y"], **branches())
    data = file([made], {"x": X}, {"y": F}, c=np.array(taken), no=np.array(False))
    graph = assert_equals_runtime(data, {"x": X})
    assert [op.name for op in graph.ops] == ["add" if taken else "absolute"]


@pytest.mark.parametrize("taken", [True, False])
def test_a_computed_condition_runs_one_branch(taken: bool) -> None:
    inputs = {"x": X, "c": np.array(taken)}
    made = helper.make_node("If", ["c"], ["y"], **branches())
    graph = assert_equals_runtime(file([made], inputs, {"y": F}, no=np.array(True)), inputs)
    assert [op.name for op in graph.ops] == ["branch"]


def test_branches_of_two_shapes_are_refused() -> None:
    wide = body([node("Concat", ["x", "x"], "a", axis=0)], [], [info("a", [6, 4])], "then")
    same = body([node("Neg", ["x"], "b")], [], [info("b", [3, 4])], "else")
    made = helper.make_node("If", ["c"], ["y"], then_branch=wide, else_branch=same)
    data = file([made], {"x": X, "c": np.array(True)}, {"y": F})
    with pytest.raises(UnsupportedError, match=r"node 0 \(If\): branches of"):
        parse(data)


def test_a_branch_that_cannot_be_read_fails_only_if_it_is_taken() -> None:
    """As one for another rate of samples: its windows do not fit the sound that is given."""
    good = body([node("Neg", ["x"], "b")], [], [info("b", [3, 4])], "then")
    bad = body([node("Reshape", ["x", "five"], "a")], [], [info("a", [5])], "else")
    made = helper.make_node("If", ["c"], ["y"], then_branch=good, else_branch=bad)
    inputs = {"x": X, "c": np.array(True)}
    data = file([made], inputs, {"y": F}, five=np.array([5]))
    (note,) = assert_equals_runtime(data, inputs).notes
    assert note.startswith("node 0 (If): a branch must not be taken: node 0 (Reshape")
    sentence = r"the branch that is taken cannot be run: node 0 \(Reshape"
    with pytest.raises(UnsupportedError, match=sentence):
        reference(parse(data), {"x": X, "c": np.array(False)})
    twice = helper.make_node("If", ["c"], ["y"], then_branch=bad, else_branch=bad)
    with pytest.raises(InvalidModelError, match="Reshape"):
        parse(file([twice], inputs, {"y": F}, five=np.array([5])))


def loop(going: str) -> Any:
    nodes = [node("Mul", ["v", "factor"], "w"), node("Identity", ["w"], "scan")]
    if going == "always":
        nodes.append(node("Identity", ["c"], "next"))
    else:
        nodes.append(node("ReduceSum", ["w"], "s", keepdims=0))
        nodes.append(node("Less", ["s", "limit"], "next"))
    ends = [info("i", [], TensorProto.INT64), info("c", [], TensorProto.BOOL), info("v", [3, 4])]
    outputs = [info("next", [], TensorProto.BOOL), info("w", [3, 4])]
    return body(nodes, ends, outputs + ([info("scan", [3, 4])] if going == "always" else []))


def test_a_loop_of_a_known_number_of_steps() -> None:
    made = helper.make_node("Loop", ["m", "true", "x"], ["y", "rows"], body=loop("always"))
    held = {"m": np.array(5), "true": np.array(True), "factor": np.array(1.5, F)}
    assert_equals_runtime(file([made], {"x": X}, {"y": F, "rows": F}, **held), {"x": X})


@pytest.mark.parametrize("limit", [0.0, 50.0, 1e9])
def test_a_loop_whose_steps_depend_on_the_numbers(limit: float) -> None:
    x = np.abs(X)
    made = helper.make_node("Loop", ["m", "true", "x"], ["y"], body=loop("while"))
    held = {"true": np.array(True), "factor": np.array(1.5, F), "limit": np.array(limit, F)}
    inputs = {"x": x, "m": np.array(40)}
    graph = assert_equals_runtime(file([made], inputs, {"y": F}, **held), inputs)
    assert [op.name for op in graph.ops] == ["loop"]


def test_a_computed_number_of_steps_gives_no_known_shape() -> None:
    made = helper.make_node("Loop", ["m", "true", "x"], ["y", "rows"], body=loop("always"))
    held = {"true": np.array(True), "factor": np.array(1.5, F)}
    data = file([made], {"x": X, "m": np.array(4)}, {"y": F, "rows": F}, **held)
    with pytest.raises(UnsupportedError, match="the number of steps is computed"):
        parse(data)


def test_a_scan() -> None:
    nodes = [node("Add", ["state", "row"], "total"), node("Mul", ["total", "total"], "square")]
    ends = [info("state", [4]), info("row", [4])]
    inner = body(nodes, ends, [info("total", [4]), info("square", [4])])
    made = helper.make_node("Scan", ["first", "x"], ["y", "rows"], body=inner, num_scan_inputs=1,
                            scan_input_directions=[1])  # fmt: skip
    inputs = {"x": X, "first": np.zeros(4, F)}
    assert_equals_runtime(file([made], inputs, {"y": F, "rows": F}), inputs)
