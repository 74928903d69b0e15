# SPDX-License-Identifier: MIT
"""Arm's TOSA conformance tests as a second judge: ``python -m npucore.conformance.tosa DIR``."""
