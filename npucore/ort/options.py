# SPDX-License-Identifier: MIT
"""Options of sessions and runs, as programs set them."""

from __future__ import annotations

import enum
from typing import Any


class GraphOptimizationLevel(enum.IntEnum):
    """ONNX Runtime's levels; without effect here."""

    ORT_DISABLE_ALL = 0
    ORT_ENABLE_BASIC = 1
    ORT_ENABLE_EXTENDED = 2
    ORT_ENABLE_LAYOUT = 3
    ORT_ENABLE_ALL = 99


class ExecutionMode(enum.IntEnum):
    """ONNX Runtime's modes; without effect here."""

    ORT_SEQUENTIAL = 0
    ORT_PARALLEL = 1


class ExecutionOrder(enum.IntEnum):
    """ONNX Runtime's orders; without effect here."""

    DEFAULT = 0
    PRIORITY_BASED = 1
    MEMORY_EFFICIENT = 2


class SessionOptions:
    """Keeps what a program sets.

    Two things have an effect: sizes of open dimensions by their names, and options of providers.
    """

    def __init__(self) -> None:
        self.enable_cpu_mem_arena = self.enable_mem_pattern = self.enable_mem_reuse = True
        self.enable_profiling = self.use_deterministic_compute = False
        self.use_per_session_threads = True
        self.execution_mode = ExecutionMode.ORT_SEQUENTIAL
        self.execution_order = ExecutionOrder.DEFAULT
        self.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_ALL
        self.inter_op_num_threads = self.intra_op_num_threads = 0
        self.log_severity_level, self.log_verbosity_level, self.logid = -1, 0, ""
        self.optimized_model_filepath = ""
        self.profile_file_prefix = "onnxruntime_profile_"
        self.sizes: dict[str, int] = {}
        self.provider_options: dict[str, dict[str, str]] = {}
        self._entries: dict[str, str] = {}

    def add_session_config_entry(self, key: str, value: str) -> None:
        """Keep an entry."""
        self._entries[str(key)] = str(value)

    def get_session_config_entry(self, key: str) -> str:
        """An entry. Raises `RuntimeError` for one that nobody has set."""
        if key not in self._entries:
            raise RuntimeError(f"SessionOptions does not have configuration with key: {key}")
        return self._entries[key]

    def add_free_dimension_override_by_name(self, name: str, size: int) -> None:
        """Give open dimensions of that name a size."""
        self.sizes[str(name)] = int(size)

    def add_free_dimension_override_by_denotation(self, denotation: str, size: int) -> None:
        """Nothing: denotations are not read."""

    def add_provider(self, name: str, options: dict[str, str]) -> None:
        """Ask for a provider, as ``providers`` of a session does."""
        self.provider_options[name] = {str(key): str(value) for key, value in options.items()}

    def add_provider_for_devices(self, devices: Any, options: dict[str, str]) -> None:
        """The same, by the devices of one provider."""
        for name in dict.fromkeys(device.ep_name for device in devices):
            self.add_provider(name, options)

    def has_providers(self) -> bool:
        """Whether a provider was asked for."""
        return bool(self.provider_options)

    def set_provider_selection_policy(self, policy: object) -> None:
        """Nothing: there is one provider."""

    def register_custom_ops_library(self, path: str) -> None:
        """Raise `RuntimeError`: operators of a library run on its own runtime only."""
        raise RuntimeError(f"{path}: npucore runs no libraries of operators")


class RunOptions:
    """Keeps what a program sets; without effect here."""

    def __init__(self) -> None:
        self.log_severity_level, self.log_verbosity_level, self.logid = -1, 0, ""
        self.only_execute_path_to_fetches = self.terminate = False
        self._entries: dict[str, str] = {}

    def add_run_config_entry(self, key: str, value: str) -> None:
        """Keep an entry."""
        self._entries[str(key)] = str(value)

    def get_run_config_entry(self, key: str) -> str:
        """An entry. Raises `RuntimeError` for one that nobody has set."""
        if key not in self._entries:
            raise RuntimeError(f"RunOptions does not have configuration with key: {key}")
        return self._entries[key]
