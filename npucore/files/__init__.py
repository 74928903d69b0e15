# SPDX-License-Identifier: MIT
"""Reading and writing files: artefacts, archives, documents, damage and budgets."""
