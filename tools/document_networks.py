# SPDX-License-Identifier: MIT
"""Write the share of real networks that boards take: ``python -m tools.document_networks FOLDER``.

Writes `docs/networks.md` from the TFLite files in a folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from npucore.contract.backend import Backend
from npucore.errors import NpucoreError
from npucore.graph import Graph
from npucore.ops.macs import macs
from npucore.reference import ReferenceBackend
from npucore.running.partition import partition
from npucore.running.session import load
from npucore.running.work import Work, for_board, taken_here, taken_on_boards
from npucore_rocket import RocketBackend
from npucore_vsim import VsimBackend

HEAD = """\
# What a board takes

The part of the multiply-accumulates (MACs) and the number of ops that an NPU takes of the networks
that the tests run. *Board* is what it takes on its first day: at a board's default trust
(`{board}`), before its owner has run `npucore doctor --self-test`. *Simulator* is what is taken
where there is no board (`{simulator}`). The rest runs on the CPU: networks of floats as a whole,
see `npucore quantize`. `npucore explain MODEL --backend NAME --board` says it op by op. Written by
`python -m tools.document_networks`.

| network | ops | MACs | rocket: board | simulator | vsim:a311d: board | simulator |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def document(folder: Path) -> str:
    """The whole page."""
    rocket, vsim = RocketBackend(device="simulator"), VsimBackend("a311d", device="simulator")
    backends: list[Backend] = [rocket, vsim]
    boards = {str(board.trust) for b in backends if (board := for_board(b)) is not None}
    trust = {str(backend.trust) for backend in backends}
    head = HEAD.format(board=" and ".join(boards), simulator=" and ".join(trust))
    return head + "".join(_row(path, backends) for path in sorted(folder.glob("*.tflite")))


def _row(path: Path, backends: list[Backend]) -> str:
    try:
        graph = load(path)
    except NpucoreError as error:
        why = str(error).partition(": ")[2]
        return f"| `{path.stem}` | | | not read: {why} | | | |\n"
    total = sum(macs(op) or 0 for op in graph.ops)
    cells = " | ".join(cell for backend in backends for cell in _cells(graph, backend))
    return f"| `{path.stem}` | {len(graph.ops)} | {total:,} | {cells} |\n"


def _cells(graph: Graph, backend: Backend) -> Iterator[str]:
    """On a board, then here."""
    every = [backend, ReferenceBackend()]
    placements = partition(graph, every).placements
    there = taken_on_boards(graph, placements, [backend], every)
    yield from map(_cell, (*there, *taken_here(placements, [backend])))


def _cell(work: Work) -> str:
    return f"{work.part}, {work.ops} ops" if work.ops else "0"


if __name__ == "__main__":
    print(document(Path(sys.argv[1])), end="")
