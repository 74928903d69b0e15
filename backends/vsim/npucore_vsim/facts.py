# SPDX-License-Identifier: MIT
"""Facts about chips of the family: what ran, on which chip, by whom.

Levels are computed from these (`npucore.evidence`). Sources: "reference" is the vsim hardware
reference, "capabilities" the table of what it can do, "facts" the page of November 2026.

`MODELLED` says that VeriSilicon's simulator took such jobs. The table of capabilities says of
convolutions that its results were compared; of pools, look-ups and copies it says "captured",
which leaves open whether anybody compared what came out. Matrices rest on `CONVOLUTION`, because
they are lowered to convolutions of one window or of 1 x 1.
"""

from __future__ import annotations

from npucore.evidence import Fact, Facts, Outcome

MODELLED = Outcome.MODELLED

A311D, S905D3, IMX8MP = "a311d", "s905d3", "imx8mp"
MESA = "Mesa's developers on their boards"
MAKER = "VeriSilicon's own simulator"

CONVOLUTION = "8-bit convolutions with one scale on the NN cores"
ADDITION = "an addition as a convolution over both operands"
REORDERING = "TP jobs that reorder and pad"
UNUSUAL = "windows and numbers of kernels beyond Mesa's"
AVERAGE = "averages as convolutions"
MAXIMUM = "maxima of windows on the TP cores"
TABLES = "look-up tables of the TP cores"
COPIES = "TP jobs that copy boxes of maps"

EVERY = (
    Fact(CONVOLUTION, A311D, MESA, "capabilities: MobileNetV1, MobileDet"),
    Fact(CONVOLUTION, IMX8MP, MESA, "capabilities: MobileDet, July 2024"),
    Fact(CONVOLUTION, S905D3, MAKER, "capabilities", MODELLED),
    Fact(ADDITION, A311D, MESA, "capabilities: MobileDet; two channels on generation 7"),
    Fact(REORDERING, A311D, MESA, "capabilities: transposes, reshuffles, pads"),
    Fact(REORDERING, IMX8MP, MESA, "capabilities: MobileDet, July 2024"),
    Fact(UNUSUAL, A311D, MAKER, "capabilities; golden streams", MODELLED),
    Fact(UNUSUAL, IMX8MP, MAKER, "capabilities; golden streams", MODELLED),
    Fact(AVERAGE, A311D, MAKER, "capabilities: average pools", MODELLED),
    Fact(AVERAGE, IMX8MP, MAKER, "capabilities: average pools", MODELLED),
    Fact(MAXIMUM, A311D, MAKER, "capabilities: max pools", MODELLED),
    Fact(MAXIMUM, IMX8MP, MAKER, "capabilities: max pools", MODELLED),
    Fact(TABLES, A311D, MAKER, "capabilities: relu, sigmoid, tanh, hard swish", MODELLED),
    Fact(TABLES, IMX8MP, MAKER, "capabilities: relu, sigmoid, tanh, hard swish", MODELLED),
    Fact(COPIES, A311D, MAKER, "capabilities: concatenations, slices, pads", MODELLED),
    Fact(COPIES, IMX8MP, MAKER, "capabilities: concatenations, slices, pads", MODELLED),
)
FACTS = Facts(EVERY)
