# SPDX-License-Identifier: MIT
"""The cases as LiteRT sees them: a second implementation to compare with."""
