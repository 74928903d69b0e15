# SPDX-License-Identifier: MIT
"""LiteRT's ``Interpreter``, call by call and error by error, on npucore's backends."""

from __future__ import annotations

import contextlib
import operator
import os
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, SupportsIndex

import numpy as np

from npucore.contract.placement import Placement
from npucore.faces.said import say
from npucore.faces.settings import Settings
from npucore.graph import Graph
from npucore.litert.delegate import Delegate
from npucore.litert.details import operator_details
from npucore.litert.op_resolver import OpResolverType
from npucore.litert.opening import check_kernels, chosen, opened
from npucore.litert.signature_runner import SignatureRunner
from npucore.litert.subgraph import Subgraph
from npucore.running.session import Backends, Session
from npucore.tensor import Array


class Interpreter:
    """Runs a .tflite model on npucore's backends, and says on the standard error where it does.

    Its methods are those of ``ai_edge_litert.interpreter.Interpreter`` 2.3.0, their errors have the
    same classes and begin with the same words. Other than there, intermediate results cannot be
    read unless *experimental_preserve_all_tensors* is set, and constants cannot be written.

    Raises `ValueError` for a model that cannot be read, a backend that is not installed and a value
    that cannot be, `TypeError` for an option that no backend has.

    Parameters
    ----------
    model_path, model_content
        A file, or the content of one: one of both.
    experimental_delegates
        What `load_delegate` gave; their options count where the keywords below say nothing.
    num_threads, experimental_op_resolver_type
        Checked, but without effect, as the other parameters of LiteRT's CPU kernels.
    experimental_preserve_all_tensors
        Whether all that is computed can be read. Keeps backends from joining ops.
    backend, strict, verbose, placement, options
        As `npucore.faces.settings.Settings`; without a *backend* the environment's
        ``NPUCORE_BACKEND`` counts, then the best that is available.
    """

    _settings: ClassVar[Settings] = Settings()
    """Settings for where neither keywords nor delegates say anything."""

    def __init__(
        self,
        model_path: str | bytes | os.PathLike[str] | None = None,
        model_content: bytes | None = None,
        experimental_delegates: Sequence[Delegate] | None = None,
        num_threads: int | None = None,
        experimental_op_resolver_type: OpResolverType = OpResolverType.AUTO,
        experimental_preserve_all_tensors: bool = False,
        experimental_disable_delegate_clustering: bool = False,
        experimental_default_delegate_latest_features: bool = False,
        experimental_compress_quantization_zero_points: bool = False,
        experimental_disable_delegate_node_fusion: bool = False,
        experimental_force_delegate_node_profiling: bool = False,
        *,
        backend: Backends = None,
        strict: bool = False,
        verbose: bool = False,
        placement: str | None = None,
        **options: Any,
    ) -> None:
        self._subgraphs: dict[int, Subgraph] = {}
        self._keep_all = experimental_preserve_all_tensors
        self.experimental_compress_quantization_zero_points = (
            experimental_compress_quantization_zero_points
        )
        check_kernels(experimental_op_resolver_type, num_threads, self._keep_all)
        self._name, self._file = opened(model_path, model_content)
        given = Settings(backend, strict, verbose, placement, options)
        self._chosen = chosen(given, experimental_delegates or (), self._settings)
        self._main = self._subgraph(0)

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Release what the backends hold; also done when nothing refers to the interpreter."""
        for subgraph in getattr(
            self, "_subgraphs", {}
        ).values():  # nothing yet where __init__ failed
            subgraph.close()

    @property
    def placement(self) -> tuple[Placement, ...]:
        """Where every op of the main graph runs, and why; nothing before `allocate_tensors`."""
        return self._main.placement

    def allocate_tensors(self) -> None:
        """Compile the network, unless it is compiled for the present shapes, and say where it runs.

        Raises `RuntimeError` for one that cannot be, or, with *strict*, not without fallback.
        """
        self._main.ensure_safe()
        self._main.allocate()

    def invoke(self) -> None:
        """Run once. Raises `RuntimeError` before `allocate_tensors`, and if the backend fails."""
        self._main.ensure_safe()
        self._main.invoke()

    def set_tensor(self, tensor_index: SupportsIndex, value: object) -> None:
        """Copy *value* into an input, which keeps it from run to run. Raises `ValueError`."""
        self._main.set(self._main.number(tensor_index, "SetTensor"), value)

    def get_tensor(self, tensor_index: SupportsIndex, subgraph_index: int = 0) -> Array:
        """A copy of an output, an input or a constant. Raises `ValueError`."""
        count = self.num_subgraphs()
        if not 0 <= subgraph_index < count:
            said = f"Invalid subgraph index {subgraph_index} exceeds max subgraph index {count}"
            raise ValueError(said)
        subgraph = self._subgraph(subgraph_index)
        return np.array(subgraph.view(subgraph.number(tensor_index, "GetTensor")))

    def tensor(self, tensor_index: SupportsIndex) -> Callable[[], Array]:
        """A function that gives a tensor's memory itself; nobody may hold that while others run."""
        return lambda: self._main.view(self._main.number(tensor_index, "tensor"))

    def resize_tensor_input(
        self, input_index: SupportsIndex, tensor_size: Sequence[int], strict: bool = False
    ) -> None:
        """Give an input another shape, for which `allocate_tensors` compiles the network anew.

        Raises `RuntimeError` for a tensor that is none, and with *strict* for a size that the file
        does not leave open.
        """
        self._main.ensure_safe()
        sizes = np.array(tensor_size, dtype=np.int32)
        self._main.resize(operator.index(input_index), sizes.reshape(-1).tolist(), strict)

    def reset_all_variables(self) -> None:
        """Begin anew: a network that keeps state forgets what earlier runs have left behind."""
        self._main.reset()

    def get_input_details(self) -> list[dict[str, Any]]:
        """The inputs in the file's order: name, index, shape, dtype, quantization, as LiteRT."""
        return [self._main.details(number) for number in self._main.graph.inputs]

    def get_output_details(self) -> list[dict[str, Any]]:
        """The outputs in the file's order, as `get_input_details`."""
        return [self._main.details(number) for number in self._main.graph.outputs]

    def get_tensor_details(self, subgraph_index: int = 0) -> list[dict[str, Any]]:
        """The tensors of a subgraph, but for those of types that numpy lacks."""
        count = self.num_subgraphs()
        if subgraph_index < 0 or subgraph_index >= count:
            raise ValueError(
                f"subgraph_index is out of range: {subgraph_index} for the model, "
                f"which has {count} subgraphs."
            )
        subgraph, found = self._subgraph(subgraph_index), []
        for number in range(len(subgraph.graph.tensors)):
            with contextlib.suppress(ValueError):
                found.append(subgraph.details(number))
        return found

    def num_subgraphs(self) -> int:
        """The number of the file's subgraphs."""
        return len(self._file.graphs)

    def get_signature_list(self) -> dict[str, dict[str, list[str]]]:
        """The names of the inputs and outputs of every signature."""
        return {
            key: {end: list(names) for end, names in ends.items()}
            for key, ends in self._get_full_signature_list().items()
        }

    def get_signature_runner(self, signature_key: str | None = None) -> SignatureRunner:
        """A function of named arrays; without a name of the only signature. Raises `ValueError`."""
        if signature_key is None:
            if len(known := self._get_full_signature_list()) != 1:
                raise ValueError(
                    f"SignatureDef signature_key is None and model has {len(known)} Signatures. "
                    "None is only allowed when the model has 1 SignatureDef"
                )
            signature_key = next(iter(known))
        return SignatureRunner(self, signature_key)

    def _get_full_signature_list(self) -> dict[str, dict[str, dict[str, int]]]:
        return {
            signature.name: {
                "inputs": dict(sorted(signature.inputs.items())),
                "outputs": dict(sorted(signature.outputs.items())),
            }
            for signature in self._file.signatures
        }

    def _subgraph_of(self, signature_key: str) -> Subgraph:
        graphs = {signature.name: signature.graph for signature in self._file.signatures}
        return self._subgraph(graphs[signature_key])

    def _subgraph(self, index: int) -> Subgraph:
        if index not in self._subgraphs:
            self._subgraphs[index] = Subgraph(self._file, index, self._session, self._keep_all)
        return self._subgraphs[index]

    def _session(self, graph: Graph) -> Session:
        session = self._chosen.session(graph, os.environ)
        say(self._name, session, self._chosen.verbose)
        return session

    def _get_tensor_details(self, tensor_index: Any, subgraph_index: Any = 0) -> dict[str, Any]:
        subgraph = self._subgraph(int(subgraph_index))
        return subgraph.details(subgraph.number(int(tensor_index), "TensorName"))

    def _get_op_details(self, op_index: int) -> dict[str, Any]:
        return operator_details(self._main.graph, op_index)

    def _get_ops_details(self) -> list[dict[str, Any]]:
        return [self._get_op_details(index) for index in range(len(self._main.graph.operators))]
