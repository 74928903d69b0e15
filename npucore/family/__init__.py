# SPDX-License-Identifier: MIT
"""What the backends of NPU families have in common; a family hangs its facts in it."""
