# SPDX-License-Identifier: MIT
"""A program of ONNX Runtime's users, which is run and holds no tests."""

collect_ignore = ["recognize.py"]
