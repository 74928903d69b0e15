# SPDX-License-Identifier: MIT
"""From a model and the names of backends to outputs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from npucore import plugins
from npucore.backend import Backend, DeviceKind, Program
from npucore.errors import (
    FallbackError,
    InputError,
    NpucoreError,
    PluginError,
    UnsupportedError,
)
from npucore.frontend import HEAD_BYTES, Frontend
from npucore.graph import Graph
from npucore.partition import Partition, Placement, Run, partition
from npucore.quantize import Rounding
from npucore.tensor import Array, Tensor

FALLBACK = "reference"

Model = Graph | str | Path
Backends = str | Backend | Sequence[str | Backend] | None
Inputs = Array | Sequence[Array] | Mapping[str, Array]


def load(path: str | Path, frontend: str | None = None) -> Graph:
    """Read a model, with the named frontend or with the one that recognises the file's content.

    Raises `InputError` for a file that cannot be read, `UnsupportedError` for a format that no
    installed frontend knows, and what `Frontend.read` raises.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        graph: Graph = _frontend(path, head, frontend)().read(path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    plugins.load_hook_plugins()
    plugins.manager.hook.npucore_graph_loaded(graph=graph)
    return graph


def _frontend(path: Path, head: bytes, name: str | None) -> type[Frontend]:
    if name is not None:
        return plugins.load_frontend(name)
    broken = []
    for candidate in plugins.names(plugins.FRONTENDS):
        try:
            reader = plugins.load_frontend(candidate)
        except PluginError as error:
            broken.append(str(error))
            continue
        if reader.sniff(head):
            return reader
    known = ", ".join(plugins.names(plugins.FRONTENDS)) or "none"
    raise UnsupportedError(
        "; ".join([f"{path}: no frontend knows this format (installed: {known})", *broken])
    )


def open_backend(name: str, **options: Any) -> Backend:
    """The backend of that name, ``name`` or ``name:target``, with those options that it has.

    Raises `PluginError` for one that is not installed or breaks when it is opened.
    """
    name, _, target = name.partition(":")
    backend = plugins.load_backend(name)
    mine = {key: value for key, value in options.items() if key in backend.options}
    try:
        return backend(target or None, **mine)
    except NpucoreError:
        raise
    except Exception as error:  # a plugin's fault, whatever it is
        raise PluginError(f"backend {name!r} is broken: {type(error).__name__}: {error}") from error


def open_all(
    backend: Backends, fallback: str | None = FALLBACK, **options: Any
) -> tuple[list[Backend], list[Backend]]:
    """(what the user chose, the same with the fallback behind it), best first.

    Raises `UnsupportedError` for an option that none of them has.
    """
    chosen = [b if isinstance(b, Backend) else open_backend(b, **options) for b in _listed(backend)]
    every = list(chosen)
    if fallback is not None and fallback not in [b.name for b in chosen]:
        every.append(open_backend(fallback, **options))
    for key in options:
        if not any(key in b.options for b in every):
            names = ", ".join(b.name for b in every)
            raise UnsupportedError(f"no option {key!r} in {names}")
    return chosen, every


def _listed(backend: Backends) -> Sequence[str | Backend]:
    if backend is None:
        return [best_available()]
    return [backend] if isinstance(backend, str | Backend) else backend


def best_available() -> str:
    """The backend to use when the user names none: hardware that is there, else the CPU."""
    for name in plugins.names(plugins.BACKENDS):
        try:
            kind = open_backend(name).availability().kind
        except Exception:  # a broken plugin: `npucore backends` shows it
            continue
        if kind is DeviceKind.HARDWARE:
            return name
    return FALLBACK


class Session:
    """A model, compiled for one or several backends and ready to run from any thread.

    Parameters
    ----------
    model
        A graph, or the path of a model file.
    backend
        Name, ``name:target``, `Backend` object, or several in order of preference; by default the
        best that is available.
    fallback
        Who takes the ops that *backend* refuses; None for nobody.
    strict
        Raise `FallbackError` if any op goes to the fallback.
    rounding
        ``"tflite"`` or ``"exact"`` instead of the rule that the frontend chose.
    options
        Settings of the backends, each given to those that have it.
    """

    def __init__(
        self,
        model: Model,
        backend: Backends = None,
        *,
        fallback: str | None = FALLBACK,
        strict: bool = False,
        rounding: str | None = None,
        **options: Any,
    ) -> None:
        graph = model if isinstance(model, Graph) else load(model)
        self.graph = graph.with_rounding(_rounding(rounding)) if rounding else graph
        chosen, backends = open_all(backend, fallback, **options)
        self._partition: Partition = partition(self.graph, backends)
        if strict:
            self._refuse_fallback({b.name for b in chosen})
        self._programs: list[Program] = []
        try:
            for run in self._partition.runs:
                self._programs.append(_compile(run))
        except BaseException:
            self.close()
            raise

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """What `run` expects, in order: name, shape, dtype, quantization."""
        return self.graph.inputs

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """What `run` returns, in order: name, shape, dtype, quantization."""
        return self.graph.outputs

    @property
    def placement(self) -> tuple[Placement, ...]:
        """Where every op runs, in the graph's order, and why."""
        return self._partition.placements

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs of ops into which the graph was cut, in order of execution."""
        return self._partition.runs

    def run(self, inputs: Inputs) -> list[Array]:
        """Run once; arrays in the order, dtypes and shapes of the model's outputs.

        *inputs* is an array, a list of arrays in the model's order, or a dict by tensor name.
        Raises `InputError` for a shape, dtype or name that the model does not have.
        """
        if len(self._programs) != len(self._partition.runs):
            raise InputError("the session is closed")
        arrays = self._check(inputs)
        values: dict[Tensor, Array] = dict(zip(self.inputs, arrays, strict=True))
        for run, program in zip(self._partition.runs, self._programs, strict=True):
            start = time.perf_counter()
            results = program.run([values[tensor] for tensor in run.graph.inputs])
            plugins.manager.hook.npucore_job_done(
                program=program, seconds=time.perf_counter() - start
            )
            values.update(zip(run.graph.outputs, results, strict=True))
        return [self._value(tensor, values) for tensor in self.outputs]

    def close(self) -> None:
        """Release what the backends hold. Safe to call twice."""
        while self._programs:
            self._programs.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _refuse_fallback(self, wanted: set[str]) -> None:
        strays = [p for p in self.placement if p.backend not in wanted]
        if strays:
            first = strays[0]
            raise FallbackError(
                f"{len(strays)} of {len(self.placement)} ops would run on {first.backend}; "
                f"the first is {first.op} -> {first.name} ({first.reason})"
            )

    def _value(self, tensor: Tensor, values: Mapping[Tensor, Array]) -> Array:
        """An output that the caller may keep and change."""
        if tensor in values and tensor not in self.inputs:
            return values[tensor]
        return np.array(values.get(tensor, tensor.data))

    def _check(self, inputs: Inputs) -> list[Array]:
        if isinstance(inputs, Mapping):
            wanted = [tensor.name for tensor in self.inputs]
            if inputs.keys() != set(wanted):
                raise InputError(f"inputs named {sorted(inputs)}, wanted {wanted}")
            inputs = [inputs[name] for name in wanted]
        elif isinstance(inputs, np.ndarray):
            inputs = [inputs]
        if len(inputs) != len(self.inputs):
            raise InputError(f"{len(inputs)} inputs, wanted {len(self.inputs)}")
        arrays = [np.asarray(array) for array in inputs]
        for tensor, array in zip(self.inputs, arrays, strict=True):
            if (array.shape, array.dtype) != (tensor.shape, tensor.dtype):
                raise InputError(
                    f"input {tensor.name}: {array.dtype}{array.shape}, "
                    f"wanted {tensor.dtype}{tensor.shape}"
                )
        return arrays


def _rounding(name: str) -> Rounding:
    if name not in set(Rounding):
        raise InputError(f"rounding {name!r}, wanted {' or '.join(Rounding)}")
    return Rounding(name)


def _compile(run: Run) -> Program:
    graph = run.graph
    for passes in plugins.manager.hook.npucore_passes(backend=run.backend):
        for rewrite in passes:
            graph = rewrite(graph)
    program = run.backend.compile(graph)
    plugins.manager.hook.npucore_program_compiled(program=program, graph=graph)
    return program
