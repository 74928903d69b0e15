# SPDX-License-Identifier: MIT
"""Backends, asked about the hardware that is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from npucore import plugins
from npucore.contract import abilities
from npucore.contract.backend import Backend, DeviceDetail, Finding, State
from npucore.errors import NpucoreError
from npucore.running.session import Backends, open_backend

Say = Callable[[str], None]


def _silent(text: str) -> None:
    """Ignores the text."""


def every_backend(
    backend: Backends = None, *, say: Say = _silent, **options: Any
) -> Iterator[Backend]:
    """Open those named, which must work, or every installed one; *say* is told of a broken one.

    *options* go to the named ones that have them.
    """
    if backend is not None:
        named = [backend] if isinstance(backend, str | Backend) else backend
        for one in named:
            yield one if isinstance(one, Backend) else open_backend(one, **options)
        return
    for name in plugins.names(plugins.BACKENDS):
        try:
            yield open_backend(name)
        except NpucoreError as error:
            say(" ".join(str(error).split()))


def devices(backend: Backends = None, *, say: Say = _silent) -> list[tuple[str, DeviceDetail]]:
    """(name of a backend, what it could run on) for all that is here: boards, simulators, the CPU.

    Without *backend* every installed one is asked, and *say* is told of those that are broken.
    """
    found = every_backend(backend, say=say)
    return [(b.name, device) for b in found for device in abilities.devices(b)]


def diagnose(
    backend: Backends = None, *, say: Say = _silent, **options: Any
) -> list[tuple[str, Finding]]:
    """(name of a backend, what was looked at): what is in the way of its hardware, and the remedy.

    Backends that need no hardware have nothing to say. Arguments are those of `devices`; *options*
    are settings of the named ones, as ``device="virtual"``. Opens a device for a moment.
    """
    asked = every_backend(backend, say=say, **options)
    able = [b for b in asked if isinstance(b, abilities.KnowsDevices)]
    return [(b.name, finding) for b in able for finding in b.diagnose()]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an NPU can be used, in a sentence."""

    fine: bool
    sentence: str


def verdict(
    found: Sequence[tuple[str, Finding]], tried: Sequence[tuple[str, Finding]] = ()
) -> Verdict:
    """The verdict of *found* (of `diagnose`) and *tried* (of `self_test`).

    A backend's NPU can be used if nothing that was looked at is missing; one is enough.

    >>> verdict([("npu", Finding("node", State.ERROR, "there is none"))]).sentence
    'verdict: no NPU can be used here (npu: node); networks run on the CPU and on simulators'
    """
    missing: dict[str, list[str]] = {}
    for name, finding in found:
        wrong = missing.setdefault(name, [])
        if finding.state is State.ERROR:
            wrong.append(finding.subject)
    missing.pop("npucore", None)
    if failed := [
        f"{n}: {finding.subject}" for n, finding in tried if finding.state is State.ERROR
    ]:
        return Verdict(False, f"verdict: the self-test has failed ({'; '.join(failed)})")
    if usable := [name for name, wrong in missing.items() if not wrong]:
        return Verdict(True, f"verdict: {' and '.join(usable)} can use an NPU here")
    if not missing:
        return Verdict(True, "verdict: no backend that was asked needs any hardware")
    why = "; ".join(f"{name}: {', '.join(wrong)}" for name, wrong in missing.items())
    rest = "networks run on the CPU and on simulators"
    return Verdict(False, f"verdict: no NPU can be used here ({why}); {rest}")


def self_test(
    backend: Backends = None, *, say: Say = _silent, **options: Any
) -> list[tuple[str, Finding]]:
    """(name of a backend, what was tried): small cases of what has not been shown on this hardware.

    What worked is remembered for the device. Arguments are those of `diagnose`; *say* is told
    about progress as well.
    """
    asked = every_backend(backend, say=say, **options)
    able = [b for b in asked if isinstance(b, abilities.TestsItself)]
    return [(b.name, finding) for b in able for finding in b.self_test(say) or ()]
