# SPDX-License-Identifier: MIT
"""Execution providers as programs ask for them, and what npucore makes of their options."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

PROVIDER, CPU = "NpucoreExecutionProvider", "CPUExecutionProvider"

Providers = Sequence[str | tuple[str, Mapping[Any, Any]]] | None
Options = dict[str, dict[str, str]]


def get_available_providers() -> list[str]:
    """The names of the providers that a session may be given, the best first."""
    return [PROVIDER, CPU]


def get_all_providers() -> list[str]:
    """The same: there is no build of npucore without them."""
    return get_available_providers()


def get_device() -> str:
    """The device of ONNX Runtime's build."""
    return "CPU-NPU"


def normalised(
    providers: Providers, options: Sequence[Mapping[Any, Any]] | None
) -> dict[str, dict[str, str]]:
    """Provider -> its options as text, in the order given. Raises `ValueError`."""
    if providers is None:
        return {}
    if isinstance(providers, str) or not isinstance(providers, Sequence):
        raise ValueError("'providers' should be a sequence.")
    if options is None:
        return _told([_pair(provider) for provider in providers])
    if len(providers) != len(options):
        said = "'providers' and 'provider_options' should be the same length if both are given."
        raise ValueError(said)
    if not all(isinstance(provider, str) for provider in providers):
        raise ValueError(
            "Only string values for 'providers' are supported if 'provider_options' is given."
        )
    if not all(isinstance(each, Mapping) for each in options):
        raise ValueError("'provider_options' values must be dicts.")
    return _told([(str(name), each) for name, each in zip(providers, options, strict=True)])


def say_replaced(asked: Options) -> None:
    """Print which providers have no part in it; their options mean nothing here."""
    for name, options in asked.items():
        if name not in (PROVIDER, CPU):
            words = ", ".join(f"{key}={value}" for key, value in options.items())
            unused = f"; its options mean nothing here: {words}" if words else ""
            print(f"npucore: takes the place of {name}{unused}", file=sys.stderr, flush=True)


def _pair(provider: object) -> tuple[str, Mapping[Any, Any]]:
    if isinstance(provider, str):
        return provider, {}
    if isinstance(provider, tuple) and len(provider) == 2:
        name, options = provider
        if isinstance(name, str) and isinstance(options, Mapping):
            return name, options
    raise ValueError("'providers' values must be either strings or (string, dict) tuples.")


def _told(pairs: Sequence[tuple[str, Mapping[Any, Any]]]) -> Options:
    """The first of each name counts, as in ONNX Runtime."""
    found: Options = {}
    for name, options in pairs:
        found.setdefault(name, {str(key): str(value) for key, value in options.items()})
    return found
