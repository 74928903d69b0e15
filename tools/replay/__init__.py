# SPDX-License-Identifier: MIT
"""Captured command streams of the RK3588 NPU and of NVDLA, run again in the simulators."""
