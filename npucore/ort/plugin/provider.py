# SPDX-License-Identifier: MIT
"""npucore as an execution provider of one session: what it claims, and what of that it runs."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping
from typing import Any

from npucore.contract.backend import DeviceKind
from npucore.contract.placement import Placement
from npucore.errors import FallbackError, NpucoreError
from npucore.faces.claims import Claims, Judge, Refusal
from npucore.faces.network import Network
from npucore.faces.onnx_model import FRONTEND, tracing_frontend
from npucore.faces.said import Stray, costliest
from npucore.faces.settings import Settings
from npucore.ort.plugin.api import Api
from npucore.ort.plugin.callbacks import Callbacks, retire
from npucore.ort.plugin.fused import Fused
from npucore.ort.plugin.reading import Reader
from npucore.ort.plugin.tables import OUT, POINTER, SIZE, EpTable, FusionOptions
from npucore.ort.providers import PROVIDER
from npucore.running.loading import load
from npucore.running.placing import GREEDY

ADVICE = (
    " when the session is made; give each a name of its own, and that a size by "
    "SessionOptions.add_free_dimension_override_by_name, or use npucore.ort.InferenceSession"
)
PREFIX = f"ep.{PROVIDER.lower()}."
"""Of the provider's options among a session's configuration entries."""


class Provider:
    """The execution provider (``OrtEp``) of one session that is to use npucore."""

    def __init__(self, api: Api, entries: Mapping[str, str], memory: int) -> None:
        options = {
            key.removeprefix(PREFIX): value
            for key, value in entries.items()
            if key.startswith(PREFIX)
        }
        self._settings = Settings.of_text(options).over(Settings.of_environment(os.environ))
        self._settings = self._settings.over(Settings(memory=memory))
        self._settings.check(os.environ)
        self._api, self._frontend = api, tracing_frontend()
        self._fused: dict[int, Fused] = {}
        self._said = ""
        self._failure: NpucoreError | None = None  # for which `_compile` is to fail
        self.name, self.nodes, self.claimed = "", 0, 0
        self._callbacks = callbacks = Callbacks(api)
        self._table = callbacks.fill(
            EpTable(),
            GetName=callbacks.text(PROVIDER),
            GetCapability=callbacks.status(self._capability, POINTER, POINTER, POINTER),
            Compile=callbacks.status(self._compile, POINTER, OUT, OUT, SIZE, OUT, OUT),
            ReleaseNodeComputeInfos=callbacks.plain(self._release, POINTER, OUT, SIZE),
        )
        self.address = ctypes.addressof(self._table)

    @property
    def placement(self) -> tuple[Placement, ...]:
        """Where the ops of all that is claimed run."""
        return tuple(p for fused in self._fused.values() for p in fused.session.placement)

    @property
    def runs(self) -> tuple[int, ...]:
        """How often each fused node was run."""
        return tuple(fused.runs for fused in self._fused.values())

    def retire(self) -> None:
        """Be ready for the end of Python."""
        retire(self._table, "ReleaseNodeComputeInfos")
        for fused in self._fused.values():
            fused.retire()

    def _capability(self, this: int, graph: int, support: int) -> None:
        if self._api.get("Graph_GetParentNode", graph):
            return  # nodes inside others are left to who runs those
        network = Reader(self._api, graph, PROVIDER).network()
        if not network.nodes:
            return
        try:
            choices = self._settings.choices(os.environ)
            judge = Judge(network, self._frontend, choices, ADVICE)
            self._tell(network, claims := judge.claims())
        except NpucoreError as error:  # which ONNX Runtime would only log here
            self._failure = error
            claims = Claims([[next(place for place, n in enumerate(network.nodes) if n.proto)]], {})
        self._claim(network, claims, support)

    def _claim(self, network: Network, claims: Claims, support: int) -> None:
        options = FusionOptions()
        self._callbacks.fill(options)
        options.drop_constant_initializers = True
        for group in claims.groups:
            nodes = (POINTER * len(group))(*(network.nodes[place].handle for place in group))
            arguments = ctypes.cast(nodes, OUT), len(group), ctypes.addressof(options)
            self._api.call("EpGraphSupportInfo_AddNodesToFuse", support, *arguments)

    def _tell(self, network: Network, claims: Claims) -> None:
        """Say where the nodes run, once; raises `FallbackError` if *strict* forbids that."""
        of, left = len(network.nodes), len(claims.refusals)
        if left and self._settings.strict:
            place, refusal = min(claims.refusals.items())
            raise FallbackError(
                f"{left} of {of} nodes would run on other providers; the first is "
                f"{network.nodes[place].label} ({refusal.reason})"
            )
        self.name, self.nodes = network.name, self.claimed + of
        self.claimed += of - left
        strays = [
            Stray(network.nodes[place].operator, refusal.reason, refusal.seconds)
            for place, refusal in sorted(claims.refusals.items(), key=_costliest_first)
        ]
        lines = [self._line(strays)]
        if self._settings.verbose:
            lines += [
                f"  {network.nodes[place].label} on another provider: {refusal.reason}"
                for place, refusal in sorted(claims.refusals.items())
            ]
        said = "\n".join(f"npucore: {line}" for line in lines)
        if said != self._said:
            print(said, file=sys.stderr, flush=True)
        self._said = said

    def _line(self, strays: list[Stray]) -> str:
        chosen, _ = self._settings.choices(os.environ).open(None)
        kinds = {backend.name: backend.availability().kind for backend in chosen}
        where = ", ".join(
            f"{name} ({kind})" if kind is DeviceKind.SIMULATOR else name
            for name, kind in kinds.items()
        )
        text = f"{self.name}: {self.claimed} of {self.nodes} nodes on {where}"
        if not strays:
            return text
        return f"{text}, {len(strays)} on other providers: {'; '.join(costliest(strays))}"

    def _compile(
        self, this: int, graphs: Any, nodes: Any, count: int, infos: Any, contexts: Any
    ) -> None:
        if self._failure is not None:
            raise self._failure
        for number in range(count):
            fused = self._compiled(graphs[number], nodes[number])
            self._fused[fused.address] = fused
            infos[number] = fused.address

    def _compiled(self, graph: int, node: int) -> Fused:
        network = Reader(self._api, graph).network()
        settings = Settings(placement=GREEDY).over(self._settings)
        session = settings.session(load(network.whole(), FRONTEND), os.environ)
        reads, writes = (
            [self._names(which, node).index(name) for name in names]
            for which, names in (("Inputs", network.inputs), ("Outputs", network.outputs))
        )
        return Fused(self._api, session, reads, writes)

    def _names(self, which: str, node: int) -> list[str]:
        values = self._api.each(f"Node:{which}", node)
        return [self._api.text("GetValueInfoName", value) for value in values]

    def _release(self, this: int, infos: Any, count: int) -> None:
        for number in range(count):
            fused = self._fused.pop(infos[number], None)
            if fused is not None:
                fused.close()


def _costliest_first(refused: tuple[int, Refusal]) -> tuple[float, int]:
    place, refusal = refused
    return -refusal.seconds, place
