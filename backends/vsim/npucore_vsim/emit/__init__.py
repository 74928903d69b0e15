# SPDX-License-Identifier: MIT
"""Layers -> descriptors, and descriptors' addresses -> a command stream."""
