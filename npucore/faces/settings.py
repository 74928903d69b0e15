# SPDX-License-Identifier: MIT
"""Settings of a face: where a network is to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from npucore import plugins
from npucore.contract.backend import Backend
from npucore.errors import InputError
from npucore.files.artifact import Artifact, is_artifact
from npucore.graph import Graph
from npucore.running.fallback import REFERENCE
from npucore.running.placed import Choices
from npucore.running.placing import placing_of
from npucore.running.session import Backends, Session, best_available, load

ENVIRONMENT = "NPUCORE_BACKEND"
PREFIX = "NPUCORE_"
OWN = ("backend", "strict", "verbose", "placement")
OPTIONS = "NPUCORE_OPTIONS"


@dataclass(frozen=True)
class Settings:
    """Where networks run.

    Parameters
    ----------
    backend
        As `Session` takes it, or text with commas between names; the best that is available if
        there is none.
    strict
        Whether a network that would leave any op to the fallback is refused.
    verbose
        Whether every op that is left to the fallback is named, not only the reasons that cost most.
    placement
        As `Session` takes it.
    options
        Settings of the backends.
    memory
        As `Session` takes it.
    """

    backend: Backends = None
    strict: bool = False
    verbose: bool = False
    placement: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    memory: int | None = None

    @classmethod
    def of_text(cls, given: Mapping[str, str]) -> Settings:
        """Settings by their names here; others are the backends'. Raises `InputError`.

        >>> Settings.of_text({"backend": "rocket", "strict": "1", "cores": "3"}).options
        {'cores': '3'}
        """
        return cls(
            given.get("backend"),
            switch(given.get("strict", False)),
            switch(given.get("verbose", False)),
            given.get("placement"),
            {key: value for key, value in given.items() if key not in OWN},
        )

    @classmethod
    def of_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Settings of ``NPUCORE_STRICT`` and so on, and ``NPUCORE_OPTIONS`` for the backends.

        >>> Settings.of_environment({"NPUCORE_OPTIONS": "trust=shown,cores=3"}).options
        {'trust': 'shown', 'cores': '3'}
        """
        given = {name: value for name in OWN if (value := environment.get(PREFIX + name.upper()))}
        return cls.of_text(given | _pairs(environment.get(OPTIONS, "")))

    def over(self, other: Settings) -> Settings:
        """These, and *other* where they say nothing."""
        return Settings(
            self.backend or other.backend,
            self.strict or other.strict,
            self.verbose or other.verbose,
            self.placement or other.placement,
            {**other.options, **self.options},
            self.memory or other.memory,
        )

    def backends(self, environment: Mapping[str, str]) -> list[str | Backend]:
        """The backends in order of preference, one of them at least."""
        chosen = self.backend or environment.get(ENVIRONMENT) or best_available()
        if isinstance(chosen, str):
            return [name.strip() for name in chosen.split(",")]
        return [chosen] if isinstance(chosen, Backend) else list(chosen)

    def check(self, environment: Mapping[str, str]) -> None:
        """Raise `PluginError` for an unknown backend, `InputError` for an option of none."""
        chosen = [*self.backends(environment), REFERENCE]
        kinds = dict.fromkeys(map(_kind, chosen))
        for option in self.options:
            if not any(option in kind.options for kind in kinds):
                raise InputError(
                    f"no option {option!r} in {', '.join(kind.name for kind in kinds)}"
                )

    def choices(self, environment: Mapping[str, str]) -> Choices:
        """The same for who asks where ops would run, before anything is compiled."""
        return Choices(
            self.backends(environment),
            memory=self.memory,
            placing=placing_of(self.placement, None, self.strict),
            options=self.options,
        )

    def session(self, graph: Graph, environment: Mapping[str, str]) -> Session:
        """*graph*, compiled as these settings want it; raises as `Session`."""
        return Session(
            graph,
            self.backends(environment),
            strict=self.strict,
            placement=self.placement,
            memory=self.memory,
            **self.options,
        )

    def open_file(self, path: str | Path, environment: Mapping[str, str]) -> Session:
        """The model in a file, compiled as these settings want it, or the artefact.

        Raises as `load` and `Session`: `InputError` for settings that an artefact does not leave.
        """
        if not is_artifact(path):
            self.check(environment)
            return self.session(load(path), environment)
        artifact, strict, placement = Artifact.read(path), self.strict, self.placement
        return Session(artifact, self.backend, strict=strict, placement=placement, **self.options)


def _pairs(text: str) -> dict[str, str]:
    pairs = [pair.strip().partition("=") for pair in text.split(",") if pair.strip()]
    if wrong := [key for key, equals, _ in pairs if not (key and equals)]:
        raise InputError(f"{OPTIONS}: {wrong[0]!r}, wanted KEY=VALUE,KEY=VALUE")
    return {key: value for key, _, value in pairs}


def _kind(backend: str | Backend) -> type[Backend]:
    if isinstance(backend, Backend):
        return type(backend)
    return plugins.load_backend(backend.partition(":")[0])


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
