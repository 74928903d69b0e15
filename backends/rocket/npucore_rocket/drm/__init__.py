# SPDX-License-Identifier: MIT
"""The NPU behind the kernel's driver: nodes, open files, buffers, jobs."""
