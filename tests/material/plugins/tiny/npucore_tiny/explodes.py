# SPDX-License-Identifier: MIT
"""A plugin that cannot be imported."""

raise RuntimeError("this plugin always explodes")
