# SPDX-License-Identifier: MIT
"""Plugins: backends and frontends by name (lazy entry points), hooks for all (pluggy)."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from importlib.metadata import EntryPoint, EntryPoints
from typing import Any

import pluggy

from npucore.contract.backend import Backend, Program
from npucore.contract.frontend import Frontend, Writes
from npucore.errors import PluginError, did_you_mean
from npucore.graph import Graph

BACKENDS = "npucore.backends"
FRONTENDS = "npucore.frontends"
HOOKS_ONLY = "npucore.plugins"
FALLBACKS = "npucore.fallbacks"
"""Names of backends for CPUs that may take, unasked, what others refuse."""

hookspec = pluggy.HookspecMarker("npucore")
hookimpl = pluggy.HookimplMarker("npucore")


class Hooks:
    """Every hook a plugin may implement."""

    @staticmethod
    @hookspec
    def npucore_graph_loaded(graph: Graph) -> None:
        """A frontend has produced *graph*; look, do not touch."""

    @staticmethod
    @hookspec
    def npucore_passes(backend: Backend) -> Sequence[Callable[[Graph], Graph]]:
        """Return rewrites that a graph goes through before *backend* compiles it."""
        return ()

    @staticmethod
    @hookspec
    def npucore_program_compiled(program: Program, graph: Graph) -> None:
        """*graph* has become *program*."""

    @staticmethod
    @hookspec
    def npucore_job_done(program: Program, seconds: float) -> None:
        """*program* has run once, and it took that long."""

    @staticmethod
    @hookspec
    def npucore_heads() -> Sequence[Any]:
        """Return kinds of network: `npucore.vision.heads.Head` objects that read outputs."""
        return ()

    @staticmethod
    @hookspec
    def npucore_register_commands(subparsers: Any) -> None:
        """Add commands to ``npucore``; *subparsers* is argparse's, ``execute`` a default."""


manager = pluggy.PluginManager("npucore")
manager.add_hookspecs(Hooks)


def entry_points(group: str) -> EntryPoints:
    """What is installed, looked up once for every ``sys.path`` that the process has."""
    found: EntryPoints = _entry_points(tuple(sys.path)).select(group=group)
    return found


@functools.cache
def _entry_points(path: tuple[str, ...]) -> Any:
    return metadata.entry_points()  # of all groups: each call looks into every distribution


def names(group: str) -> dict[str, tuple[EntryPoint, ...]]:
    """Every installed plugin of *group* by name, none of them imported.

    A name usually has one entry point; with several, `load` refuses it.
    """
    found: dict[str, dict[str, EntryPoint]] = {}
    for entry in entry_points(group=group):
        found.setdefault(entry.name, {})[entry.value] = entry
    return {name: tuple(entries.values()) for name, entries in sorted(found.items())}


def load(group: str, name: str) -> Any:
    """Import the plugin *name* of *group* and let it hear the hooks.

    Raises `PluginError` for a name that is unknown or taken twice, and for an import that fails,
    whatever the plugin raised.
    """
    installed = names(group)
    kind = group.rpartition(".")[2].removesuffix("s")
    if name not in installed:
        known = ", ".join(installed) or "none"
        hint = did_you_mean(name, installed)
        raise PluginError(f"no {kind} called {name!r}; installed: {known}{hint}")
    if len(entries := installed[name]) > 1:
        values = " and ".join(entry.value for entry in entries)
        raise PluginError(f"{kind} {name!r} is installed twice: {values}")
    try:
        plugin = entries[0].load()
    except (Exception, SystemExit) as error:  # whatever it raises, it must not take us with it
        why = f"{type(error).__name__}: {error}"
        raise PluginError(f"{kind} {name!r} ({entries[0].value}) is broken: {why}") from error
    if not manager.has_plugin(key := f"{group}:{name}"):
        manager.register(plugin, key)
    return plugin


def load_backend(name: str) -> type[Backend]:
    """The backend class of that name."""
    backend: type[Backend] = _class(load(BACKENDS, name), Backend, f"backend {name!r}")
    return backend


def load_frontend(name: str) -> type[Frontend]:
    """The frontend class of that name."""
    frontend: type[Frontend] = _class(load(FRONTENDS, name), Frontend, f"frontend {name!r}")
    return frontend


def load_writer(name: str) -> Writes:
    """The frontend of that name, which writes, too. Raises `PluginError` for one that does not."""
    frontend = load_frontend(name)()
    if not isinstance(frontend, Writes):
        raise PluginError(f"frontend {name!r} reads models, but writes none")
    return frontend


def _class(plugin: Any, contract: type[Any], what: str) -> Any:
    if not (isinstance(plugin, type) and issubclass(plugin, contract)):
        raise PluginError(f"{what} is broken: {plugin!r} is no subclass of {contract.__name__}")
    return plugin


@functools.cache
def load_hook_plugins() -> dict[str, str]:
    """Load every plugin that has hooks only; name -> why it is broken, for those that are."""
    broken = {}
    for name in names(HOOKS_ONLY):
        try:
            load(HOOKS_ONLY, name)
        except PluginError as error:
            broken[name] = str(error)
    return broken
