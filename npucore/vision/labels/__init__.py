# SPDX-License-Identifier: MIT
"""Names of classes: read from files, brought by models, or known."""

from npucore.vision.labels.choice import Names, choose
from npucore.vision.labels.file import load_alphabet, load_labels, parse_labels

__all__ = ["Names", "choose", "load_alphabet", "load_labels", "parse_labels"]
