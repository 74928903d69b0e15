# SPDX-License-Identifier: MIT
"""What is read and written: artefacts, archives, documents, damage and budgets."""
