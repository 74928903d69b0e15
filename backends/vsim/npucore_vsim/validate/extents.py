# SPDX-License-Identifier: MIT
"""Whether a job stays within its buffers, as far as its descriptor says; before it is submitted."""

from __future__ import annotations

from collections.abc import Mapping

from npucore.errors import DeviceError
from npucore_vsim.chip import Chip
from npucore_vsim.extents import ADDRESSES, extents
from npucore_vsim.job import KERNEL_ADDRESS_SHIFT, Job


class ExtentError(DeviceError):
    """A job that must not run; nothing was submitted.

    Its own class, since a device error can pass when the device is reset or free again: this one
    is a fault of the compiler and comes again.
    """


def complaint(job: Job, sizes: Mapping[str, int], chip: Chip) -> str:
    """Why *job* must not run in buffers of these *sizes*; empty if it may."""
    descriptor = job.descriptor
    known = ADDRESSES[type(descriptor)]
    if any(descriptor.unknown_bits):
        return "bits that mean nothing"
    for name in known:
        if getattr(descriptor, name):
            return f"{name} is absolute"
    if any(name not in known for name in job.addresses):
        return "an address for a field that it has not"
    try:
        reached = extents(descriptor, chip)
    except ValueError as error:
        return str(error)
    for name, (low, end) in reached.items():
        if name not in job.addresses:
            return f"no address for {name}"
        address = job.addresses[name]
        size = sizes[address.buffer]
        if address.offset + low < 0 or address.offset + end > size:
            return f"{name} reaches byte {address.offset + end} of {size}"
    kernel = job.addresses.get("kernel_address")
    if kernel is not None and kernel.offset % (1 << KERNEL_ADDRESS_SHIFT):
        return "coefficients astray"
    return ""


def check_job(number: int, job: Job, sizes: Mapping[str, int], chip: Chip, op: str) -> None:
    """Raise `ExtentError` for a job that would leave its buffers; *op* is what it computes."""
    if why := complaint(job, sizes, chip):
        raise ExtentError(f"{op}: job {number}: {why}")
