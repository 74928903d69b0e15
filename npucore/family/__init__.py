# SPDX-License-Identifier: MIT
"""The frame of backends for NPU families; a family adds its facts."""
