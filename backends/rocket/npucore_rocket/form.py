# SPDX-License-Identifier: MIT
"""How layers are cut to tasks, and tasks put to jobs: where boards contradict each other, too."""

from __future__ import annotations

import enum
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """How tasks are cut. Source: facts of 2026-11, A3, A4; the self-test asks about both.

    Parameters
    ----------
    whole_groups
        Kernels are filled up to groups of 32 with kernels of 0, depthwise channels to 64.
    fused_tables
        A function of one byte behind a convolution goes into its task, where it can.
    spare_bank
        Maps one pixel wide get a bank of the CBUF more than they fill.
    """

    whole_groups: bool = True
    spare_bank: bool = True
    fused_tables: bool = False


CAUTIOUS = Form()


class Tasks(enum.StrEnum):
    """The tasks of a job."""

    BATCHED = "batched"
    ONE = "one"
    JOINED = "joined"
