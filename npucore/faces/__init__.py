# SPDX-License-Identifier: MIT
"""Parts that faces share: doors for programs that were written for other runtimes.

The core imports none of them, and ``import npucore`` loads none.
"""
