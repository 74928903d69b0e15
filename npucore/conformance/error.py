# SPDX-License-Identifier: MIT
"""How far two answers are apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from npucore.tensor import Array

FLOAT_TOLERANCE = 1e-5  # relative to the largest magnitude of the tensor
FAR = 8  # LSB: the histogram's last class, "so many or more"


@dataclass(frozen=True, slots=True)
class Difference:
    """Two answers compared.

    *counts* has the elements by their distance in LSB, from 0 to `FAR`; *largest* is the largest
    distance; *relative* that of floats, relative to the largest magnitude of their tensor.
    """

    counts: dict[int, int] = field(default_factory=dict)
    largest: int = 0
    relative: float = 0.0

    def within(self, bound: int) -> bool:
        """Whether integers stay within *bound* LSB, and floats within `FLOAT_TOLERANCE`."""
        return self.largest <= bound and self.relative <= FLOAT_TOLERANCE

    def __str__(self) -> str:
        if self.relative > FLOAT_TOLERANCE:
            return f"a relative error of {self.relative:.2g}"
        return f"{self.largest} LSB"


def difference(got: Sequence[Array], want: Sequence[Array]) -> Difference:
    """*got* against *want*, which have the same shapes and dtypes."""
    counts: Counter[int] = Counter()
    largest, relative = 0, 0.0
    for mine, theirs in zip(got, want, strict=True):
        if theirs.size == 0:
            continue
        if theirs.dtype.kind in "fc":
            relative = max(relative, _relative(mine, theirs))
            continue
        apart = np.abs(mine.astype(np.int64) - theirs.astype(np.int64))
        largest = max(largest, int(apart.max()))
        classes = np.bincount(np.minimum(apart, FAR).reshape(-1), minlength=FAR + 1)
        counts.update({lsb: int(n) for lsb, n in enumerate(classes) if n})
    return Difference(dict(sorted(counts.items())), largest, relative)


def _relative(got: Array, want: Array) -> float:
    """0 where both are the same, NaN and infinities included; infinite where only one is finite."""
    same = (got == want) | (np.isnan(got) & np.isnan(want))
    if same.all():
        return 0.0
    finite = np.isfinite(want)
    if not (np.isfinite(got) == finite).all() or not same[~finite].all():
        return float("inf")
    scale = max(float(np.abs(want[finite]).max(initial=0)), float(np.finfo(np.float32).tiny))
    double = np.result_type(want.dtype, np.float64)  # complex numbers stay complex
    apart = np.abs(got[finite].astype(double) - want[finite].astype(double))
    return float(apart.max()) / scale


def shape_error(got: Sequence[Array], want: Sequence[Array]) -> str | None:
    """Why *got* cannot be compared with *want*; None if it can."""
    found, wanted = list(map(_form, got)), list(map(_form, want))
    return None if found == wanted else f"outputs {_listed(found)}, wanted {_listed(wanted)}"


def _form(array: object) -> str:
    if not isinstance(array, np.ndarray):
        return type(array).__name__
    return f"{array.dtype}{array.shape}"


def _listed(forms: Iterable[str]) -> str:
    return ", ".join(forms) or "none"


def merged(differences: Iterable[Difference]) -> Difference:
    """Several differences as one."""
    counts: Counter[int] = Counter()
    largest, relative = 0, 0.0
    for item in differences:
        counts.update(item.counts)
        largest, relative = max(largest, item.largest), max(relative, item.relative)
    return Difference(dict(sorted(counts.items())), largest, relative)
