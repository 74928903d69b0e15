# SPDX-License-Identifier: MIT
"""Makes the digit classifier behind `npucore demo`: `python -m tools.demo_network`."""
