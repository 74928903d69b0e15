# SPDX-License-Identifier: MIT
"""The judge is judged first: its answers are those of LiteRT's reference kernels.

`digests.json` has, for every op, how many cases it covers and a CRC-32 over what LiteRT's
BUILTIN_REF answered to them under TFLite's rounding; floats, which may differ in their last bits,
are not among them. So the reference backend is held against LiteRT where LiteRT is not installed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from importlib import resources

from npucore.conformance.case import Case
from npucore.tensor import Array

FILE = "digests.json"

Answer = Callable[[Case], Sequence[Array] | None]


def digests() -> dict[str, tuple[int, str]]:
    """Op -> (number of cases, CRC-32 of LiteRT's answers to them in hexadecimal digits)."""
    text = resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    return {op: (count, crc) for op, (count, crc) in json.loads(text).items()}


def digested(cases: Iterable[Case], answer: Answer) -> dict[str, tuple[int, str]]:
    """The digests of what *answer* says; cases to which it says nothing are left out."""
    found: dict[str, tuple[int, int]] = {}
    for case in cases:
        outputs = answer(case)
        if outputs is not None and all(output.dtype.kind in "iub" for output in outputs):
            count, crc = found.get(case.op, (0, 0))
            for output in outputs:
                crc = zlib.crc32(output.tobytes(), crc)
            found[case.op] = count + 1, crc
    return {op: (count, f"{crc:08x}") for op, (count, crc) in sorted(found.items())}


def litert_has_a_form(case: Case) -> bool:
    """Whether LiteRT has answered the case: the few that TFLite cannot express are not digested."""
    return not any(word in case.id for word in UNWRITTEN)


UNWRITTEN = (
    *("-int8-zx_-4_x", "-int8-zx_9_x", "detection_postprocess-"),
    *("-uint8-one", "-uint8-turned", "-uint8-several", "product_by_matrix-uint8", "tokens-uint8"),
)
"""int8 weights with a zero point, which TFLite takes for 0, the custom operator, and products of
uint8 matrices, which LiteRT refuses."""
