# SPDX-License-Identifier: MIT
"""The documentation site: what `mkdocs.yml` hooks in, so that no text is written twice."""
