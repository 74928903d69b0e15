# SPDX-License-Identifier: MIT
"""The cost model against published figures: ``python -m benchmarks.prediction``."""
