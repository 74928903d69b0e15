# SPDX-License-Identifier: MIT
"""Programs in order, and the values that flow between them."""

from __future__ import annotations

import enum
import json
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from npucore import plugins
from npucore.contract.abilities import Exports, Reloads
from npucore.contract.backend import Backend, Exported, Program
from npucore.errors import (
    InputError,
    InvalidModelError,
    NpucoreError,
    PluginError,
    UnsupportedError,
)
from npucore.files import archive
from npucore.files.artifact import Setting, StoredRun
from npucore.files.boundary import judged
from npucore.graph import Graph, Network
from npucore.running.partition import Run, ask
from npucore.running.process import Owner
from npucore.tensor import Array, Tensor

Inputs = Array | Sequence[Array] | Mapping[str, Array]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A program, and the tensors that it reads and writes in the order of its arrays."""

    backend: Backend
    program: Program
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


class Execution:
    """Owns the programs of *steps*; if making one of them fails, the others are closed."""

    def __init__(self, network: Network, steps: Iterable[Step]) -> None:
        self.network, self.closed = network, False
        self.states = network.states if isinstance(network, Graph) else ()
        self._memory: dict[Tensor, Array] = {}
        self._turn = threading.Lock()
        self.reset()
        self._given = {*network.inputs, *(state.before for state in self.states)}
        self._steps: list[Step] = []
        self._owner = Owner()
        self._changed = threading.Condition()
        self._running: list[int] = []  # the threads that run
        try:
            for step in steps:
                self._steps.append(step)
        except BaseException:
            self.close()
            raise

    @property
    def steps(self) -> tuple[Step, ...]:
        """What runs, in order."""
        return tuple(self._steps)

    @property
    def in_flight(self) -> int:
        """The largest number of inferences that one of the programs can have under way."""
        return max((step.program.in_flight for step in self._steps), default=1)

    def run(self, inputs: Inputs) -> list[Array]:
        """Run once; see `Session.run`."""
        self._owner.require()
        with self._entered():
            arrays = arrays_for(self.network.inputs, inputs)
            if not self.states:
                return self._run(arrays, {})
            with self._turn:  # one run after the other: each begins where the last has ended
                return self._run(arrays, self._memory)

    def reset(self) -> None:
        """Forget what earlier runs have left behind."""
        with self._turn:
            self._memory = {state.before: state.first for state in self.states}

    @contextmanager
    def _entered(self) -> Iterator[None]:
        """Between the first array and the last: no thread may close the programs meanwhile."""
        with self._changed:
            if self.closed:
                raise InputError("the session is closed")
            self._running.append(threading.get_ident())
        try:
            yield
        finally:
            with self._changed:
                self._running.remove(threading.get_ident())
                self._changed.notify_all()

    def _run(self, arrays: Sequence[Array], memory: Mapping[Tensor, Array]) -> list[Array]:
        values: dict[Tensor, Array] = dict(zip(self.network.inputs, arrays, strict=True))
        values.update(memory)
        for step in self._steps:
            start = time.perf_counter()
            with judged(f"{step.backend.name} cannot run the network"):
                results = step.program.run([values[tensor] for tensor in step.inputs])
            if len(results) != len(step.outputs):
                wanted = f"{len(results)} arrays, wanted {len(step.outputs)}"
                raise PluginError(f"{step.backend.name} answered with {wanted}")
            plugins.manager.hook.npucore_job_done(
                program=step.program, seconds=time.perf_counter() - start
            )
            values.update(zip(step.outputs, results, strict=True))
        results = [self._value(tensor, values) for tensor in self.network.outputs]
        if self.states:
            self._memory = {s.before: self._kept(s.after, values) for s in self.states}
        return results

    def close(self) -> None:
        """Wait for what runs, then release what the backends hold.

        Safe to call twice; in a forked child nothing is released, because it is the parent's.
        Raises `InputError` within an inference, which it could only wait for for ever.
        """
        if not self._owner.is_here:
            return
        with self._changed:
            if threading.get_ident() in self._running:
                raise InputError("a session cannot be closed by an inference of its own")
            if self.closed:
                return
            self.closed = True
            self._changed.wait_for(lambda: not self._running)
        for step in reversed(self._steps):
            step.program.close()

    @staticmethod
    def _kept(tensor: Tensor, values: Mapping[Tensor, Array]) -> Array:
        """A copy of a tensor's value, kept for the next run, since outputs are the caller's."""
        return np.array(values.get(tensor, tensor.data))

    def _value(self, tensor: Tensor, values: Mapping[Tensor, Array]) -> Array:
        """An output that the caller may keep and change."""
        if tensor in values and tensor not in self._given:
            return values[tensor]
        return np.array(values.get(tensor, tensor.data))


def arrays_for(tensors: Sequence[Tensor], inputs: Inputs) -> list[Array]:
    """*inputs* as arrays in the order of *tensors*.

    Raises `InputError` for anything that is no array of the right shape and dtype for each of them.
    """
    if isinstance(inputs, Mapping):
        wanted = [tensor.name for tensor in tensors]
        if inputs.keys() != set(wanted):
            raise InputError(f"inputs named {sorted(map(str, inputs))}, wanted {wanted}")
        inputs = [inputs[name] for name in wanted]
    elif isinstance(inputs, np.ndarray):
        inputs = [inputs]
    elif not isinstance(inputs, Sequence):
        raise InputError(f"inputs are {type(inputs).__name__}, wanted an array, a list or a dict")
    if len(inputs) != len(tensors):
        raise InputError(f"{len(inputs)} inputs, wanted {len(tensors)}")
    return [_array_for(tensor, array) for tensor, array in zip(tensors, inputs, strict=True)]


def _is_masked(given: object) -> bool:
    """Whether it is a masked array, of which there are none unless somebody has imported them."""
    masked = sys.modules.get("numpy.ma")
    return masked is not None and masked.isMaskedArray(given)


def _array_for(tensor: Tensor, given: object) -> Array:
    if _is_masked(given):
        raise InputError(f"input {tensor.name}: a masked array; fill what is masked first")
    try:
        array = np.asarray(given)
    except Exception as error:  # what __array__ of anything may raise
        raise InputError(f"input {tensor.name}: no array ({error})") from error
    if (array.shape, array.dtype) != (tensor.shape, tensor.dtype):
        raise InputError(
            f"input {tensor.name}: {array.dtype}{array.shape}, wanted {tensor.dtype}{tensor.shape}"
        )
    return array


def compiled(run: Run) -> Step:
    """A run of a graph, compiled after the rewrites of all plugins."""
    graph = rewritten(run)
    with judged(f"{run.backend.name} cannot compile the network"):
        program = run.backend.compile(graph)
    plugins.manager.hook.npucore_program_compiled(program=program, graph=graph)
    return Step(run.backend, program, run.graph.inputs, run.graph.outputs)


def rewritten(run: Run) -> Graph:
    """The graph of *run* after the rewrites of all plugins."""
    graph = run.graph
    for passes in plugins.manager.hook.npucore_passes(backend=run.backend):
        for rewrite in passes:
            graph = rewrite(graph)
    return graph


def stored(run: Run, indices: Mapping[Tensor, int]) -> StoredRun:
    """A run of a graph for an artefact; *indices* gives the op that writes a tensor.

    Raises `PluginError` for an export that no file can hold.
    """
    if not isinstance(run.backend, Exports):
        return _stored(run, indices, run.graph, None)  # rewritten when it is loaded
    graph = rewritten(run)
    return _stored(run, indices, graph, run.backend.export(graph))


def compiled_and_stored(run: Run, indices: Mapping[Tensor, int]) -> tuple[Step, StoredRun]:
    """Both what `compiled` and what `stored` give, of one compilation."""
    if not isinstance(run.backend, Reloads):
        return compiled(run), stored(run, indices)
    graph = rewritten(run)
    with judged(f"{run.backend.name} cannot compile the network"):
        program, exported = run.backend.compile_exported(graph)
    plugins.manager.hook.npucore_program_compiled(program=program, graph=graph)
    step = Step(run.backend, program, run.graph.inputs, run.graph.outputs)
    return step, _stored(run, indices, graph, exported)


def _stored(
    run: Run, indices: Mapping[Tensor, int], graph: Graph, exported: Exported | None
) -> StoredRun:
    return StoredRun(
        run.backend.name,
        run.backend.target,
        {name: _setting(value) for name, value in run.backend.settings.items()},
        tuple(indices.get(op.outputs[0]) for op in graph.ops),
        run.graph.inputs,
        run.graph.outputs,
        graph if exported is None else _checked_export(run.backend, exported),
    )


def _setting(value: object) -> Setting:
    """*value* as JSON has it; an enum is its name, whatever else it is."""
    if isinstance(value, str | int | float) and not isinstance(value, enum.Enum):
        return value
    return str(value)


def _checked_export(backend: Backend, exported: Exported) -> Exported:
    """*exported* as it will be read."""
    try:
        manifest = json.loads(json.dumps(exported.manifest, allow_nan=False))
        archive.pack({}, {name: np.empty(0, a.dtype) for name, a in exported.arrays.items()})
    except (TypeError, ValueError) as error:
        raise PluginError(f"{backend.name} exports what no file can hold: {error}") from error
    return Exported(manifest, exported.arrays)


def loaded(run: StoredRun, backend: Backend) -> Step:
    """A run of an artefact, by the backend that it names.

    Raises `InvalidModelError` for content that the backend does not take.
    """
    content = run.content
    if isinstance(content, Graph):
        for op in content.ops:
            if not (verdict := ask(backend, op, content)):
                raise InvalidModelError(f"{op.name} -> {op.label}: {verdict.reason}")
        return compiled(Run(backend, content))
    if not isinstance(backend, Exports):
        raise UnsupportedError(f"{backend.name} loads no compiled graphs")
    try:
        program = backend.load(content, run.inputs, run.outputs)
    except NpucoreError:
        raise
    except Exception as error:  # the file's fault, or a plugin's that did not look at it
        why = f"{type(error).__name__}: {error}"
        raise InvalidModelError(f"{backend.name} cannot load what it exported: {why}") from error
    return Step(backend, program, run.inputs, run.outputs)
