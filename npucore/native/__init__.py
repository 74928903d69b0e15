# SPDX-License-Identifier: MIT
"""The shared library through which runtimes in C reach npucore's faces."""
