# SPDX-License-Identifier: MIT
"""Every builtin operator of TFLite, in every dtype, against LiteRT's reference kernels."""
