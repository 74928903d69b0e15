# SPDX-License-Identifier: MIT
"""Do the tests see it? One operator, number or comparison is changed at a time, by cosmic-ray."""
