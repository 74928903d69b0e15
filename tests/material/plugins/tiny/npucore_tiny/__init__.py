# SPDX-License-Identifier: MIT
"""What a stranger might install beside npucore."""
