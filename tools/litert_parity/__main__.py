# SPDX-License-Identifier: MIT
"""``python -m tools.litert_parity [OPERATOR...]``: every operator in every dtype against LiteRT."""

from __future__ import annotations

import sys
from collections import Counter

from tools.litert_parity.judge import UNKNOWN, judge
from tools.litert_parity.table import TABLE

if __name__ == "__main__":
    judged = judge(sys.argv[1:] or tuple(TABLE))
    for j in judged:
        if j.status != "equal" and j.status != UNKNOWN:
            print(f"{j.operator:28} {j.dtype:8} {j.status:8} {j.detail}")
    print(dict(Counter(j.status for j in judged)))
