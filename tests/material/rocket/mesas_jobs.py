# SPDX-License-Identifier: MIT
"""The jobs that Mesa's driver submitted, as they were captured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from npucore_rocket.validate import Buffer, Fetch
from tools.faults.jobs import Job


def mesas_jobs(shared: Path, page_bytes: int, captures: str = "*") -> Iterator[Job]:
    """Those of *captures*, by the capture's name; buffers are rounded up to pages."""
    for path in sorted((shared / "golden" / "rocket").glob(f"{captures}.json")):
        with np.load(path.with_suffix(".npz")) as words:
            for number, submit in enumerate(json.loads(path.read_text())["submits"]):
                for place, job in enumerate(submit["jobs"]):
                    buffers = tuple(
                        Buffer(
                            f"bo {bo['handle']}",
                            bo["dma"],
                            -(-bo["size"] // page_bytes) * page_bytes,
                            bo["handle"] in job["out_bos"],
                        )
                        for bo in submit["bos"]
                    )
                    tasks = tuple(
                        Fetch(task["regcmd"], words[f"s{number}_j{place}_t{index}"])
                        for index, task in enumerate(job["tasks"])
                    )
                    yield Job(path.stem, tasks, buffers, np.zeros(0, np.uint8))
