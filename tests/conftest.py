# SPDX-License-Identifier: MIT
"""What all tests share."""

from __future__ import annotations

import gc
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A machine that does other work, too, draws examples slowly.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

# Before numpy is imported: its BLAS starts a thread for every core, which spin while others work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402

SHARED = Path(__file__).parents[2] / "shared"
HOUSE = Path(__file__).parent / "house"  # where a case is a file, and no other is like it
MANY, EVERY = 24, 8


@pytest.fixture(autouse=True, scope="session")
def _no_records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a self-test once recorded on this computer does not count here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("records")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is compiled before a test runs, and nothing of the user's is used or written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NPUCORE_CACHE", "0")
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of models, photos and captures beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("no folder ../shared with models and photos beside the checkout")
    return SHARED


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Random numbers that are the same for a test case every time."""
    return np.random.default_rng(zlib.crc32(request.node.name.encode()))


@pytest.fixture
def new_garbage_only() -> Iterator[None]:
    """Collections of garbage pass over what earlier tests have left, which takes them long."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test with many cases, or marked ``sample(n)``, all cases but every n-th are slow.

    So are those that are long.
    """
    functions: dict[tuple[Path, str], list[pytest.Function]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and HOUSE not in item.path.parents:
            functions.setdefault((item.path, item.originalname), []).append(item)
    for cases in functions.values():
        marked = cases[0].get_closest_marker("sample")
        every = marked.args[0] if marked else EVERY if len(cases) >= MANY else 1
        for number, case in enumerate(cases):
            if number % every or case.get_closest_marker("long"):
                case.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Leave the thousands of tests themselves out of every later collection of garbage."""
    gc.collect()
    gc.freeze()
