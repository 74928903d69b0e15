# SPDX-License-Identifier: MIT
"""Programs of LiteRT's users, which are run and hold no tests."""

collect_ignore = ["classify.py", "detect.py", "label_image.py"]
