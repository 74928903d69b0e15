# SPDX-License-Identifier: MIT
"""What the core's DMA engines see through the IOMMU."""

from npucore.hw.memory import SPACE_BYTES, Bytes, Cube, Memory, Port

__all__ = ["SPACE_BYTES", "Bytes", "Cube", "Memory", "Port"]
