# SPDX-License-Identifier: MIT
"""The simulator runs what others compiled: Mesa's jobs, and VeriSilicon's with its own answers."""

from __future__ import annotations

import numpy as np
import pytest

import npucore
from npucore.hw.memory import Memory, SimulationError
from npucore_vsim.chip import CHIPS
from npucore_vsim.registers import NNDescriptor, TPDescriptor
from npucore_vsim.sim import tp
from npucore_vsim.sim.device import SimulatedChip
from npucore_vsim.sim.nn import Cores, NNEngine
from tests.material.vsim.captures import LAYERS, MESA, VENDOR, Capture, capture

SOURCE, RESULT, COEFFICIENTS = 0x100000, 0x200000, 0x300000
RUN_BY_VENDOR = [n for n in VENDOR if capture("vendor", n).nn() or capture("vendor", n).tp()]


def cores(name: str) -> Cores:
    chip = CHIPS[name.split("/")[0].lower()]
    return Cores(chip.generation, chip.cores)


def buffers(found: Capture) -> dict[int, np.ndarray]:
    """Everything that Mesa's jobs touch, by address."""
    sizes: dict[int, int] = {}
    for number, job in enumerate(found.facts["jobs"]):
        for key in ("in_bo", "out_bo"):
            sizes[int(job[key]["va"], 16)] = job[key]["size"]
        if job["kind"] == "nn":
            address = NNDescriptor.decode(found.arrays[f"job{number}_nn"].tolist()).kernel_address
            sizes[address << 6] = job["coef_bo_size"]
    return {address: np.zeros(size, np.uint8) for address, size in sizes.items()}


def run_mesa(name: str, inputs: list[np.ndarray]) -> np.ndarray:
    """What is in the last job's output. Mesa transposes the first input only."""
    found, memory = capture("mesa", name), Memory()
    data = buffers(found)
    for address, buffer in data.items():
        memory.map(address, buffer)
    engine = NNEngine(cores(name), memory)
    jobs = found.facts["jobs"]
    data[int(jobs[0]["in_bo"]["va"], 16)][: inputs[0].size] = inputs[0].ravel()
    for number, job in enumerate(jobs):
        words = found.arrays[f"job{number}_{job['kind']}"].tolist()
        if job["kind"] == "tp":
            tp.run(TPDescriptor.decode(words), memory)
            continue
        descriptor = NNDescriptor.decode(words)
        stream = found.arrays[f"job{number}_coef"]
        data[descriptor.kernel_address << 6][: stream.size] = stream
        for second in inputs[1:]:
            planes = second.transpose(0, 3, 1, 2).ravel()
            data[descriptor.in_image_address][planes.size : 2 * planes.size] = planes
        engine.run(descriptor, split=True)
    last = jobs[-1]["out_bo"]
    return data[int(last["va"], 16)][last["off"] :]


@pytest.mark.sample(10)
@pytest.mark.parametrize(
    "name", [name for name in MESA if (LAYERS / f"{name.split('/')[1]}.tflite").exists()]
)
def test_mesas_jobs_answer_within_one_of_the_reference(name: str) -> None:
    model = LAYERS / f"{name.split('/')[1]}.tflite"
    rng = np.random.default_rng(0)
    with npucore.Session(str(model), backend="reference") as session:
        inputs = [rng.integers(0, 256, t.shape).astype(np.uint8) for t in session.inputs]
        wanted = session.run(inputs)[0]
    answer = run_mesa(name, inputs)[: wanted.size].reshape(wanted.shape)
    assert np.abs(answer.astype(int) - wanted.astype(int)).max() <= 1


@pytest.mark.parametrize("name", RUN_BY_VENDOR)
def test_the_vendors_jobs_answer_as_its_own_simulator(name: str) -> None:
    found, memory = capture("vendor", name), Memory()
    source, result = np.zeros(1 << 16, np.uint8), np.zeros(1 << 16, np.uint8)
    coefficients = found.arrays.get("nbg_coefficients", np.zeros(64, np.uint8)).copy()
    places = {SOURCE: source, RESULT: result, COEFFICIENTS: coefficients}
    for address, buffer in places.items():
        memory.map(address, buffer)
    image = np.concatenate([found.arrays[k].ravel() for k in "xab" if is_input(found, k)])
    case = name.split("/")[1]
    if case == "conv3x3_s2_valid":
        image = in_four_planes(found.arrays["x"]).ravel()
    source[: image.size] = image
    run_vendor(name, found, memory)
    outputs = [key for key in found.arrays if key.startswith("out")]
    wanted = np.concatenate([found.arrays[key].ravel() for key in outputs])
    assert np.array_equal(result[: wanted.size], wanted)


def is_input(found: Capture, key: str) -> bool:
    return key in found.arrays and found.arrays[key].dtype == np.uint8


def in_four_planes(image: np.ndarray) -> np.ndarray:
    """What the vendor's shader made of the input of a strided convolution before the NN job."""
    padded = np.pad(image, ((0, 0), (0, 1), (0, 1)))
    return np.stack([padded[:, y::2, x::2] for y in (0, 1) for x in (0, 1)], axis=1)


def run_vendor(name: str, found: Capture, memory: Memory) -> None:
    """The jobs, whose addresses the vendor's loader would have patched in."""
    for job in found.nn()[:1]:
        placed = job.replaced(
            kernel_address=COEFFICIENTS >> 6, in_image_address=SOURCE, out_image_address=RESULT
        )
        NNEngine(cores(name), memory).run(placed, split=False)
    if found.nn():
        return
    read, written = 120 if name.endswith("/slice") else 0, 0  # it begins at the second channel
    for part in found.tp():
        tp.run(
            part.replaced(
                in_image_base_address=SOURCE + read,
                out_image_base_address=RESULT + written,
                alu_load_pwl_lut_address=COEFFICIENTS,
            ),
            memory,
        )
        read += part.in_image_slice * part.in_image_z_size
        written += part.out_loop_6_inc * part.in_image_z_size


def test_a_job_before_the_api_is_chosen_is_refused() -> None:
    memory = Memory()
    memory.map(0x1000, np.zeros(256, np.uint8))
    with pytest.raises(SimulationError, match="GL_API_MODE"):
        SimulatedChip(Cores(7, 8), memory).run([0x08010428, 0x1000])


def test_a_state_without_a_name_is_refused() -> None:
    with pytest.raises(SimulationError, match="without a name"):
        SimulatedChip(Cores(7, 8), Memory()).run([0x08010001, 1])


def test_a_window_outside_of_an_image_with_an_unknown_border_is_refused() -> None:
    memory = Memory()
    memory.map(SOURCE, np.zeros(256, np.uint8))
    job = TPDescriptor(
        in_image_base_address=SOURCE,
        in_image_x_size=4,
        in_image_y_size=4,
        in_image_z_size=1,
        in_image_stride=4,
        in_window_x_end=4,
        in_window_y_end=3,
        in_image_border_mode=1,
    )
    with pytest.raises(SimulationError, match="border_mode is 1"):
        tp.run(job, memory)


def test_a_maximum_over_more_columns_than_a_tile_has_is_refused() -> None:
    memory = Memory()
    memory.map(SOURCE, np.zeros(256, np.uint8))
    pool = dict.fromkeys(("alu_horz_processing", "alu_vert_processing"), 3)
    pool |= dict.fromkeys(("alu_horz_proc_count", "alu_vert_proc_count"), 1)
    job = TPDescriptor(
        in_image_base_address=SOURCE,
        in_image_x_size=8,
        in_image_y_size=4,
        in_image_z_size=1,
        in_image_stride=8,
        in_window_x_end=7,
        in_window_y_end=3,
        in_tile_x_size=4,
        in_tile_y_size=4,
        **pool,
    )
    with pytest.raises(SimulationError, match="more than one tile"):
        tp.run(job, memory)


@pytest.mark.parametrize(
    ("field", "value"), [("rounding_mode", 0), ("prelu", 1), ("pooling", 2), ("clamp_high", 0)]
)
def test_what_nobody_has_seen_is_refused(field: str, value: int) -> None:
    job = NNDescriptor(rounding_mode=1, clamp_high=0x7F800000, clamp_low=0xFF800000)
    with pytest.raises(SimulationError):
        NNEngine(Cores(7, 8), Memory()).run(job.replaced(**{field: value}), split=True)
