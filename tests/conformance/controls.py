# SPDX-License-Identifier: MIT
"""Backends with one fault each. The suite has to catch every one, by the test named here."""

from __future__ import annotations

import dataclasses
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from npucore.backend import Backend, Capabilities, Exported, Job, Program, Verdict
from npucore.errors import UnsupportedError
from npucore.graph import Graph
from npucore.ops import Activation, Convolution, Op, Padding
from npucore.quantize import Rounding
from npucore.reference import ReferenceBackend
from npucore.tensor import Array, Quantization, Tensor

TAKEN = ("add", "convolution", "pooling", "reshape", "split")


class Sound(ReferenceBackend):
    """The reference with a shorter list: nothing is wrong with it."""

    name = "sound"
    capabilities = Capabilities("a sound backend", dict.fromkeys(TAKEN, 0))

    def supports(self, op: Op, graph: Graph) -> Verdict:
        if op.name not in TAKEN:
            return Verdict(f"{op.name} is not for me")
        return ReferenceBackend().supports(op, graph)

    def compile(self, graph: Graph) -> Program:
        for op in graph.ops:
            if not (verdict := self.supports(op, graph)):
                raise UnsupportedError(str(verdict.reason))
        return self.program(graph)

    def program(self, graph: Graph) -> Program:
        return super().compile(graph)


class Wrapped(Program):
    """The reference's program with something done before or after it."""

    def __init__(self, inner: Program, graph: Graph) -> None:
        self.inner, self.graph = inner, graph

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        return self.inner.run(inputs)


CONTROLS: dict[str, tuple[type[Backend], str]] = {}
"""Name -> the backend, and the test that must fail."""


def control(test: str) -> Callable[[type[Backend]], type[Backend]]:
    def register(kind: type[Backend]) -> type[Backend]:
        kind.name = kind.__name__.lower()
        CONTROLS[kind.name] = (kind, test)
        return kind

    return register


def rewritten(change: Callable[[Convolution], Convolution]) -> Callable[..., Program]:
    """Compile with every convolution replaced."""

    def program(self: Sound, graph: Graph) -> Program:
        ops = tuple(change(op) if isinstance(op, Convolution) else op for op in graph.ops)
        changed = Graph(ops, graph.inputs, graph.outputs, graph.rounding)
        return ReferenceBackend.compile(self, changed)

    return program


def answering(change: Callable[[Graph, list[Array]], list[Array]]) -> Callable[..., Program]:
    """Change what comes out."""

    class Changed(Wrapped):
        def run(self, inputs: Sequence[Array]) -> list[Array]:
            return change(self.graph, self.inner.run(inputs))

    def program(self: Sound, graph: Graph) -> Program:
        return Changed(ReferenceBackend.compile(self, graph), graph)

    return program


@control("ops/convolution-mesa-8x8x32-k3x3-o32-s1x1-same-uint8")
class WrongRounding(Sound):
    def program(self, graph: Graph) -> Program:
        return ReferenceBackend.compile(self, graph.with_rounding(Rounding.TFLITE))


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class SwappedAxes(Sound):
    program = rewritten(
        lambda op: (
            dataclasses.replace(
                op, weights=_data(op.weights, np.asarray(op.weights.data).swapaxes(1, 2))
            )
            if op.kernel[0] == op.kernel[1]
            else op
        )
    )


def _data(tensor: Tensor, data: Array) -> Tensor:
    return dataclasses.replace(tensor, data=np.ascontiguousarray(data))


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class IgnoredZeroPoint(Sound):
    """Every input is read as if its zero point were 0."""

    def program(self, graph: Graph) -> Program:
        return _without_zero_points(self, graph)


def _without_zero_points(self: Sound, graph: Graph) -> Program:

    def plain(tensor: Tensor) -> Tensor:
        q = Quantization.per_tensor(float(tensor.q.scale))
        return dataclasses.replace(tensor, quantization=q)

    (op,) = graph.ops[:1]
    if len(graph.ops) > 1 or not isinstance(op, Convolution) or op.input.quantization is None:
        return ReferenceBackend.compile(self, graph)
    source = plain(op.input)
    changed = dataclasses.replace(op, input=source)
    return ReferenceBackend.compile(
        self, Graph((changed,), (source,), graph.outputs, graph.rounding)
    )


@control("ops/convolution-8x8x16-k3x3-o16-s1x1-p2_1_1_2-int8")
class ForgetsPaddingAtOneSide(Sound):
    program = rewritten(
        lambda op: dataclasses.replace(
            op, padding=Padding(op.padding.bottom, op.padding.top, *op.padding[2:])
        )
    )


@control("ops/convolution-8x8x16-k3x3-o16-s1x1-same-int8-relu-zx_x_7")
class ForgetsActivation(Sound):
    program = rewritten(lambda op: dataclasses.replace(op, activation=Activation.NONE))


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class ForgetsBias(Sound):
    program = rewritten(lambda op: dataclasses.replace(op, bias=None))


@control("ops/convolution-8x8x16-k3x3-o16-s1x1-same-int8-f0.05")
class WrapsInsteadOfSaturating(Sound):
    program = answering(lambda graph, out: [_wrapped(a) for a in out])


def _wrapped(array: Array) -> Array:
    if array.dtype != np.int8:
        return array
    return np.where(array == 127, np.int8(-128), array)


@control("contract/a_second_input_gives_a_second_answer")
class StaleOutput(Sound):
    def program(self, graph: Graph) -> Program:
        class Stale(Wrapped):
            old: list[Array] | None = None

            def run(self, inputs: Sequence[Array]) -> list[Array]:
                self.old = self.old or self.inner.run(inputs)
                return [np.array(a) for a in self.old]

        return Stale(ReferenceBackend.compile(self, graph), graph)


@control("contract/threads_do_not_meet")
class Race(Sound):
    def program(self, graph: Graph) -> Program:
        class Racing(Wrapped):
            staged: ClassVar[list[Array]] = []

            def run(self, inputs: Sequence[Array]) -> list[Array]:
                self.staged = [np.array(a) for a in inputs]
                if threading.active_count() > 1:
                    time.sleep(0.001)
                return self.inner.run(self.staged)

        return Racing(ReferenceBackend.compile(self, graph), graph)


@control("contract/takes_what_it_claims")
class ClaimsWhatItRefuses(Sound):
    capabilities = Capabilities("boasts", {**dict.fromkeys(TAKEN, 0), "softmax": 0})


@control("contract/claims_what_it_takes")
class TakesWhatItHides(Sound):
    capabilities = Capabilities("hides", dict.fromkeys(TAKEN[1:], 0))


@control("contract/takes_something")
class RefusesEverything(Sound):
    capabilities = Capabilities("does nothing", {})

    def supports(self, op: Op, graph: Graph) -> Verdict:
        return Verdict("not today")


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class MutatesInputs(Sound):
    def program(self, graph: Graph) -> Program:
        class Mutating(Wrapped):
            def run(self, inputs: Sequence[Array]) -> list[Array]:
                outputs = self.inner.run(inputs)
                for array in inputs:
                    if array.flags.writeable:
                        array[...] = 0
                return outputs

        return Mutating(ReferenceBackend.compile(self, graph), graph)


@control("contract/refusals_give_reasons")
class RefusesInSilence(Sound):
    def supports(self, op: Op, graph: Graph) -> Verdict:
        verdict = super().supports(op, graph)
        return verdict if verdict else Verdict("")


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class TakesThenRefuses(Sound):
    def program(self, graph: Graph) -> Program:
        raise UnsupportedError("changed my mind")


@control("contract/compile_refuses_what_supports_refuses")
class CompilesWhatItRefuses(Sound):
    def compile(self, graph: Graph) -> Program:
        return ReferenceBackend().compile(graph)


@control("contract/answers_stay_as_they_are")
class ReusesItsAnswers(Sound):
    def program(self, graph: Graph) -> Program:
        class Reusing(Wrapped):
            kept: list[Array] | None = None

            def run(self, inputs: Sequence[Array]) -> list[Array]:
                fresh = self.inner.run(inputs)
                if self.kept is None:
                    self.kept = fresh
                for mine, new in zip(self.kept, fresh, strict=True):
                    mine[...] = new
                return self.kept

        return Reusing(ReferenceBackend.compile(self, graph), graph)


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class WrongDtype(Sound):
    program = answering(lambda graph, out: [a.astype(np.int32) for a in out])


@control("ops/convolution-7x9x31-k3x3-o40-s1x1-same-int8")
class WrongShape(Sound):
    program = answering(lambda graph, out: [a.reshape(-1) for a in out])


@control("ops/split-1x8x8x32-axis3-16x16-int8")
class OutputsInTheWrongOrder(Sound):
    program = answering(lambda graph, out: out[::-1])


@control("contract/runs_twice_alike")
class Flickers(Sound):
    def program(self, graph: Graph) -> Program:
        count = itertools.count()
        change = answering(lambda graph, out: [a ^ (next(count) % 3 == 2) for a in out])
        return (
            change(self, graph) if graph.outputs[0].dtype.kind in "iu" else super().program(graph)
        )


@control("contract/verdicts_do_not_change")
class ChangesItsMind(Sound):
    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__(target, **options)
        self.asked = itertools.count()

    def supports(self, op: Op, graph: Graph) -> Verdict:
        return (
            Verdict("one in a thousand")
            if next(self.asked) % 1000 == 999
            else super().supports(op, graph)
        )


@control("contract/evidence_has_a_level")
class InventsEvidence(Sound):
    def supports(self, op: Op, graph: Graph) -> Verdict:
        verdict = super().supports(op, graph)
        return dataclasses.replace(verdict, evidence="trust me") if verdict else verdict  # type: ignore[arg-type]


@control("contract/close_may_be_called_twice")
class ClosesOnce(Sound):
    def program(self, graph: Graph) -> Program:
        class Once(Wrapped):
            closed = False

            def close(self) -> None:
                if self.closed:
                    raise OSError("bad file descriptor")
                self.closed = True

        return Once(ReferenceBackend.compile(self, graph), graph)


@control("contract/jobs_give_what_runs_give")
class MixesJobs(Sound):
    def program(self, graph: Graph) -> Program:
        class Mixing(Wrapped):
            last: ClassVar[list[Array]] = []

            def submit(self, inputs: Sequence[Array]) -> Job:
                self.last = self.run(inputs)
                program = self

                class Late(Job):
                    def result(self) -> list[Array]:
                        return program.last

                return Late([])

        return Mixing(ReferenceBackend.compile(self, graph), graph)


@control("contract/what_is_exported_can_be_loaded")
class LosesWhatItExports(Sound):
    def export(self, graph: Graph) -> Exported:
        return Exported({}, {})

    def load(self, exported: Exported, inputs: Any, outputs: Any) -> Program:
        graph = Graph((), tuple(inputs), tuple(inputs[:1]))
        return Wrapped(ReferenceBackend.compile(self, graph), graph)


@control("contract/unknown_targets_and_options_are_refused")
class SwallowsOptions(Sound):
    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__()


@control("contract/claims_ops_that_exist")
class ClaimsFiction(Sound):
    capabilities = Capabilities("fiction", {**dict.fromkeys(TAKEN, 0), "teleport": 0})


@control("graphs/graph-two_outputs-int8")
class MixesUpBranches(Sound):
    """Right for single ops; in a graph the second convolution reads the first one's input."""

    def program(self, graph: Graph) -> Program:
        answers = answering(lambda graph, out: [*out[:-1], np.roll(out[-1], 1, axis=-1)])
        return answers(self, graph) if len(graph.ops) > 1 else super().program(graph)


@control("ops/convolution-7x9x17-k3x3-o60-s1x1-same-uint8")
class BreaksOnOddChannels(Sound):
    program = answering(
        lambda graph, out: [
            np.concatenate([a[..., :-1], a[..., :1]], axis=-1) if a.shape[-1] % 16 else a
            for a in out
        ]
    )
