# SPDX-License-Identifier: MIT
"""The JSON documents that the command line prints."""
