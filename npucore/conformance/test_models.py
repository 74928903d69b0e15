# SPDX-License-Identifier: MIT
"""Whole networks from a folder that the user names."""

from __future__ import annotations

from pathlib import Path

import pytest

from npucore.conformance.conftest import Judged
from npucore.conformance.judge_network import Network, networks
from npucore.conformance.recorder import Recorder, identity
from npucore.contract.backend import Backend
from npucore.errors import NpucoreError


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for every file."""
    folder = metafunc.config.getoption("--npu-models")
    if folder is not None and not folder.is_dir():
        raise pytest.UsageError(f"--npu-models {folder}: no folder")
    found = [] if folder is None else networks(folder)
    metafunc.parametrize("path", found, ids=[path.name for path in found])


def test_case(
    request: pytest.FixtureRequest,
    backend: Backend,
    recorder: Recorder,
    record: Judged,
    path: Path,
) -> None:
    """Every op within its bound, the whole without an error."""
    try:
        network = Network(path)
    except NpucoreError as error:
        pytest.skip(f"refused: {error}")
    name, faults = identity(request.node), 0
    for finding in network.ops(backend):
        recorder.add_part(name, finding)
        faults += finding.fault is not None
    whole = network.whole(backend)
    assert not faults, f"{faults} ops are off by more than the backend claims"
    record(whole)
