# SPDX-License-Identifier: MIT
"""NVDLA as its registers describe it: sees words and bytes, and never an op."""
