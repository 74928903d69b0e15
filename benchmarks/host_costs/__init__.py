# SPDX-License-Identifier: MIT
"""What ops cost on the CPU: ``python -m benchmarks.host_costs``."""
