# SPDX-License-Identifier: MIT
"""The suite that judges a backend: ``npucore conformance NAME``."""
