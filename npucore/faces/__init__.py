# SPDX-License-Identifier: MIT
"""What faces have in common: doors for programs that were written for other runtimes.

The core imports none of them, and ``import npucore`` loads none.
"""
