# SPDX-License-Identifier: MIT
"""Tinyacc, an invented family of NPUs: every stage of a family's backend at its smallest."""

from npucore_tinyacc.backend import TinyaccBackend

__all__ = ["TinyaccBackend"]
