# SPDX-License-Identifier: MIT
"""A page of one file with a network drawn on it: no script, nothing from elsewhere."""
