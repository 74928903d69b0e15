# SPDX-License-Identifier: MIT
"""The graph as SVG: an op is a box in its backend's colour, and leads to what is said about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from npucore.cli.graph_page.layout import BOX, Drawing, Point, drawing
from npucore.cli.printable import printable, short
from npucore.cli.tables import shortened
from npucore.contract.placement import Placement
from npucore.graph import Graph

HEIGHT = 40.0
LETTERS = 20
"""Of a line in a box."""


def picture(
    graph: Graph, placements: Sequence[Placement], classes: Mapping[str, str], said: Sequence[str]
) -> Element:
    """The drawing; *classes* has a style for each backend, *said* what to tell of each op."""
    placed = drawing(graph)
    size = {"style": f"--width: {placed.width:.0f}px"}
    box = {"viewBox": f"0 0 {placed.width:.0f} {placed.height:.0f}"}
    svg = Element("svg", {**size, **box, "role": "group", "aria-label": "the network's ops"})
    _draw_edges(svg, placed, placements)
    for op, placement, place, text in zip(graph.ops, placements, placed.places, said, strict=True):
        shape = "x".join(map(str, op.outputs[0].shape))
        _draw_op(svg, placement, place, shape, classes[placement.backend], text)
    return svg


def _draw_edges(svg: Element, placed: Drawing, placements: Sequence[Placement]) -> None:
    for (source, reader), points in placed.edges.items():
        crosses = placements[source].backend != placements[reader].backend
        style = "edge crossing" if crosses else "edge"
        SubElement(svg, "path", {"class": style, "d": _path(points)})


def _path(points: Sequence[Point]) -> str:
    """From the lower border of a box to the upper one of another, upright at every point."""
    (x, y), *others = points
    y += HEIGHT / 2
    text = f"M{x:.0f} {y:.0f}"
    for number, (to_x, to_y) in enumerate(others, 1):
        end = to_y - HEIGHT / 2 if number == len(others) else to_y
        middle = (y + end) / 2
        text += f"C{x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {end:.0f}"
        x, y = to_x, end
    return text


def _draw_op(
    svg: Element, placed: Placement, place: Point, shape: str, style: str, said: str
) -> None:
    x, y = place
    index = placed.index
    link = SubElement(svg, "a", {"href": f"#op-{index}", "id": f"box-{index}", "class": style})
    SubElement(link, "title").text = said
    left, top = f"{x - BOX / 2:.0f}", f"{y - HEIGHT / 2:.0f}"
    size = {"width": f"{BOX:.0f}", "height": f"{HEIGHT:.0f}", "rx": "5"}
    SubElement(link, "rect", {"x": left, "y": top, **size})
    lines = [f"{index} {placed.op}", shape or short(placed.name)]
    for number, text in enumerate(lines):
        where = {"x": f"{x:.0f}", "y": f"{y - 3 + 15 * number:.0f}"}
        label = {"class": "shape"} if number else {}
        line = SubElement(link, "text", {**where, **label})
        line.text = printable(shortened(text, LETTERS))
