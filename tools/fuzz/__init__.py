# SPDX-License-Identifier: MIT
"""Damaged model files must be refused or run: never crash, never hang, never eat memory."""
