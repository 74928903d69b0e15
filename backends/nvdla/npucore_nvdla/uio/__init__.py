# SPDX-License-Identifier: MIT
"""NVDLA on a board, through a node of Linux's userspace I/O that shows its registers and memory."""
