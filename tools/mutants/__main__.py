# SPDX-License-Identifier: MIT
"""``python -m tools.mutants [FILE...] [--since REF] [--most N]``: mutants of changed files.

Wants cosmic-ray (the extra ``mutants``). It changes files where they lie, so that it works on a
copy of the last commit. Survivors that have a reason stand in ``survivors.toml``; any other is an
exit status of 1: write the test that sees it, or the reason why none can.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tools.mutants.rooms import ROOMS, room_of

ROOT = Path(__file__).parents[2]
KNOWN = Path(__file__).with_name("survivors.toml")
SOURCES = (".", "backends/rocket", "backends/vsim", "frontends/onnx", "frontends/tflite")
TIMEOUT = 300.0
HINT = re.compile(r": (async )?def |: \w+: [^=]*( = None,)?$")
CONFIG = """\
[cosmic-ray]
module-path = {files}
timeout = {timeout}
excluded-modules = []
test-command = "{python} -m pytest -x -q -p no:cacheprovider {tests}"
[cosmic-ray.distributor]
name = "local"
"""


def changed(since: str) -> list[str]:
    """Python files that differ from *since* and have a room."""
    words = ["git", "diff", "--name-only", "--diff-filter=d", f"{since}...HEAD", "--", "*.py"]
    found = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [file for file in found.splitlines() if room_of(file) is not None]


def mutants(folder: Path, room: str, files: Sequence[str], most: int) -> Iterator[tuple[str, bool]]:
    """(what is changed, whether a test saw it) of at most *most* mutants of *files*."""
    from cosmic_ray.work_db import WorkDB, use_db
    from cosmic_ray.work_item import WorkerOutcome, WorkResult

    config, session = folder / "config.toml", folder / "session.sqlite"
    session.unlink(missing_ok=True)
    tests = " ".join(ROOMS[room])
    config.write_text(
        CONFIG.format(files=list(files), timeout=TIMEOUT, python=sys.executable, tests=tests)
    )
    paths = os.pathsep.join(str(folder / source) for source in SOURCES)
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}

    def cosmic_ray(*words: object) -> None:
        command = [sys.executable, "-m", "cosmic_ray.cli", *map(str, words)]
        subprocess.run(command, cwd=folder, check=True, env=environment)

    cosmic_ray("init", config, session)
    with use_db(str(session), WorkDB.Mode.open) as database:
        every = [item.job_id for item in database.work_items]
        chosen = set(random.Random(room).sample(every, min(most, len(every))))
        for job in every:
            if job not in chosen:
                database.set_result(job, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))
    cosmic_ray("exec", config, session)
    with use_db(str(session), WorkDB.Mode.open) as database:
        for job, result in database.results:
            if job in chosen:
                yield _name(result), result.is_killed


def _name(result: Any) -> str:
    """The file, and the line as it was changed, or what has gone."""
    lines = (result.diff or "").splitlines()
    file = next((line[4:] for line in lines if line.startswith("+++ ")), "?").removeprefix("b/")
    added, gone = (
        " ".join(line[1:].strip() for line in lines if line[:1] == sign and line[:3] != 3 * sign)
        for sign in "+-"
    )
    return f"{file.split()[0]}: {added or f'without {gone.strip()}'}"


def known() -> dict[str, str]:
    """Survivors with a reason."""
    entries = tomllib.loads(KNOWN.read_text()).get("survivor", [])
    return {entry["change"]: entry["why"] for entry in entries}


def main() -> int:
    """A line for each survivor, and how many were killed; exit status 1 for one unexplained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--since", default="main", help="what files have changed from (main)")
    parser.add_argument("--most", type=int, default=10, help="mutants of each room (10)")
    args = parser.parse_args()
    rooms = defaultdict[str, list[str]](list)
    for file in args.files or changed(args.since):
        if (room := room_of(file)) is not None:
            rooms[room].append(file)
    reasons, killed, survived, unknown = known(), 0, 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "copy"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
        for room, files in rooms.items():
            for change, seen in mutants(folder, room, files, args.most):
                if HINT.search(change):
                    continue  # a type hint, which is never evaluated
                killed += seen
                survived += not seen
                unknown += not seen and change not in reasons
                if not seen:
                    print(f"survived: {change}  ({reasons.get(change, 'no reason')})", flush=True)
    print(f"{killed} of {killed + survived} killed, {unknown} survivors without a reason")
    return int(unknown > 0)


if __name__ == "__main__":
    raise SystemExit(main())
