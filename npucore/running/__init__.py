# SPDX-License-Identifier: MIT
"""From a model file to answers: read, place, compile, run, measure."""
