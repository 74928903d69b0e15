# SPDX-License-Identifier: MIT
"""A toolkit for authors of backends: it knows bits, and no networks."""
