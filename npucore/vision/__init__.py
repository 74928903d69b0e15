# SPDX-License-Identifier: MIT
"""Photos into inputs, outputs into answers."""
