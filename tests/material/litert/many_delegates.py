# SPDX-License-Identifier: MIT
"""Makes, runs and deletes delegates: prints how far memory grew, in bytes, and what is left."""

from __future__ import annotations

import gc
import sys

from npucore.litert.external import entries
from tests.material.contract.exporting import DIGITS
from tests.material.litert.hosts import Host


def resident_bytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def after(rounds: int, host: Host) -> int:
    for _ in range(rounds):
        made = host.interpreter(str(DIGITS), host.delegate(backend="reference"))
        made.invoke()
        del made
    gc.collect()
    return resident_bytes()


def main(package: str, rounds: int) -> None:
    host = Host(package)
    first = after(rounds // 4, host)
    print(after(rounds, host) - first, len(entries._kernels))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
