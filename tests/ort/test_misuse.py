# SPDX-License-Identifier: MIT
"""Wrong calls raise what they raise with ONNX Runtime: the class, and the first words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason="the original, ONNX Runtime, is not installed")

import onnxruntime as original

from npucore import ort
from tests.material.ort.models import floats, zeros

Module = Any
Call = Callable[[Module, Any], Any]  # of the module and a session


def bound(session: Any, x: Any, *outputs: str) -> None:
    binding = session.io_binding()
    binding.bind_cpu_input("x", x)
    for name in outputs:
        binding.bind_output(name)
    session.run_with_iobinding(binding)


CALLS: dict[str, Call] = {
    "missing-file": lambda o, s: o.InferenceSession("nowhere.onnx"),
    "folder": lambda o, s: o.InferenceSession("."),
    "bad-bytes": lambda o, s: o.InferenceSession(b"abc"),
    "no-bytes": lambda o, s: o.InferenceSession(bytearray(b"abc")),
    "number": lambda o, s: o.InferenceSession(3),
    "double": lambda o, s: s.run(None, {"x": zeros().astype(np.float64)}),
    "half": lambda o, s: s.run(None, {"x": zeros().astype(np.float16)}),
    "bytes": lambda o, s: s.run(None, {"x": zeros().astype(np.uint8)}),
    "longs": lambda o, s: s.run(None, {"x": zeros().astype(np.int64)}),
    "booleans": lambda o, s: s.run(None, {"x": zeros().astype(bool)}),
    "texts": lambda o, s: s.run(None, {"x": np.array(["a"])}),
    "rank-3": lambda o, s: s.run(None, {"x": zeros()[0]}),
    "rank-5": lambda o, s: s.run(None, {"x": zeros()[None]}),
    "rank-0": lambda o, s: s.run(None, {"x": np.float32(1).reshape(())}),
    "batch": lambda o, s: s.run(None, {"x": np.zeros((2, 3, 8, 8), np.float32)}),
    "image": lambda o, s: s.run(None, {"x": np.zeros((1, 3, 9, 7), np.float32)}),
    "empty": lambda o, s: s.run(None, {"x": np.zeros((0, 3, 8, 8), np.float32)}),
    "no-input": lambda o, s: s.run(None, {}),
    "wrong-name": lambda o, s: s.run(None, {"z": zeros()}),
    "second-name": lambda o, s: s.run(None, {"x": zeros(), "z": zeros()}),
    "no-dict": lambda o, s: s.run(None, [zeros()]),
    "scalar": lambda o, s: s.run(None, {"x": 3}),
    "output": lambda o, s: s.run(["nothing"], {"x": zeros()}),
    "outputs": lambda o, s: s.run(["y", "z"], {"x": zeros()}),
    "values-missing": lambda o, s: s.run_with_ort_values(None, {}),
    "async-missing": lambda o, s: s.run_async(None, {}, print, None),
    "nothing-bound": lambda o, s: s.run_with_iobinding(s.io_binding()),
    "no-output-bound": lambda o, s: bound(s, zeros()),
    "double-bound": lambda o, s: bound(s, zeros().astype(np.float64), "y"),
    "wrong-input-bound": lambda o, s: s.io_binding().bind_cpu_input("z", zeros()),
    "memory-without-shape": lambda o, s: s.io_binding().bind_output("y", buffer_ptr=1),
    "foreign-binding": lambda o, s: o.InferenceSession(floats()).run_with_iobinding(s.io_binding()),
    "no-entry": lambda o, s: o.SessionOptions().get_session_config_entry("x"),
    "no-run-entry": lambda o, s: o.RunOptions().get_run_config_entry("x"),
}


def raised(module: Module, call: Call) -> tuple[type[BaseException], str]:
    session = module.InferenceSession(floats(), providers=["CPUExecutionProvider"])
    with pytest.raises(Exception) as caught:  # noqa: PT011  # the class is what is compared
        call(module, session)
    return type(caught.value), str(caught.value)


@pytest.mark.parametrize("name", CALLS)
def test_it_raises_what_the_original_does(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kind, text = raised(ort, CALLS[name])
    want, said = raised(original, CALLS[name])
    assert kind is want
    assert text.startswith(said.rstrip("\n").removesuffix("."))


PROVIDERS: dict[str, dict[str, Any]] = {
    "set": {"providers": {"CPUExecutionProvider"}},
    "lengths": {"providers": ["CPUExecutionProvider"], "provider_options": []},
    "number": {"providers": [3]},
    "options": {"providers": ["CPUExecutionProvider"], "provider_options": [3]},
    "pairs": {"providers": [("CPUExecutionProvider", {})], "provider_options": [{}]},
}


@pytest.mark.parametrize("name", PROVIDERS)
def test_so_do_providers(name: str) -> None:
    with pytest.raises(ValueError, match="'provider") as want:
        original.InferenceSession(floats(), **PROVIDERS[name], enable_fallback=0)
    with pytest.raises(ValueError, match="'provider") as got:
        ort.InferenceSession(floats(), **PROVIDERS[name])
    assert str(got.value) == str(want.value)


def test_details_are_equal() -> None:
    model = floats(shape=("n", 3, None, 8))
    sessions = [module.InferenceSession(model) for module in (ort, original)]
    (mine, theirs) = (
        [(end.name, end.type, end.shape) for end in session.get_inputs()] for session in sessions
    )
    assert mine == theirs
    ours, original_ = (session.get_modelmeta() for session in sessions)
    for name in ("producer_name", "graph_name", "domain", "description", "version"):
        assert getattr(ours, name) == getattr(original_, name)
