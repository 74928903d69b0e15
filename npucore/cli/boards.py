# SPDX-License-Identifier: MIT
"""Text and report of the board that a model is of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from npucore.contract.cost import Speed
from npucore.running.host import Core
from npucore.running.prices import Time

if TYPE_CHECKING:
    from npucore.cli.reports import base as reports

KILO, MEGA = 1e3, 1e6


def told(speeds: Mapping[str, Speed], trusts: Mapping[str, str | None], core: Core) -> str:
    """Chips, clocks, cores and the least evidence of what they do.

    >>> speed = Speed("rk3588", 2e8, 3, 1e12, 1e9)
    >>> told({"rocket": speed}, {"rocket": "shown"}, Core("a76", 1.0, 1.0, 1.0, 4))
    'rk3588 at 200 MHz (3 cores, trust=shown), 4 a76 cores of the CPU'
    """
    parts = []
    for name, speed in speeds.items():
        at_once = "one inference at a time" if speed.cores == 1 else f"{speed.cores} cores"
        trust = f", trust={trusts[name]}" if trusts[name] else ""
        parts.append(f"{speed.chip} at {speed.clock_hz / MEGA:g} MHz ({at_once}{trust})")
    return ", ".join([*parts, f"{core.count} {core.name} cores of the CPU"])


def split(time: Time) -> str:
    """The parts of an inference's time, in milliseconds.

    >>> split(Time(0.002, 0.001, 0.0005, 0.25))
    'NPU 2.00, driver 1.00, crossings 0.50, CPU 250.00'
    """
    parts = {
        "NPU": time.device,
        "driver": time.driver,
        "crossings": time.crossings,
        "CPU": time.host,
    }
    return ", ".join(f"{name} {seconds * KILO:.2f}" for name, seconds in parts.items())


def report(
    speeds: Mapping[str, Speed], trusts: Mapping[str, str | None], core: Core
) -> reports.BoardReport:
    """The same as ``--json`` gives it."""
    from npucore.cli.reports import base as reports

    chips = [
        reports.ChipReport(
            backend=name,
            chip=speed.chip,
            clock_hz=speed.clock_hz,
            cores=speed.cores,
            trust=trusts[name],
            unmodelled=speed.unmodelled or None,
        )
        for name, speed in speeds.items()
    ]
    return reports.BoardReport(chips=chips, cpu=core.name, cpu_cores=core.count)


def time_report(time: Time) -> reports.ModelledReport:
    """The parts of an inference's time, as ``--json`` gives them."""
    from dataclasses import asdict

    from npucore.cli.reports import base as reports

    parts = {f"{name}_ms": seconds * KILO for name, seconds in asdict(time).items()}
    return reports.ModelledReport(ms=time.seconds * KILO, **parts)
