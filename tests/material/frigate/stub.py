# SPDX-License-Identifier: MIT
"""The part of Frigate that its plug-ins see: two base classes, and how it is loaded."""

from __future__ import annotations

import enum
import importlib.util
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict


class ModelTypeEnum(enum.StrEnum):
    """As Frigate's: names are without the dash."""

    ssd = "ssd"
    yologeneric = "yolo-generic"


class ModelConfig(BaseModel):
    """The part of ``model:`` that detectors read."""

    path: str
    width: int = 32
    height: int = 32
    model_type: ModelTypeEnum = ModelTypeEnum.yologeneric


class BaseDetectorConfig(BaseModel):
    """Of every detector."""

    model_config = ConfigDict(extra="allow")
    type: str = "cpu"
    model: ModelConfig


class DetectionApi(ABC):
    """A detector, as Frigate calls it."""

    type_key: str

    @abstractmethod
    def __init__(self, detector_config: BaseDetectorConfig) -> None:
        self.detector_config = detector_config

    @abstractmethod
    def detect_raw(self, tensor_input: Any) -> Any: ...


def load_plugin(path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module in a file, imported as Frigate imports those in its folder of plug-ins."""
    modules: dict[str, dict[str, object]] = {
        "frigate": {},
        "frigate.detectors": {},
        "frigate.detectors.detection_api": {"DetectionApi": DetectionApi},
        "frigate.detectors.detector_config": {"BaseDetectorConfig": BaseDetectorConfig},
    }
    for name, held in modules.items():
        module = ModuleType(name)
        vars(module).update(held)
        monkeypatch.setitem(sys.modules, name, module)
    name = "frigate.detectors.plugins.npucore"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    plugin = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, plugin)
    spec.loader.exec_module(plugin)
    return plugin
