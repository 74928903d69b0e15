# SPDX-License-Identifier: MIT
"""Boards: the etnaviv driver of mainline Linux, through the injected kernel."""
