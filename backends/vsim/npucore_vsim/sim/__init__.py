# SPDX-License-Identifier: MIT
"""The chips' engines, job by job. Knows registers and formats, and nothing of who wrote them."""
