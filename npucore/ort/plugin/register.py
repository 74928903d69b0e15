# SPDX-License-Identifier: MIT
"""npucore among the execution providers of an installed ONNX Runtime."""

from __future__ import annotations

from typing import Any

from npucore.errors import UnsupportedError
from npucore.native.library import library
from npucore.ort.plugin.provider import Provider
from npucore.ort.plugin.tables import LEAST
from npucore.ort.providers import PROVIDER

REGISTERED = "npucore"


def register() -> list[Any]:
    """Make ``NpucoreExecutionProvider`` known to the onnxruntime of this process; its devices.

    Sessions may then ask for it by name, or by the devices in ``add_provider_for_devices``. To call
    it again changes nothing. Raises `UnsupportedError` without an ONNX Runtime of 1.24 or later,
    and where no library is built for this computer.
    """
    try:
        from onnxruntime.capi import _pybind_state as runtime
    except ImportError:
        raise UnsupportedError(
            "npucore.ort.register needs onnxruntime: pip install 'npucore[onnxruntime]'; "
            "npucore.ort.InferenceSession does not"
        ) from None
    if not hasattr(runtime, "register_execution_provider_library"):
        least = ".".join(map(str, LEAST))
        raise UnsupportedError(
            f"this onnxruntime takes no provider libraries, {least} and later do"
        )
    if not (found := _devices(runtime)):
        runtime.register_execution_provider_library(REGISTERED, str(library().resolve()))
        found = _devices(runtime)
    return found


def provided() -> list[Provider]:
    """Claims and runs of npucore in the sessions that are open in this process."""
    from npucore.ort.plugin.entries import providers

    return providers()


def _devices(runtime: Any) -> list[Any]:
    return [device for device in runtime.get_ep_devices() if device.ep_name == PROVIDER]
