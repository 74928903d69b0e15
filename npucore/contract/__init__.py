# SPDX-License-Identifier: MIT
"""The contract between the core and its plugins: backends, frontends, and what they exchange."""
