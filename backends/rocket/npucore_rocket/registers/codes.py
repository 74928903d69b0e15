# SPDX-License-Identifier: MIT
"""Names of values that several fields share."""

from __future__ import annotations

PRECISION = {0: "int8", 1: "int16", 2: "fp16", 3: "bf16", 4: "int32", 5: "fp32", 6: "int4"}
CNA_PRECISION = {0: "int8", 1: "int16", 2: "fp16", 3: "bf16", 6: "int4", 7: "tf32"}
OPERAND_BITS = {0: "4 bit", 1: "8 bit", 2: "16 bit", 3: "32 bit"}
BURST = {3: "4 beats", 7: "8 beats", 15: "16 beats"}
CONVOLUTION = {0: "direct", 3: "depthwise"}
ROUNDING = {0: "half to even", 1: "half up"}
GROUP_STATE = {0: "idle", 1: "running", 2: "running, other group queued"}
PING_PONG = {0: "with the executer", 1: "after each program load"}
