# SPDX-License-Identifier: MIT
"""Signals at random times: the command ends as it should, and leaves no half of a file."""
