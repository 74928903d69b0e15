# SPDX-License-Identifier: MIT
"""Damage good tasks in every way, and count what the rocket validator lets through."""
