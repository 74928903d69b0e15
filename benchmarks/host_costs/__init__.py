# SPDX-License-Identifier: MIT
"""Times of ops on the CPU: ``python -m benchmarks.host_costs``."""
