# SPDX-License-Identifier: MIT
"""The suite's options for pytest. Loaded wherever pytest runs: it imports nothing but pytest."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--npu-*``."""
    group = parser.getgroup("npucore", "conformance of npucore's backends")
    group.addoption("--npu-backend", metavar="NAME", default="reference", help="who is judged")
    group.addoption(
        "--npu-option", metavar="KEY=VALUE", action="append", default=[], help="of the backend"
    )
    group.addoption(
        "--npu-gaps", metavar="FILE", type=Path, help="known failures (default: the backend's own)"
    )
    group.addoption("--npu-models", metavar="DIR", type=Path, help="judge these networks as well")
    group.addoption("--npu-quick", action="store_true", help="a sample of the cases")
    group.addoption("--npu-json", metavar="FILE", type=Path, help="write the report as JSON")
    group.addoption("--npu-html", metavar="FILE", type=Path, help="write the report as a page")
