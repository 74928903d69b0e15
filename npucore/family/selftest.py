# SPDX-License-Identifier: MIT
"""Small cases of what is known too little, run on a device and compared, for authors of backends.

A case is run on a fresh device of its own; what it says is kept for that device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

from npucore.contract.backend import Finding, Program, State
from npucore.errors import DeviceError, InputError, NpucoreError
from npucore.evidence import Evidence
from npucore.family.device import Device
from npucore.family.measured import Measured, record
from npucore.family.rules import Rule
from npucore.graph import Graph
from npucore.tensor import Array

Answer = tuple[Finding, bool | None]
"""What is said, and whether it is right; None if that is not known."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All outputs of a case: of the device, and of the simulator."""

    found: bytes
    wanted: bytes

    @property
    def wrong(self) -> int:
        """How many bytes differ."""
        return sum(a != b for a, b in zip(self.found, self.wanted, strict=True))

    @property
    def telling(self) -> bool:
        """Whether memory that was never written could not pass for it."""
        return len(set(self.wanted)) > 1


@dataclass(frozen=True, slots=True)
class Case:
    """*run* compiles and runs on both. Its *name* is empty where a rule has one case alone."""

    name: str
    run: Callable[[], Outcome]


@dataclass(frozen=True, slots=True)
class Lab:
    """Runs graphs on the device and on the simulator, each on a fresh one.

    Parameters
    ----------
    compile
        Takes rules of any evidence.
    program
        Loads what was compiled onto devices that a function opens.
    device, simulator
        Open one.
    samples
        Inputs of a graph.
    """

    compile: Callable[[Graph], Any]
    program: Callable[[Any, Callable[[], Device[Any]]], Program]
    device: Callable[[], Device[Any]]
    simulator: Callable[[], Device[Any]]
    samples: Callable[[Graph], Sequence[Array]]

    def cases(self, graphs: Mapping[str, Graph]) -> list[Case]:
        """Graphs by name."""
        return [Case(name, partial(self._outcome, graph)) for name, graph in graphs.items()]

    def _outcome(self, graph: Graph) -> Outcome:
        compiled = self.compile(graph)
        wanted = self._outputs(compiled, graph, self.simulator)
        return Outcome(self._outputs(compiled, graph, self.device), wanted)

    def _outputs(
        self, compiled: Any, graph: Graph, open_device: Callable[[], Device[Any]]
    ) -> bytes:
        """Of one run, all of them."""
        with closing(self.program(compiled, open_device)) as program:
            return b"".join(array.tobytes() for array in program.run(self.samples(graph)))


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What differs from backend to backend.

    Parameters
    ----------
    backend
        Its name.
    failed
        What a job raises that the device has failed. Any other error says nothing about a rule.
    say
        Told about progress.
    """

    backend: str
    failed: type[DeviceError]
    say: Callable[[str], None]

    def away(self, open_device: Callable[[], Device[Any]]) -> Finding | None:
        """Why there is no device to ask."""
        try:
            open_device().close()
        except DeviceError as error:
            return Finding(
                "self-test", State.ERROR, str(error), "npucore doctor says what is missing"
            )
        return None

    def judge(self, cases: Mapping[str, Sequence[Case]]) -> tuple[list[Finding], Measured]:
        """Every rule by name: confirmed if all of its cases are right, refuted if one is wrong."""
        answers = {name: self.ask(f"rule: {name}", each) for name, each in cases.items()}
        confirmed = frozenset(name for name, (_, right) in answers.items() if right)
        refuted = frozenset(name for name, (_, right) in answers.items() if right is False)
        return [finding for finding, _ in answers.values()], Measured(confirmed, refuted)

    def ask(self, subject: str, cases: Sequence[Case]) -> Answer:
        """The cases in order, to the first that is wrong."""
        unknown = None if cases else "this self-test has no case for it"
        total = 0
        for case in cases:
            prefix = f"{case.name}: " if case.name else ""
            self.say(f"{subject} {case.name}".rstrip())
            try:
                outcome = case.run()
            except self.failed as error:
                return self._refuted(subject, f"{prefix}{error}")
            except NpucoreError as error:
                unknown = f"{prefix}{error}"
                continue
            total += len(outcome.wanted)
            if outcome.wrong:
                detail = f"{outcome.wrong} of {len(outcome.wanted)} bytes differ"
                return self._refuted(subject, f"{prefix}{detail} from the simulator's: refuted")
            if not outcome.telling:
                unknown = f"{prefix}every byte of its answer is the same, which proves nothing"
        if unknown:
            return Finding(subject, State.UNKNOWN, unknown), None
        several = f" in {len(cases)} cases" if len(cases) > 1 else ""
        detail = f"{total} bytes{several} as simulated: confirmed"
        return Finding(subject, State.OK, detail), True

    def _refuted(self, subject: str, detail: str) -> Answer:
        return Finding(subject, State.ERROR, detail, f"{self.backend} will not use it here"), False

    def keep(self, board: str, measured: Measured, *, modelled: bool = False) -> Finding:
        """Record what was found for *board*; of one that is *modelled* for this process alone."""
        try:
            record(self.backend, board, measured, modelled=modelled)
        except (OSError, InputError, ValueError) as error:
            return Finding("record", State.ERROR, str(error))
        if modelled:
            return Finding("record", State.OK, f"nothing is kept: {board} is no board")
        return Finding("record", State.OK, f"kept for {board}; please send the report in")


def unshown(rules: Iterable[Rule]) -> list[str]:
    """Names of the rules whose evidence is below `shown`, each once."""
    return list(dict.fromkeys(rule.name for rule in rules if rule.evidence < Evidence.SHOWN))
