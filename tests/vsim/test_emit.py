# SPDX-License-Identifier: MIT
"""Our jobs for the layers that Mesa compiled, field by field and byte by byte."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

import npucore
from npucore_vsim.backend import VsimBackend
from npucore_vsim.program import VsimCompiled as Compiled
from npucore_vsim.registers import NNDescriptor, TPDescriptor
from tests.material.vsim.captures import LAYERS, MESA, Capture, capture

DIFFERENCES = tomllib.loads(
    (Path(__file__).parents[1] / "material" / "vsim" / "differences.toml").read_text()
)["difference"]
FOUND = [name for name in MESA if (LAYERS / f"{name.split('/')[1]}.tflite").exists()]
PLACES = {
    "kernel_address",
    "in_image_address",
    "out_image_address",
    "in_image_base_address",
    "out_image_base_address",
}
# Mesa transposes images of one pixel, whose bytes stay where they are, and of an addition's inputs
# only the first: its second is used as it came.
ONE_PIXEL = ("mb28", "mobiledet83", "mobiledet95", "mobiledet116")
ABSENT_KERNELS = ("mb28", "mobiledet96", "mobiledet98", "mobiledet106", "mobiledet110")


def compiled(name: str) -> Compiled:
    chip, layer = name.split("/")
    return VsimBackend(chip.lower()).compiled(npucore.load(LAYERS / f"{layer}.tflite"))


def is_addition(found: Capture) -> bool:
    return found.nn()[0].kernel_z_size == 2


def allowed(layer: str) -> set[str]:
    return {field for entry in DIFFERENCES if layer in entry["layers"] for field in entry["fields"]}


@pytest.mark.parametrize("name", FOUND)
def test_nn_descriptors_are_mesas(name: str) -> None:
    theirs = capture("mesa", name).nn()
    ours = [j.descriptor for j in compiled(name).jobs if isinstance(j.descriptor, NNDescriptor)]
    layer = name.split("/")[1]
    differing = {
        field
        for mine, mesas in zip(ours, theirs, strict=True)
        for field, value in mesas.field_values().items()
        if field not in PLACES and getattr(mine, field) != value
    }
    assert differing <= allowed(layer)
    assert bool(differing) == bool(allowed(layer))


@pytest.mark.parametrize("name", FOUND)
def test_tp_descriptors_are_mesas(name: str) -> None:
    found = capture("mesa", name)
    ours = [j.descriptor for j in compiled(name).jobs if isinstance(j.descriptor, TPDescriptor)]
    theirs = found.tp()
    if is_addition(found):
        assert len(ours) == len(theirs) + 1
        del ours[1]
    if name.split("/")[1] in ONE_PIXEL:
        assert not ours
        return
    for mine, mesas in zip(ours, theirs, strict=True):
        assert {f: v for f, v in mine.field_values().items() if f not in PLACES} == {
            f: v for f, v in mesas.field_values().items() if f not in PLACES
        }


@pytest.mark.parametrize("name", FOUND)
def test_coefficients_are_mesas(name: str) -> None:
    """But for kernels beyond the last channel, in which Mesa has what lay in memory."""
    found, made = capture("mesa", name), compiled(name)
    if is_addition(found):
        pytest.skip("our operands lie in any order, and Mesa's bias is rounded twice")
    if name.split("/")[1] in ABSENT_KERNELS:
        pytest.skip("kernels beyond the last channel: what Mesa wrote there is not the model's")
    (stream,) = (a for key, a in found.arrays.items() if key.endswith("_coef"))
    assert np.array_equal(made.constants, stream[: made.constants.size])


@pytest.mark.parametrize("name", FOUND[:3])
def test_command_streams_are_mesas(name: str) -> None:
    """State by state, addresses aside."""
    from npucore_vsim import stream
    from npucore_vsim.emit.commands import commands

    theirs = capture("mesa", name).arrays["stream1"].tolist()
    wanted = [item.address for item in stream.decode(theirs) if isinstance(item, stream.Load)]
    words = commands([(job, 0) for job in compiled(name).jobs])
    ours = [item.address for item in stream.decode(words) if isinstance(item, stream.Load)]
    assert ours[2:] == wanted  # Mesa sets the two that come first in a stream of their own
