# SPDX-License-Identifier: MIT
"""Functions of two bytes give the same before their table is made, and from it."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.conformance.maker import Maker
from npucore.ops import Add, Mul, Op, Subtract
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.reference.binary import TABLE_ENTRIES

SHAPE = (1, 32, 32, 20)


@pytest.mark.parametrize("kind", [Add, Mul, Subtract])
@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("rounding", Rounding)
def test_a_table_changes_nothing(kind: type[Op], dtype: str, rounding: Rounding) -> None:
    m = Maker(f"{kind.name}-{dtype}")
    a, b = m.input(SHAPE, dtype, 0.03), m.input(SHAPE, dtype, 0.07, name="b")
    problem = m.problem(kind(a=a, b=b, output=m.tensor(SHAPE, dtype, 0.09)))  # type: ignore[call-arg]
    program = ReferenceBackend().compile(problem.graph.with_rounding(rounding))
    runs = 2 * TABLE_ENTRIES // a.elements
    answers = [program.run(list(problem.inputs))[0] for _ in range(runs)]
    for answer in answers:
        np.testing.assert_array_equal(answer, answers[0])
