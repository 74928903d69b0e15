# SPDX-License-Identifier: MIT
"""Words as text: nothing is left out, and what is not known is said."""

from __future__ import annotations

import numpy as np
import pytest

from npucore.errors import InputError
from npucore_vsim.coefs import v7, v8
from npucore_vsim.coefs.kernels import Kernels
from npucore_vsim.disasm import disassemble
from npucore_vsim.registers import NNDescriptor
from tests.material.vsim.captures import MESA, capture


def lines(**arrays: np.ndarray) -> str:
    listing = disassemble(arrays)
    assert listing is not None
    return "\n".join(line for task in listing.tasks for line in task.lines)


def test_a_descriptor_is_printed_field_by_field() -> None:
    job = NNDescriptor(kernel_xy_size=3, pooling=3, in_image_y_offset=-1)
    text = lines(job0_nn=np.array(job.words, np.uint32))
    for shown in ("kernel_xy_size=3", "pooling=3 (first pixel)", "in_image_y_offset=-1"):
        assert shown in text


def test_a_file_of_words_is_a_descriptor_by_its_length() -> None:
    words = np.array(NNDescriptor(relu=1).words, "<u4").view(np.uint8)
    listing = disassemble({"": words})
    assert listing is not None
    assert "NNDescriptor" in listing.tasks[0].lines[0]


def test_a_command_stream_is_printed_state_by_state() -> None:
    text = lines(stream0=np.array([0, 0x08010E4C, 0x10, 0x08010001, 5, 0xDEADBEEF], np.uint32))
    assert "GL_NN_CONFIG" in text
    assert "0x00004  0x00000005" in text
    assert "no packet that is known here" in text


@pytest.mark.parametrize("generation", [7, 8])
def test_coefficients_are_told_core_by_core(generation: int) -> None:
    kernels = Kernels(np.ones((5, 2, 3, 3), np.uint8), np.zeros(5, np.int32), 0)
    stream = v7.encode(kernels, 8, 1, 9, 5) if generation == 7 else v8.encode(kernels, 6, 1)
    text = lines(job1_coef=stream)
    assert f"V{generation} coefficients" in text
    assert "core 4" in text


def test_what_holds_no_words_is_left_to_others() -> None:
    assert disassemble({"a": np.zeros(3), "b": np.zeros(3)}) is None
    assert disassemble({"": np.arange(12, dtype=np.uint8)}) is None


def test_a_descriptor_cut_short_is_refused() -> None:
    with pytest.raises(InputError, match="34"):
        disassemble({"job0_nn": np.zeros(5, np.uint32)})


@pytest.mark.parametrize("name", MESA[:5])
def test_captures_are_printed_whole(name: str) -> None:
    text = lines(**capture("mesa", name).arrays)
    assert "unknown bits" not in text
    assert "no packet" not in text
