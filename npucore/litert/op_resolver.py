# SPDX-License-Identifier: MIT
"""LiteRT's choice between sets of CPU kernels, of which there is one here."""

from __future__ import annotations

import enum


@enum.unique
class OpResolverType(enum.Enum):
    """The names and numbers of LiteRT's; backends take the place of all of them."""

    AUTO = 0
    BUILTIN = 1
    BUILTIN_REF = 2
    BUILTIN_WITHOUT_DEFAULT_DELEGATES = 3
