# SPDX-License-Identifier: MIT
"""Rockchip RK3588 NPU, by way of the mainline Linux driver."""

from npucore_rocket.backend import RocketBackend

__all__ = ["RocketBackend"]
