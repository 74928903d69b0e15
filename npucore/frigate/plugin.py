# SPDX-License-Identifier: MIT
"""npucore as a detector of Frigate, of ``type: npucore``.

Mount this file into Frigate's container as
/opt/frigate/frigate/detectors/plugins/npucore.py; npucore has to be installed there, too. It is
imported by Frigate alone, hence the imports of what only Frigate has.
"""

from __future__ import annotations

from typing import Any, Literal

from frigate.detectors.detection_api import DetectionApi
from frigate.detectors.detector_config import BaseDetectorConfig
from pydantic import Field

DETECTOR_KEY = "npucore"


class NpucoreDetectorConfig(BaseDetectorConfig):  # type: ignore[misc]  # it is not installed
    """The settings of ``detectors: NAME:`` in Frigate's configuration."""

    type: Literal["npucore"]
    backend: str = Field(default="", title="Backends, with commas; empty for the best available")
    strict: bool = Field(default=False, title="Refuse a model that would leave any op to the CPU")
    verbose: bool = Field(default=False, title="Name every op that is left to the CPU")
    placement: str = Field(default="", title="cost or greedy")
    options: dict[str, str] = Field(default_factory=dict, title="Settings of the backends")


class NpucoreDetector(DetectionApi):  # type: ignore[misc]  # neither is this
    """A network on the backends of npucore."""

    type_key = DETECTOR_KEY

    def __init__(self, detector_config: Any) -> None:
        super().__init__(detector_config)
        try:  # here: of a plug-in that cannot be imported Frigate only says that it is not there
            from npucore.faces.settings import Settings
            from npucore.frigate.detector import Detector
        except ImportError as error:
            raise ImportError(f"npucore is not installed in Frigate's Python: {error}") from error
        settings = Settings(
            detector_config.backend or None,
            detector_config.strict,
            detector_config.verbose,
            detector_config.placement or None,
            detector_config.options,
        )
        model = detector_config.model
        self._detector = Detector(model.path, model.model_type.name, settings)

    def detect_raw(self, tensor_input: Any) -> Any:
        """(20, 6) float32: class, score, ymin, xmin, ymax, xmax."""
        return self._detector(tensor_input)
