# SPDX-License-Identifier: MIT
"""The external delegate: LiteRT itself runs a network, and npucore the operators that it takes."""
