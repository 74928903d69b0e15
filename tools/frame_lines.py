# SPDX-License-Identifier: MIT
"""How many lines of a backend say nothing about its hardware: ``python -m tools.frame_lines``.

The rule. A file holds *facts* if what it says would be different, or gone, were the hardware or its
driver different: registers, encodings, layouts, arithmetic, rules and their evidence, lowering,
planning and emission for these registers, the simulator, the validator, the cost model, the
driver's calls and what they mean, what a self-test asks, what a doctor looks at. Everything else is
*frame*: it holds the facts together, and says about the same in every family. A file counts as a
whole; `FACTS` names the files and folders of facts, everything that it does not name is frame.
Lines are those of the file without empty ones; comments and docstrings count.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "rocket": ROOT / "backends/rocket/npucore_rocket",
    "vsim": ROOT / "backends/vsim/npucore_vsim",
    "nvdla": ROOT / "backends/nvdla/npucore_nvdla",
}
FACTS = {
    "alias.py": "which ops move nothing in the chip's layout",
    "axes.py": "how axes lie in planes",
    "bounds.py": "how exact ops are",
    "chip": "the chips of a family, and where one has its registers",
    "chip.py": "the chips",
    "coefs": "coefficient streams",
    "contradictions.py": "where sources differ",
    "cost.py": "rates",
    "disasm.py": "what words mean",
    "drm": "the driver's calls, and what their answers mean",
    "emit": "register writes",
    "extents.py": "how far a job reaches",
    "facts.py": "who saw what",
    "form.py": "which of two sources is followed",
    "jobs.py": "what the driver bears in a job",
    "layout.py": "how tensors lie in memory",
    "link.py": "how register writes become words",
    "lower": "ops in the chip's terms",
    "maps.py": "which tensors are maps",
    "matrices.py": "how second operands of products lie in memory",
    "operands.py": "constants in memory",
    "plan.py": "what fits the buffers",
    "ports.py": "how inputs and outputs lie in memory",
    "quantize.py": "the chip's arithmetic",
    "reach.py": "which bytes a step reads and writes",
    "receipt.py": "how it shows that a stream has ended",
    "registers": "registers and fields",
    "rows.py": "rows of sums",
    "rules": "what the chip takes",
    "selftest": "what is asked of a board",
    "sim": "what the chip does",
    "stream.py": "how words are encoded",
    "tables.py": "look-up tables",
    "tasks.py": "fields of tasks that become jobs",
    "traces.py": "how test benches of the maker hold writes and loads",
    "uapi.py": "the driver's structures",
    "uio": "how registers, memory and the interrupt reach a program, and what they mean",
    "validate": "what must not run",
    "validate.py": "what must not run",
    "ways.py": "what ops become",
    "virtual/behaviour.py": "what chip and driver are like",
    "virtual/calls.py": "the driver's semantics",
    "virtual/checker.py": "the driver's semantics",
    "virtual/core.py": "the driver's semantics",
    "virtual/file.py": "the driver's semantics",
    "virtual/jobs.py": "the driver's semantics",
    "virtual/memory.py": "how the driver maps buffers",
    "virtual/npu.py": "when tasks end, and what is seen of it",
    "virtual/scheduler.py": "the driver's semantics",
}
FRAME = ("selftest/run.py", "selftest/lab.py", "selftest/__init__.py")
"""Parts of folders of facts that hold none."""


def is_fact(path: Path, package: Path) -> bool:
    """Whether a file counts as facts."""
    name = path.relative_to(package).as_posix()
    if name in FRAME:
        return False
    return name in FACTS or name.split("/")[0] in FACTS


def lines(path: Path) -> int:
    """Those that are not empty."""
    return sum(bool(line.strip()) for line in path.read_text().splitlines())


def frame(package: Path) -> Iterator[tuple[str, int]]:
    """Every file of the frame, and its lines."""
    for path in sorted(package.rglob("*.py")):
        if not is_fact(path, package):
            yield path.relative_to(package).as_posix(), lines(path)


def main() -> int:
    """Print the files and the sums."""
    parser = argparse.ArgumentParser(prog="tools.frame_lines", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    args = parser.parse_args()
    found = {name: dict(frame(package)) for name, package in PACKAGES.items()}
    if args.json:
        print(json.dumps(found, indent=1))
        return 0
    for name, files in found.items():
        for file, count in files.items():
            print(f"{count:6} {name}/{file}")
        every = sum(map(lines, PACKAGES[name].rglob("*.py")))
        print(f"{sum(files.values()):6} of {every} lines of {name} are frame\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
