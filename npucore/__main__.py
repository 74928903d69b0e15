# SPDX-License-Identifier: MIT
"""``python -m npucore``."""

from __future__ import annotations

import sys

from npucore.entry import main

if __name__ == "__main__":
    sys.exit(main())
