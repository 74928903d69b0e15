# SPDX-License-Identifier: MIT
"""Attributes that ONNX's own operators have, as its package lists them."""

from __future__ import annotations

from functools import lru_cache

from npucore.errors import UnsupportedError
from npucore_onnx.package import onnx
from npucore_onnx.records import NodeRecord

OURS = "npucore."  # the beginning of attributes that this package adds


def check_attributes(record: NodeRecord) -> None:
    """Raise `UnsupportedError` for an attribute of which nobody says what it asks for."""
    if record.domain or (known := _known(record.operator, record.opset)) is None:
        return
    for name in record.attributes.keys() - known:
        if not name.startswith(OURS):
            raise UnsupportedError(
                f"{record.where}: {record.operator} of opset {record.opset} has no attribute {name}"
            )


@lru_cache(maxsize=1024)
def _known(operator: str, opset: int) -> frozenset[str] | None:
    """Names of attributes; None for an operator that ONNX does not have."""
    library = onnx()
    try:
        return frozenset(library.defs.get_schema(operator, opset, "").attributes)
    except library.defs.SchemaError:
        return None
