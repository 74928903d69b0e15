# SPDX-License-Identifier: MIT
"""OpenVINO's intermediate representation -> `npucore.graph.Graph`."""

from npucore_openvino.frontend import OpenVINOFrontend

__all__ = ["OpenVINOFrontend"]
