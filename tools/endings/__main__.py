# SPDX-License-Identifier: MIT
"""``python -m tools.endings [--count N]``: interrupt and terminate commands at random times."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import npucore

MODEL = Path(npucore.__file__).parent / "demo" / "digits.tflite"
SIGNALS = (signal.SIGINT, signal.SIGTERM)
COMMAND = str(Path(sys.executable).with_name("npucore"))
PATIENCE = 10.0  # seconds until an end is taken for a hang


def commands(folder: Path) -> list[list[str]]:
    """Commands that write into *folder*."""
    model = str(MODEL)
    np.savez(given := folder / "given.npz", image=np.zeros((1, 8, 8, 1), np.int8))
    return [
        ["run", model, "--input", str(given), "--backend", "reference", "--save", "out.npz"],
        ["compile", model, "--backend", "rocket", "-o", "out.npu"],
        ["compile", model, "--backend", "vsim", "-o", "out.npu"],
        ["bench", model, "--backend", "rocket", "--runs", "2", "--trace", "out.json"],
    ]


def end(words: Sequence[str], folder: Path, number: signal.Signals, after: float) -> str | None:
    """The fault in how the command ends if the signal comes *after* seconds, or None.

    A traceback in which no file of this project occurs is the interpreter's: it was still starting.
    """
    before = {path.name for path in folder.iterdir()}
    process = subprocess.Popen(
        [COMMAND, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(after)
    process.send_signal(number)
    try:
        _, errors = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        return f"still there {PATIENCE} s later"
    left = {path.name for path in folder.iterdir()} - before - {"out.npz", "out.npu", "out.json"}
    if "Traceback" in errors and "npucore/" not in errors and not left:
        return None if process.returncode in (0, 1, -number) else errors[-500:]
    if "Traceback" in errors or left or process.returncode not in (0, -number, 128 + number):
        return f"status {process.returncode}, left {sorted(left)}, said {errors[-500:]!r}"
    return None


def seconds_of(words: Sequence[str], folder: Path) -> float:
    """How long the command takes if nobody ends it. Raises if it fails."""
    start = time.perf_counter()
    subprocess.run([COMMAND, *words], cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> int:
    """A line for each kind of end; exit status 1 if any was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="of each signal")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    for number in SIGNALS:  # a shell's & has children ignore the first, which would prove nothing
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    rng, counts = np.random.default_rng(args.seed), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        tried = [(words, seconds_of(words, Path(name))) for words in commands(Path(name))]
        for place in range(args.count * len(SIGNALS)):
            number = SIGNALS[place % len(SIGNALS)]
            words, whole = tried[place // len(SIGNALS) % len(tried)]
            wrong = end(words, Path(name), number, rng.uniform(0, 1.05 * whole))
            counts[f"{number.name}: {'wrong' if wrong else 'as it should be'}"] += 1
            if wrong:
                print(f"{number.name} {words[0]}: {wrong}", flush=True)
    for what, count in sorted(counts.items()):
        print(f"{count} {what}")
    return int(any("wrong" in what for what in counts))


if __name__ == "__main__":
    raise SystemExit(main())
