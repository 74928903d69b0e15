# SPDX-License-Identifier: MIT
"""What a simulator says."""

from __future__ import annotations


class SimulationError(Exception):
    """The chip would not do this, or nobody knows what it would do."""
