# SPDX-License-Identifier: MIT
"""What a compiler may do to a graph whatever the chip, for authors of backends."""
