# SPDX-License-Identifier: MIT
"""What the interface of another runtime has no words for: where a network is to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from npucore import plugins
from npucore.errors import InputError
from npucore.graph import Graph
from npucore.running.session import FALLBACK, Session, best_available

ENVIRONMENT = "NPUCORE_BACKEND"


@dataclass(frozen=True)
class Settings:
    """Where networks run.

    Parameters
    ----------
    backend
        Names in order of preference, or text with commas between them; the best that is available
        if there is none.
    strict
        Whether a network that would leave any op to the fallback is refused.
    verbose
        Whether every op that is left to the fallback is named, not only the reasons that cost most.
    placement
        As `Session` takes it.
    options
        Settings of the backends.
    """

    backend: str | Sequence[str] | None = None
    strict: bool = False
    verbose: bool = False
    placement: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def over(self, other: Settings) -> Settings:
        """These, and *other* where they say nothing."""
        return Settings(
            self.backend or other.backend,
            self.strict or other.strict,
            self.verbose or other.verbose,
            self.placement or other.placement,
            {**other.options, **self.options},
        )

    def names(self, environment: Mapping[str, str]) -> list[str]:
        """The backends by name, one of them at least."""
        chosen = self.backend or environment.get(ENVIRONMENT) or best_available()
        return (
            [name.strip() for name in chosen.split(",")] if isinstance(chosen, str) else [*chosen]
        )

    def check(self, environment: Mapping[str, str]) -> None:
        """Raise `PluginError` for an unknown backend, `InputError` for an option of none."""
        names = [name.partition(":")[0] for name in self.names(environment)]
        kinds = [plugins.load_backend(name) for name in dict.fromkeys([*names, FALLBACK])]
        for option in self.options:
            if not any(option in kind.options for kind in kinds):
                raise InputError(
                    f"no option {option!r} in {', '.join(kind.name for kind in kinds)}"
                )

    def session(self, graph: Graph, environment: Mapping[str, str]) -> Session:
        """*graph*, compiled as these settings want it; raises as `Session`."""
        return Session(
            graph,
            self.names(environment),
            strict=self.strict,
            placement=self.placement,
            **self.options,
        )


def switch(value: object) -> bool:
    """A setting that is on or off, as programs give it to other runtimes: often as text.

    Raises `InputError` for anything else.

    >>> switch("1"), switch("false"), switch(True)
    (True, False, True)
    """
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if (word := str(value).lower()) not in words:
        raise InputError(f"{value!r}, wanted {' or '.join(words)}")
    return words[word]
