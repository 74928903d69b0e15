# SPDX-License-Identifier: MIT
"""Captured command streams of the RK3588 NPU, run again in the simulator."""
