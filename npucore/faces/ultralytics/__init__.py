# SPDX-License-Identifier: MIT
"""A format of ultralytics' own table, for artefacts; `npucore.ultralytics` puts it there."""
