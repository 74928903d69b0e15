# SPDX-License-Identifier: MIT
"""What this backend says of jobs on its own account."""

from __future__ import annotations

from npucore.errors import DeviceError


class StoppedJobError(DeviceError):
    """A job that the NPU has not brought to its end, where others might be.

    Its own class, since any other device error says nothing about the job: the node is gone, memory
    is short, somebody else keeps the NPU busy.
    """
