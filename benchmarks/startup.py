# SPDX-License-Identifier: MIT
"""CPU time (user and system) of whole ``npucore`` processes, medians."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path


def cpu_milliseconds(command: list[str], environment: dict[str, str]) -> float:
    """Run *command* once; what it and its children used."""
    before = os.times()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    after = os.times()
    used = after.children_user + after.children_system
    return (used - before.children_user - before.children_system) * 1e3


def main() -> int:
    """One line for each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("photo", type=Path)
    parser.add_argument("--runs", type=int, default=11)
    args = parser.parse_args()
    npucore = [sys.executable, "-m", "npucore"]
    run = [*npucore, "run", str(args.model), "--input", str(args.photo)]
    commands = {"python -c pass": [sys.executable, "-c", "pass"], "--help": [*npucore, "--help"]}
    commands |= {"backends": [*npucore, "backends"], "run, cold": run}
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(args.runs):
        for name, command in commands.items():
            times[name].append(cpu_milliseconds(command, environment))
    for name, values in times.items():
        print(f"{name:16} {statistics.median(values):6.0f} ms CPU (least {min(values):.0f})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
