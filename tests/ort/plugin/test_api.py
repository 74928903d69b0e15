# SPDX-License-Identifier: MIT
"""A runtime whose interface is not known is refused with a sentence."""

from __future__ import annotations

import ctypes

import pytest

from npucore.errors import UnsupportedError
from npucore.ort.plugin.api import Api

GetApi = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint32)


@pytest.mark.parametrize("version", [b"1.23.2", b"2.0.0", b"rubbish"])
def test_versions_without_such_providers_are_refused(version: bytes) -> None:
    def never(wanted: int) -> int:
        raise AssertionError("asked for a table")

    text = ctypes.create_string_buffer(version)
    entries = GetApi(never), ctypes.CFUNCTYPE(ctypes.c_void_p)(lambda: ctypes.addressof(text))
    base = (ctypes.c_void_p * 2)(*(ctypes.cast(e, ctypes.c_void_p).value for e in entries))
    sentence = f"ONNX Runtime {version.decode()}: npucore's provider needs 1.24 or a later version"
    with pytest.raises(UnsupportedError, match=sentence):
        Api(ctypes.addressof(base))
