# SPDX-License-Identifier: MIT
"""Rockchip's NPUs, by way of the mainline Linux driver."""

from npucore_rocket.backend import RocketBackend

__all__ = ["RocketBackend"]
