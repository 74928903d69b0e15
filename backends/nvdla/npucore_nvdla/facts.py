# SPDX-License-Identifier: MIT
"""Facts about configurations of the family: what ran, on which, by whom.

Levels are computed from these (`npucore.evidence`). Sources: "reference" is the hardware reference
of NVDLA. Nobody of whom we know has run any of this on a chip, so nothing is `shown` or `proven`.
"""

from __future__ import annotations

from npucore.evidence import Fact, Facts, Outcome

SMALL = "small"
MAKER = "NVIDIA's own C model"
MODELLED = Outcome.MODELLED

CONVOLUTION = "int8 convolutions with a bias and a scale for each kernel"
DILATION = "dilated convolutions"
POINTS = "maps through the single-point processor, one or two of them"
MAXIMUM = "maxima of windows"
AVERAGE = "averages of windows"
PRELU = "multiplying what is negative alone"
ELEMENTS = "an operand of two bytes for each element"
TABLES = "look-up tables"

EVERY = (
    Fact(CONVOLUTION, SMALL, MAKER, "reference 1.2: 86 of 86 streams equal", MODELLED),
    Fact(DILATION, SMALL, MAKER, "reference 1.2: trace tests of direct convolutions", MODELLED),
    Fact(POINTS, SMALL, MAKER, "reference 1.2: trace tests of SDP", MODELLED),
    Fact(MAXIMUM, SMALL, MAKER, "reference 1.2: trace tests of PDP", MODELLED),
    Fact(AVERAGE, SMALL, MAKER, "reference 1.2: trace tests of PDP", MODELLED),
    Fact(PRELU, SMALL, MAKER, "reference 1.2: trace tests of SDP; arithmetic in 2.5", MODELLED),
    Fact(ELEMENTS, SMALL, MAKER, "reference 1.2: trace tests of SDP", MODELLED),
    Fact(TABLES, SMALL, MAKER, "reference 1.2: trace tests of SDP with tables", MODELLED),
)
FACTS = Facts(EVERY)
