# SPDX-License-Identifier: MIT
"""The memory that programs of ONNX Runtime may use."""

from __future__ import annotations

import os


def physical_bytes() -> int:
    """All that the computer has: what a program feeds may be of any size."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
