# SPDX-License-Identifier: MIT
"""The foreign distribution is material for tests, not tests."""

collect_ignore = ["tiny"]
