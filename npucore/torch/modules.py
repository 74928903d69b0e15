# SPDX-License-Identifier: MIT
"""npucore where a program calls `torch.compile`, for as long as it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

from npucore.faces.modules import attach, change
from npucore.faces.settings import Settings
from npucore.torch.dynamo import compiled

PACKAGE = "torch"
INDUCTOR, OURS = "inductor", "npucore"


@contextmanager
def in_place(settings: Settings) -> Iterator[None]:
    """`torch.compile` uses npucore where it would use Inductor; other backends stay.

    A call that is told nothing goes by *settings*.
    """
    with ExitStack() as undo:

        def replace(torch: ModuleType) -> None:
            attach(undo, torch, "compile", compiling(torch.compile, settings))

        change(undo, PACKAGE, replace)
        yield


def compiling(original: Callable[..., Any], settings: Settings) -> Callable[..., Any]:
    """A function that is called as *original*, `torch.compile`."""

    def compile(
        model: Any = None,
        *,
        backend: Any = INDUCTOR,
        mode: str | None = None,
        options: Mapping[str, Any] | None = None,
        dynamic: bool | None = None,
        **others: Any,
    ) -> Any:
        if backend not in (INDUCTOR, OURS):
            given = {"backend": backend, "mode": mode, "options": options, "dynamic": dynamic}
            return original(model, **given, **others)
        mine = options or {}
        if backend == INDUCTOR and (words := [*filter(None, (mode, *mine))]):
            _say_unused(words)
            mine = {}
        chosen = Settings.of_text(mine).over(settings)

        def npucore(graph: Any, inputs: Sequence[Any]) -> Callable[..., Any]:
            return compiled(graph, inputs, chosen)

        dynamic = bool(dynamic)  # by default every shape is compiled: an open size cannot be
        return original(model, backend=npucore, dynamic=dynamic, **others)

    return compile


def _say_unused(words: Sequence[str]) -> None:
    text = f"takes the place of Inductor, whose {', '.join(words)} means nothing here"
    print(f"npucore: {text}", file=sys.stderr, flush=True)
