# SPDX-License-Identifier: MIT
"""How exact the reference backend is: op by op against LiteRT, on LiteRT's own tensors."""
