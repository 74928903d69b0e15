# SPDX-License-Identifier: MIT
"""Small graphs on a board, compared with the simulator byte by byte."""

from npucore_nvdla.selftest.run import run

__all__ = ["run"]
