# SPDX-License-Identifier: MIT
"""The page as one document: a summary, the drawing, and what is said about each op.

It is built as a tree, which escapes whatever a model's names hold, and forbids itself scripts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from xml.etree.ElementTree import Element, SubElement, tostring

from npucore.cli import boards, explained
from npucore.cli.graph_page.picture import picture
from npucore.cli.printable import printable
from npucore.cli.tables import count
from npucore.contract.placement import Placement
from npucore.errors import InputError
from npucore.graph import Graph
from npucore.running.causes import Cause
from npucore.running.explanation import Explanation
from npucore.running.work import percent
from npucore.tensor import Tensor

STYLES = 5
MOST_CAUSES, MOST_LINKS = 5, 12
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(done: Explanation, model: str) -> bytes:
    """The document, in UTF-8. Raises `InputError` for an artefact, which has no graph any more."""
    if done.graph is None:
        raise InputError(f"--html: {model} is compiled, and has no graph any more to be drawn")
    classes = {name: f"b{min(n, STYLES - 1)}" for n, name in enumerate(done.ops)}
    html = Element("html", {"lang": "en"})
    _add_head(html, model)
    body = SubElement(html, "body")
    main = SubElement(body, "main")
    _text(main, "h1", f"{model}: where every op would run, and why")
    _add_shares(main, done, classes)
    if done.time is not None:
        _text(main, "p", f"{explained.modelled(done.time)}, for {_board(done)}")
    for advice in done.advice:
        _text(main, "p", f"Try next: {explained.said(advice, done, model)}")
    _add_causes(main, done)
    said = [_said(placed) for placed in done.placements]
    _text(main, "h2", "The network")
    _text(main, "p", "Red dashes: a tensor crosses to another backend.", {"class": "quiet"})
    graph = SubElement(main, "div", {"class": "graph", "tabindex": "0"})
    graph.append(picture(done.graph, done.placements, classes, said))
    _add_details(body, done.graph, done.placements)
    document: bytes = tostring(html, encoding="utf-8", method="html")
    return b"<!DOCTYPE html>\n" + document


def _board(done: Explanation) -> str:
    return boards.told(done.speeds, done.trusts, done.core)


def _text(
    parent: Element, tag: str, text: str, attributes: Mapping[str, str] | None = None
) -> Element:
    element = SubElement(parent, tag, dict(attributes or {}))
    element.text = printable(text)
    return element


def _add_head(html: Element, model: str) -> None:
    head = SubElement(html, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": POLICY})
    size = "width=device-width, initial-scale=1"
    SubElement(head, "meta", {"name": "viewport", "content": size})
    _text(head, "title", f"{model}: where every op would run")
    SubElement(head, "style").text = (files(__package__) / "style.css").read_text()


def _add_shares(main: Element, done: Explanation, classes: Mapping[str, str]) -> None:
    """A row for each backend, with its colour."""
    table, macs, total = SubElement(main, "table"), done.macs, sum(done.macs.values())
    header = SubElement(table, "tr")
    for title in ("runs on", "ops", "MACs", "share"):
        _text(header, "th", title, {"scope": "col"})
    for name, ops in done.ops.items():
        row = SubElement(table, "tr")
        cell = SubElement(row, "td")
        SubElement(cell, "span", {"class": f"swatch {classes[name]}"}).tail = printable(name)
        _text(row, "td", f"{ops} of {len(done.placements)}")
        _text(row, "td", count(macs[name]) or "0")
        _text(row, "td", percent(macs[name], total) if total else "")


def _add_causes(main: Element, done: Explanation) -> None:
    """Reasons, each with links to its ops."""
    if not done.causes:
        return
    _text(main, "h2", "Why not all of it, the most expensive reason first")
    _list_causes(main, done.causes[:MOST_CAUSES], 1)
    if rest := done.causes[MOST_CAUSES:]:
        more = SubElement(main, "details")
        _text(more, "summary", f"{len(rest)} more reasons")
        _list_causes(more, rest, MOST_CAUSES + 1)


def _list_causes(parent: Element, causes: Sequence[Cause], start: int) -> None:
    listed = SubElement(parent, "ol", {"start": str(start)})
    for cause in causes:
        more = ", and the like" if cause.alike else ""
        item = _text(listed, "li", f"{cause.reason}{more} ({explained.behind(cause)}: op ")
        for number, index in enumerate(cause.ops[:MOST_LINKS]):
            link = _text(item, "a", str(index), {"href": f"#op-{index}"})
            link.tail = ", " if number + 1 < min(len(cause.ops), MOST_LINKS) else ""
        link.tail = ")" if len(cause.ops) <= MOST_LINKS else ", ..)"


def _said(placed: Placement) -> str:
    """An op in a few lines, for whoever points at it or hears it."""
    lines = [f"{placed.index} {placed.op}: {placed.name}", f"on {placed.backend}"]
    lines += [placed.reason] if placed.reason else []
    lines += [f"changed: {placed.note}"] if placed.note else []
    lines += [f"evidence: {placed.evidence}"] if placed.evidence else []
    return "\n".join(map(printable, lines))


def _add_details(body: Element, graph: Graph, placements: Sequence[Placement]) -> None:
    """A section for each op, shown when a link leads to it."""
    aside = SubElement(body, "aside", {"aria-live": "polite", "aria-label": "the op"})
    for placed in placements:
        op = graph.ops[placed.index]
        section = SubElement(aside, "section", {"id": f"op-{placed.index}"})
        _text(section, "h2", f"{placed.index} {placed.op}")
        facts = {
            "name": placed.name,
            "runs on": placed.backend,
            "why not elsewhere": placed.reason,
            "changed to be taken": placed.note,
            "evidence": placed.evidence,
            "MACs": f"{placed.macs:,}" if placed.macs else None,
            "reads": "; ".join(_described(t) for t in op.inputs if not t.is_constant),
            "writes": "; ".join(map(_described, op.outputs)),
        }
        listed = SubElement(section, "dl")
        for name, fact in facts.items():
            if fact:
                _text(listed, "dt", name)
                _text(listed, "dd", fact)
        shown = SubElement(section, "p")
        _text(shown, "a", "show it in the network", {"href": f"#box-{placed.index}"})
    hint = "Point at an op, or choose it, to see why it is there."
    _text(aside, "p", hint, {"class": "quiet hint"})


def _described(tensor: Tensor) -> str:
    return f"{tensor.name} {'x'.join(map(str, tensor.shape))} {tensor.dtype}"
