# SPDX-License-Identifier: MIT
"""A network and its data inside the package: recognising 8 x 8 handwritten digits."""
