# SPDX-License-Identifier: MIT
"""The CPU backend that defines what every other backend must answer."""

from npucore.reference.backend import ReferenceBackend

__all__ = ["ReferenceBackend"]
