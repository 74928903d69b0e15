# SPDX-License-Identifier: MIT
"""What the driver's checker lets through of a command stream.

Source: etnaviv_cmd_parser.c: the lengths of commands, and the states that only it may set, those
among them that are near the ones of NPUs.
"""

from __future__ import annotations

from collections.abc import Sequence

LOAD_STATE, DRAW_2D = 1, 4
LENGTHS = {3: 2, 5: 4, 6: 6, 9: 2, 12: 4}  # words of NOP, three kinds of draws, and STALL
RESTRICTED = (
    (0x0644, 1),
    (0x064C, 1),
    (0x0680, 8),
    (0x086C, 1),
    (0x1028, 1),
    (0x1410, 1),
    (0x1430, 1),
    (0x2400, 14 * 16),
    (0x3824, 1),
    (0x10800, 32 * 16),
    (0x14600, 16),
    (0x14800, 8 * 8),
)
FORBIDDEN = frozenset(
    address >> 2 for start, count in RESTRICTED for address in range(start, start + 4 * count, 4)
)


def complaint(words: Sequence[int]) -> str:
    """Why the stream is refused; empty if it is not."""
    at = 0
    while at < len(words):
        opcode, count = words[at] >> 27, words[at] >> 16 & 0x3FF
        if opcode == LOAD_STATE:
            length = 1 + count + (1 + count) % 2
            first = words[at] & 0xFFFF
            if FORBIDDEN.intersection(range(first, first + count)):
                return f"load state touches a restricted state at word {at}"
        elif opcode == DRAW_2D:
            length = 2 + 2 * ((words[at] >> 8 & 0xFF) or 256)
        elif opcode in LENGTHS:
            length = LENGTHS[opcode]
        else:
            return f"op {opcode} not permitted at word {at}"
        at += length
    return "" if at == len(words) else "commands overflow the end of the buffer"
