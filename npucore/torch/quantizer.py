# SPDX-License-Identifier: MIT
"""A quantizer for pt2e: networks of PyTorch, quantized as a backend wants them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from torchao.quantization.pt2e.quantizer import Quantizer

from npucore.contract.scheme import Scheme
from npucore.errors import FallbackError
from npucore.faces.settings import Settings
from npucore.running.opening import Backends
from npucore.running.placing import GREEDY
from npucore.torch.patterns import Pattern, Role, patterns
from npucore.torch.specs import Annotator
from npucore.torch.trial import refusals


class NpucoreQuantizer(Quantizer):  # type: ignore[misc]  # torchao is untyped here
    """Annotates what the backends take, by the scheme of the first of them.

    They are asked, with a trial that is quantized by ranges of random inputs; what they refuse
    stays float. *refused* says so of each operator, by its name in the program, after ``annotate``.

    Parameters
    ----------
    per_channel, symmetric
        Instead of the scheme's: a scale for each channel of the weights, int8 activations with zero
        point 0.
    backend, strict, verbose, options
        As of `npucore.faces.settings.Settings`; NPUCORE_BACKEND and so on count where they say
        nothing. With *strict*, `FallbackError` is raised for an operator that has to stay float.
    """

    def __init__(
        self,
        backend: Backends = None,
        *,
        per_channel: bool | None = None,
        symmetric: bool | None = None,
        strict: bool = False,
        verbose: bool = False,
        **options: Any,
    ) -> None:
        super().__init__()
        given = Settings(backend, strict, verbose, options=options)
        self._settings = given.over(Settings.of_environment(os.environ))
        self._settings.check(os.environ)
        chosen, _ = self._settings.choices(os.environ).open(None)
        self._names = ", ".join(backend.name for backend in chosen)
        self._scheme = replace(
            scheme := chosen[0].scheme,
            per_channel=scheme.per_channel if per_channel is None else per_channel,
            symmetric_activations=scheme.symmetric_activations if symmetric is None else symmetric,
        )
        self.refused: Mapping[str, str] = {}

    def annotate(self, model: Any) -> Any:
        """Annotate a ``torch.fx.GraphModule``, as ``prepare_pt2e`` asks for it.

        Raises `UnsupportedError` for one that cannot be exported.
        """
        found = list(patterns(model.graph))
        asked = Settings(placement=GREEDY, strict=False)
        asked = asked.over(Settings(self._settings.backend, options=self._settings.options))
        refused = dict[str, str]()
        while True:
            kept = _kept(found, refused)
            names = {node.name for pattern in kept for node in pattern.nodes}
            told = refusals(model, _Chosen(self._scheme, names), names, asked) if kept else {}
            if not told:
                break
            refused |= told
        _annotate(kept, self._scheme)
        self.refused = refused
        self._say(found, kept)
        return model

    def validate(self, model: Any) -> None:
        """Nothing: what is annotated was tried."""

    def _say(self, found: list[Pattern], kept: list[Pattern]) -> None:
        """One line; raises `FallbackError` if *strict* forbids what it says."""
        counted = [p for p in found if p.role is not Role.MOVED]
        left = [p for p in counted if p not in kept]
        reasons = {p.node.name: _reason(p, self.refused) for p in left}
        text = f"{len(counted) - len(left)} of {len(counted)} operators quantized for {self._names}"
        if left:
            name, reason = next(iter(reasons.items()))
            text += f"; {len(left)} stay{'s' * (len(left) == 1)} float, as {name} ({reason})"
            if self._settings.strict:
                raise FallbackError(text)
        lines = [text]
        if self._settings.verbose:
            lines += [f"  {name} stays float: {reason}" for name, reason in reasons.items()]
        print("\n".join(f"npucore: {line}" for line in lines), file=sys.stderr, flush=True)


class _Chosen(Quantizer):  # type: ignore[misc]  # torchao is untyped here
    """Annotates the patterns whose nodes have these names."""

    def __init__(self, scheme: Scheme, names: set[str]) -> None:
        super().__init__()
        self._scheme, self._names = scheme, names

    def annotate(self, model: Any) -> Any:
        _annotate([p for p in patterns(model.graph) if p.node.name in self._names], self._scheme)
        return model

    def validate(self, model: Any) -> None:
        pass


def _annotate(chosen: list[Pattern], scheme: Scheme) -> None:
    annotator = Annotator(scheme)
    for pattern in chosen:
        annotator.annotate(pattern)


def _kept(found: list[Pattern], refused: Mapping[str, str]) -> list[Pattern]:
    """Patterns that nobody refuses; what only moves numbers stays with the one before it."""
    kept, results = list[Pattern](), set[Any]()
    for pattern in found:
        if any(node.name in refused for node in pattern.nodes):
            continue
        if pattern.role is Role.MOVED and pattern.inputs[0] not in results:
            continue
        kept.append(pattern)
        results.add(pattern.last)
    return kept


def _reason(pattern: Pattern, refused: Mapping[str, str]) -> str:
    return next(refused[node.name] for node in pattern.nodes if node.name in refused)
