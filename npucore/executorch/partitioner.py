# SPDX-License-Identifier: MIT
"""A partitioner for `to_edge_transform_and_lower`: what the chosen backends take is delegated."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from executorch.exir.backend.partitioner import DelegationSpec, Partitioner, PartitionResult
from executorch.exir.backend.utils import tag_constant_data

from npucore.errors import FallbackError, NpucoreError, UnsupportedError
from npucore.executorch.backend import NpucoreBackend, specs_of
from npucore.executorch.claims import Claims
from npucore.executorch.program import calls
from npucore.executorch.running import KERNELS
from npucore.faces.said import Stray, costliest
from npucore.faces.settings import Settings
from npucore.running.opening import Backends
from npucore.running.placing import GREEDY

TAG = "delegation_tag"


class NpucorePartitioner(Partitioner):  # type: ignore[misc]  # executorch is untyped here
    """Delegates the largest sets of operators that the backends take; the rest is ExecuTorch's.

    Parameters
    ----------
    backend, strict, verbose, options
        As of `npucore.faces.settings.Settings`; NPUCORE_BACKEND and so on count where they say
        nothing. With *strict*, `FallbackError` is raised if an operator is left.
    placement
        ``"greedy"``, the default: all that the backends take is delegated. ``"cost"``: not what a
        CPU does sooner by the model, which is that of integers; ExecuTorch computes in floats.
    """

    def __init__(
        self,
        backend: Backends = None,
        *,
        strict: bool = False,
        verbose: bool = False,
        placement: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__()
        given = Settings(backend, strict, verbose, placement, options)
        given = given.over(Settings.of_environment(os.environ))
        self._settings = given.over(Settings(placement=GREEDY))
        self._settings.check(os.environ)
        importlib.import_module(KERNELS)  # so that their forms for the runtime are known
        self._weights: list[dict[str, Any]] = []
        self.delegation_spec = DelegationSpec(NpucoreBackend.__name__, specs_of(self._settings))

    def transform_for_pre_decomposition(self, exported_program: Any) -> Any:
        """Take note of the weights, which `partition` is not given; nothing is changed."""
        self._weights.append(dict(exported_program.state_dict))
        return exported_program

    def partition(self, exported_program: Any) -> Any:
        """Tag the nodes that are to be delegated, each with its set's name.

        Raises `UnsupportedError` for a program that cannot be exported, if *strict* is set; else
        nothing of it is delegated, which is said.
        """
        try:
            claims = Claims(exported_program, self._known(exported_program), self._settings)
        except NpucoreError as error:
            if self._settings.strict:
                raise
            print(f"npucore: nothing is delegated: {error}", file=sys.stderr, flush=True)
            return PartitionResult(exported_program, {})
        tags = {}
        for number, group in enumerate(claims.groups):
            tags[tag := f"npucore{number}"] = self.delegation_spec
            for node in group:
                node.meta[TAG] = tag
        tag_constant_data(exported_program)
        self._say(exported_program, claims)
        return PartitionResult(exported_program, tags)

    def _known(self, program: Any) -> dict[str, Any]:
        """The weights of a program. Raises `UnsupportedError` if it is not known which they are."""
        wanted = {name: tensor.shape for name, tensor in program.state_dict.items()}
        fitting = [
            {name: seen[name] for name in wanted}
            for seen in self._weights
            if wanted == {name: seen[name].shape for name in wanted if name in seen}
        ]
        if not fitting:
            raise UnsupportedError("the weights are unknown: call to_edge_transform_and_lower")
        first, *others = fitting
        if any(other[name] is not first[name] for other in others for name in wanted):
            raise UnsupportedError("methods have like weights: give each a partitioner of its own")
        return first

    def _say(self, program: Any, claims: Claims) -> None:
        nodes, left = calls(program), claims.refusals
        of, taken = len(nodes), sum(map(len, claims.groups))
        chosen, _ = self._settings.choices(os.environ).open(None)
        names, count = ", ".join(backend.name for backend in chosen), len(claims.groups)
        text = f"{taken} of {of} operators delegated to {names} in {count} part"
        text += "s" * (count != 1)
        if left:
            targets = {node.name: _word(node) for node in nodes}
            strays = [Stray(targets[name], r.reason, r.seconds) for name, r in left.items()]
            text += f", {len(left)} left to ExecuTorch: {'; '.join(costliest(strays))}"
            if self._settings.strict:
                raise FallbackError(text)
        lines = [text]
        if self._settings.verbose:
            lines += [f"  {name} left to ExecuTorch: {r.reason}" for name, r in left.items()]
        print("\n".join(f"npucore: {line}" for line in lines), file=sys.stderr, flush=True)


def _word(node: Any) -> str:
    """An operator's name without its room and overload."""
    target = getattr(node.target, "_op", node.target)
    parts = str(target).split(".")
    return parts[-2].removeprefix("_") if len(parts) == 3 else str(target.__name__)
