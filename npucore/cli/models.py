# SPDX-License-Identifier: MIT
"""``npucore models``: networks that are known to run, where to get them, what runs where."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from npucore.cli.reports.gallery import GalleryReport, KnownReport
    from npucore.running.gallery import Gallery, Known

SUMMARY = "List networks that are known to run: source, licence, what an NPU takes, how fast"
EXAMPLES = """\
examples:
  npucore models
  npucore models mobilenet-v2
  npucore run "$(npucore models face-front --path)" --input photo.jpg
"""
COLUMNS = ("name", "task", "ops>", "rocket>", "vsim>", "rocket ms>", "fps>", "from")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``models`` understands."""
    parser.add_argument(
        "name", metavar="NAME", nargs="?", help="say where to get this one and how to run it"
    )
    parser.add_argument(
        "--path", action="store_true", help="print the path of its file in its installed package"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def execute(args: argparse.Namespace) -> int:
    """Look up, print."""
    from npucore.errors import InputError
    from npucore.running.gallery import gallery

    found = gallery()
    if args.path and args.name is None:
        raise InputError("--path: say of which NAME")
    one = None if args.name is None else found.named(args.name)
    if one is not None and args.path:
        print(_path(one))
    elif args.json:
        print(_report(found, found.networks if one is None else (one,)).json_text())
    elif one is not None:
        _print_one(one)
    else:
        _print_all(found)
    return 0


def _path(one: Known) -> str:
    from npucore.errors import InputError

    if one.package is None:
        raise InputError(
            f"{one.name} is in no package of the index: get {one.file} from its source"
        )
    if one.path is None:
        raise InputError(f"{one.package.name} is not installed: {one.commands[0]}")
    return str(one.path)


def _print_all(found: Gallery) -> None:
    from npucore.cli.tables import print_table, print_text

    print_table(COLUMNS, map(_row, found.networks))
    print()
    print_text(
        "Shares of the multiply-accumulates on a board on its first day; ms and fps are modelled "
        "for one core of an RK3588 at mainline's 200 MHz, the CPU's part on its A76. Computed by "
        f"npucore {found.computed_by}. `npucore models NAME` says where to get one and how to run "
        "it."
    )


def _row(one: Known) -> list[str]:
    from npucore.running.work import percent

    rocket, vsim = one.shares
    shares = [percent(share.macs, one.macs) if share.ops else "-" for share in (rocket, vsim)]
    ms = rocket.modelled_ms
    speed = ["-", "-"] if ms is None else [f"{ms:.1f}", f"{1e3 / ms:.0f}"]
    return [one.name, one.task, str(one.ops), *shares, *speed, "pip" if one.package else "source"]


def _print_one(one: Known) -> None:
    from npucore.cli.tables import print_text
    from npucore.running.work import percent

    print_text(f"{one.name}: {one.task}; {one.file}, {one.licence}")
    print_text(f"source: {one.source}")
    print_text(f"SHA-256: {one.sha256}")
    for share in one.shares:
        text = f"{share.backend}: {share.ops} of {one.ops} ops"
        text += f", {percent(share.macs, one.macs)} of the MACs on a board on its first day"
        if share.modelled_ms is not None and share.clock_hz is not None:
            text += f"; {share.modelled_ms:.2f} ms modelled at {share.clock_hz / 1e6:.0f} MHz"
        print_text(text)
    print()
    for command in one.commands:
        print(command)


def _report(found: Gallery, networks: tuple[Known, ...]) -> GalleryReport:
    from npucore.cli.reports.gallery import GalleryReport

    return GalleryReport(
        computed_by=found.computed_by, networks=[_known(network) for network in networks]
    )


def _known(one: Known) -> KnownReport:
    from dataclasses import asdict

    from npucore.cli.reports.gallery import KnownReport

    path = None if one.path is None else str(one.path)
    return KnownReport(**asdict(one), path=path, commands=list(one.commands))
