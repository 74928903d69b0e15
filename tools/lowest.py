# SPDX-License-Identifier: MIT
"""``python -m tools.lowest [EXTRA...]``: pip's constraints, the lowest of each dependency."""

from __future__ import annotations

import argparse
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
BOUND = re.compile(r"([A-Za-z0-9_.-]+)(?:\[[^]]*\])?(?:(>=|==)([0-9.]+))?")


def lowest(extras: Sequence[str] = ()) -> Iterator[str]:
    """Constraints for pip, of the project and of *extras*, as ``name==version``.

    Raises `ValueError` for a requirement that has no lowest version.
    """
    project = tomllib.loads(PROJECT.read_text())["project"]
    wanted = [*project["dependencies"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    for requirement in sorted(set(wanted)):
        found = BOUND.fullmatch(requirement)
        if found is None:
            raise ValueError(f"{requirement}: no lowest version")
        name, sign, version = found.groups()
        if name == project["name"]:
            continue
        if sign is None:
            raise ValueError(f"{requirement}: no lowest version")
        # A bound of two numbers is of the first release that has them.
        full = version if version.count(".") >= 2 else f"{version}.0"
        yield f"{name}=={full}"


def main() -> None:
    """Print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extras", nargs="*", help="optional dependencies that are wanted, too")
    print("\n".join(lowest(parser.parse_args().extras)))


if __name__ == "__main__":
    main()
