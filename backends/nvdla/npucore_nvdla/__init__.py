# SPDX-License-Identifier: MIT
"""NVDLA: NVIDIA's open accelerator, by its register-level simulator."""

from npucore_nvdla.backend import NvdlaBackend

__all__ = ["NvdlaBackend"]
