# SPDX-License-Identifier: MIT
"""A picture of a benchmark: the time of every op, and how far each is from what a core can do."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from npucore.cli import boards
from npucore.cli.printable import printable, short
from npucore.cli.tables import shortened
from npucore.contract.cost import Speed
from npucore.errors import InputError, PluginError
from npucore.files.atomic import replacing
from npucore.running.benchmark import Benchmark
from npucore.running.board_model import BoardModel, HostTiming, OpTiming

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = (".svg", ".png")
COLOURS = ("#1d5fa8", "#d08a1d", "#2c8a47", "#7a4fc0", "#6b7685")
"""Of backends, in the order in which they appear; dark ones of those on explain's page."""
MICRO, MILLI, GIGA = 1e6, 1e3, 1e9
NAMED, LETTERS = 6, 46
"""Ops with a label, the longest ones, and letters of it."""
STYLE: dict[Any, Any] = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 10,
    "svg.fonttype": "none",
    "svg.hashsalt": "npucore",
    "text.parse_math": False,  # names of tensors are no formulas
}


@dataclass(frozen=True, slots=True)
class _Bar:
    label: str
    backend: str
    seconds: float
    macs: int
    bytes: float


def check(path: str) -> None:
    """Raise `InputError` for a file of another kind, `PluginError` without matplotlib."""
    if Path(path).suffix.lower() not in KINDS:
        raise InputError(f"--plot {path}: wanted a name that ends in {' or '.join(KINDS)}")
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        wanted = "pip install 'npucore[plot]'"
        raise PluginError(f"--plot needs matplotlib, which is not installed: {wanted}") from None


def write(done: Benchmark, model: str, path: str) -> None:
    """The picture, of the kind that the file's name ends in; raises as `plot` does."""
    data = plot(done, model, Path(path).suffix.lower())
    with replacing(path) as file:
        file.write(data)


def plot(done: Benchmark, model: str, kind: str) -> bytes:
    """The picture as ``.svg`` or ``.png``. Raises `InputError` if nothing is known of any op."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    if done.board is None:
        raise InputError("--plot: no op has an expected time here; name a backend with a model")
    bars = list(_bars(done))
    colours = dict(
        zip(dict.fromkeys(bar.backend for bar in bars), COLOURS * len(bars), strict=False)
    )
    with rc_context(STYLE):
        figure = Figure(figsize=(8.5, 9), layout="constrained")
        grid = figure.add_gridspec(3, 1, height_ratios=(1, 0.42, 1.15))
        figure.suptitle(_title(done.board, model), fontsize=11)
        _draw_times(figure.add_subplot(grid[0]), bars, colours)
        _draw_names(figure.add_subplot(grid[1]), bars, colours)
        _draw_roofs(figure.add_subplot(grid[2]), bars, colours, done.board.speeds)
        data = io.BytesIO()
        metadata = {"Date": None} if kind == ".svg" else None
        figure.savefig(data, format=kind.removeprefix("."), dpi=110, metadata=metadata)
    return data.getvalue()


def _title(board: BoardModel, model: str) -> str:
    name = shortened(printable(Path(model).name), 70)
    chips = boards.told(board.speeds, board.trusts, board.host.core)
    bound = "at least " if board.unmodelled else ""
    return f"{name}: {bound}{board.time.seconds * MILLI:.2f} ms an inference, modelled\n{chips}"


def _bars(done: Benchmark) -> Iterator[_Bar]:
    """Ops in the order of the model; those that a rewrite has added come last."""
    assert done.board is not None
    device = [(op.index, _bar(op, op.cost.macs, op.cost.bytes)) for op in done.ops]
    host = [(op.index, _bar(op, op.macs, 0.0)) for op in done.host_ops]
    last = len(done.placements)
    for _, bar in sorted((*device, *host), key=lambda each: last if each[0] is None else each[0]):
        yield bar


def _bar(op: OpTiming | HostTiming, macs: int, size_bytes: float) -> _Bar:
    return _Bar(f"{op.op} {short(op.name)}", op.backend, op.seconds, macs, size_bytes)


def _draw_times(axes: Axes, bars: Sequence[_Bar], colours: Mapping[str, str]) -> None:
    for backend, colour in colours.items():
        mine = [(n, bar.seconds * MILLI) for n, bar in enumerate(bars) if bar.backend == backend]
        axes.bar([n for n, _ in mine], [height for _, height in mine], 0.9, color=colour)
    axes.set(ylabel="ms", xlabel="ops that take time, in order")
    axes.set_xlim(-1, len(bars))
    for rank, number in enumerate(_slowest(bars), 1):
        place = (number, bars[number].seconds * MILLI)
        axes.annotate(str(rank), place, (0, 2), textcoords="offset points", ha="center")


def _slowest(bars: Sequence[_Bar]) -> list[int]:
    return sorted(range(len(bars)), key=lambda n: bars[n].seconds, reverse=True)[:NAMED]


def _draw_names(axes: Axes, bars: Sequence[_Bar], colours: Mapping[str, str]) -> None:
    """The longest ops on the left, the legend on the right."""
    axes.set_axis_off()
    for rank, number in enumerate(_slowest(bars), 1):
        where = (0.0, 1.04 - rank / (NAMED + 0.5))
        axes.text(*where, f"{rank}  {_named(bars[number])}", fontsize=9, va="center")
    for row, (backend, colour) in enumerate(colours.items()):
        total = sum(bar.seconds for bar in bars if bar.backend == backend)
        text, height = f"{backend}: {total * MILLI:.2f} ms of ops", 0.88 - 0.2 * row
        axes.text(1.0, height, text, color=colour, ha="right", va="center", weight="bold")


def _named(bar: _Bar) -> str:
    return f"{shortened(printable(bar.label), LETTERS)}, {bar.seconds * MILLI:.2f} ms"


def _draw_roofs(
    axes: Axes, bars: Sequence[_Bar], colours: Mapping[str, str], speeds: Mapping[str, Speed]
) -> None:
    known = [bar for bar in bars if bar.macs and bar.bytes and bar.backend in speeds]
    axes.set(xscale="log", yscale="log", xlabel="MACs for each byte", ylabel="G MACs a second")
    for backend, speed in speeds.items():
        mine = [bar for bar in known if bar.backend == backend]
        if not mine:
            continue
        reach = [bar.macs / bar.bytes for bar in mine]
        rates = [bar.macs / bar.seconds / GIGA for bar in mine]
        longest = max(bar.seconds for bar in mine)
        sizes = [12 + 160 * bar.seconds / longest for bar in mine]
        axes.scatter(reach, rates, sizes, color=colours[backend], alpha=0.55, linewidths=0)
        _draw_roof(axes, speed, min(reach), max(reach), colours[backend])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_title("one core; what is larger takes longer", fontsize=9, loc="left")


def _draw_roof(axes: Axes, speed: Speed, low: float, high: float, colour: str) -> None:
    """The roofs of a core: its MACs and its bytes."""
    top = speed.macs_per_second / GIGA
    low, high = low / 2, high * 2
    said = f"{speed.chip}: {top:.0f}G MACs a second"
    if speed.bytes_per_second is None:
        axes.plot([low, high], [top, top], color=colour)
    else:
        ridge, slope = speed.macs_per_second / speed.bytes_per_second, speed.bytes_per_second / GIGA
        low, high = min(low, ridge / 2), max(high, 2 * ridge)
        axes.plot([low, ridge, high], [low * slope, top, top], color=colour)
        said += f", {slope:.1f}G bytes"
    axes.annotate(said, (high, top), (0, 4), textcoords="offset points", ha="right", color=colour)
