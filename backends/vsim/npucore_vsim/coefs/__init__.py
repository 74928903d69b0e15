# SPDX-License-Identifier: MIT
"""Weights, biases and output offsets -> the compressed streams that the NN cores read."""
