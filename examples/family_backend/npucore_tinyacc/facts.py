# SPDX-License-Identifier: MIT
"""Facts about chips of the family: what ran, on which chip, by whom.

All are invented for this example; levels of evidence are computed from them (`npucore.evidence`).
"""

from __future__ import annotations

from npucore.evidence import Fact, Facts, Outcome

ANN, BOB = "Ann's board", "Bob's board"
INVENTED = "invented for this example"

CONVOLUTION = "convolutions of int8 with one scale"
ADDITION = "sums of two maps"
BORDER = "borders that a task adds"

FACTS = Facts(
    (
        Fact(CONVOLUTION, "t1", ANN, INVENTED),
        Fact(CONVOLUTION, "t1", BOB, INVENTED),  # two parties: proven on t1, sibling on t2
        Fact(ADDITION, "t1", ANN, INVENTED),  # one party: shown on t1
        Fact(
            BORDER, "t2", BOB, INVENTED
        ),  # another chip: sibling on t1, until its board has run it
        Fact(BORDER, "t1", INVENTED, "its manual", Outcome.READ),
    )
)
