# SPDX-License-Identifier: MIT
"""Which tests have to see a change in which files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ROOMS: Mapping[str, Sequence[str]] = {
    "npucore/files/atomic.py": ["tests/files/test_atomic.py"],
    "npucore/files/boundary.py": ["tests/files/test_boundary.py"],
    "npucore/files/budget.py": ["tests/files/test_budget.py"],
    "npucore/running/execution.py": [
        "tests/running/test_execution.py",
        "tests/running/test_session.py",
        "tests/files/test_artifact.py",
    ],
    "npucore/running/footprint.py": ["tests/running/test_footprint.py", "tests/onnx/test_bombs.py"],
    "npucore/running/loading.py": ["tests/files/test_file_kinds.py", "tests/onnx/test_shapes.py"],
    "npucore/running/open_shapes.py": ["tests/onnx/test_shapes.py", "tests/tflite/test_shapes.py"],
    "npucore/running/process.py": ["tests/running/test_execution.py"],
    "npucore/files/stored_arrays.py": [
        "tests/files/test_stored_arrays.py",
        "tests/cli/test_run.py",
    ],
    "npucore/running/streams.py": [
        "tests/running/test_streams.py",
        "tests/running/test_execution.py",
    ],
    "npucore/graph.py": ["tests/test_graph.py"],
    "npucore/hw/": ["tests/hw", "npucore/hw"],
    "npucore/quantize.py": ["npucore/quantize.py", "tests/tflite/test_convolution.py"],
    "npucore/reference/pooling.py": ["tests/tflite/test_pooling.py"],
    "npucore/reference/softmax.py": ["tests/tflite/test_softmax.py"],
    "npucore/reference/detection_postprocess.py": ["tests/tflite/test_detection_postprocess.py"],
    "npucore/reference/": ["tests/tflite", "npucore/conformance/test_ops.py"],
    "frontends/onnx/": ["tests/onnx"],
    "frontends/tflite/": ["tests/tflite/test_bombs.py", "tests/tflite"],
    "backends/rocket/npucore_rocket/validate/": [
        "tests/rocket/test_validate_numbers.py",
        "tests/rocket/test_validate_memory.py",
        "tests/rocket/test_validate_formulas.py",
        "tests/rocket/test_validate_streams.py",
        "tests/rocket/test_validate.py",
    ],
    "backends/vsim/npucore_vsim/validate.py": ["tests/vsim/test_validate.py"],
    "backends/vsim/npucore_vsim/export.py": ["tests/vsim/test_export.py"],
    "backends/vsim/npucore_vsim/sim/": [
        "tests/vsim/test_validate.py",
        "tests/vsim/test_export.py",
        "tests/vsim/test_sim.py",
    ],
}
"""Beginning of a path -> pytest's arguments; the longest beginning counts."""


def room_of(file: str) -> str | None:
    """The room of a file, None if no test is named for it."""
    return max((room for room in ROOMS if file.startswith(room)), key=len, default=None)
