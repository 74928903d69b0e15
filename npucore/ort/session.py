# SPDX-License-Identifier: MIT
"""ONNX Runtime's ``InferenceSession``, call by call and error by error, on npucore's backends."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from npucore.contract.placement import Placement
from npucore.errors import NpucoreError
from npucore.faces.said import say
from npucore.faces.settings import Settings
from npucore.ort.binding import IOBinding
from npucore.ort.compiled import Compiled, Shapes
from npucore.ort.described import ModelMetadata, NodeArg, argument, metadata_of
from npucore.ort.errors import plain, translated
from npucore.ort.feeding import Ends
from npucore.ort.memory import physical_bytes
from npucore.ort.opening import Opened, opened
from npucore.ort.providers import (
    CPU,
    PROVIDER,
    Providers,
    normalised,
    say_replaced,
)
from npucore.ort.values import OrtValue
from npucore.running.loading import load
from npucore.running.session import Backends, Session
from npucore.tensor import Array

MOST_SHAPES = 8
UNUSED = ("enable_fallback", "read_config_from_model", "disabled_optimizers")
"""Keywords of ONNX Runtime's that mean nothing here."""


class InferenceSession:
    """Runs an ONNX model on npucore's backends, and says on the standard error where it does.

    Its methods are those of ``onnxruntime.InferenceSession`` 1.32; errors are of ONNX Runtime's
    classes where a program has imported it, else of classes of the same names, and begin with the
    same words. Nothing ever falls back to another provider. A model that leaves sizes of its inputs
    open is compiled by the first inputs of each shape; as many as *most_shapes* are kept compiled.

    Parameters
    ----------
    path_or_bytes
        An ONNX file, or the content of one.
    sess_options
        npucore's or ONNX Runtime's own; see `npucore.ort.options.SessionOptions`.
    providers, provider_options
        The options of ``NpucoreExecutionProvider`` count: ``backend``, ``strict``, ``verbose``,
        ``placement``, and settings of the backends. Others are named and have no part.
    backend, strict, verbose, placement, memory, options
        As `npucore.faces.settings.Settings`; these count first, then the provider's options, then
        the environment's ``NPUCORE_BACKEND``, then the best that is available. Without *memory* all
        that the computer has is allowed: what a program feeds may be of any size.
    """

    _settings: ClassVar[Settings] = Settings()
    """Settings for where neither keywords nor providers say anything."""

    def __init__(
        self,
        path_or_bytes: str | bytes | os.PathLike[str],
        sess_options: Any = None,
        providers: Providers = None,
        provider_options: Sequence[Mapping[Any, Any]] | None = None,
        *,
        most_shapes: int = MOST_SHAPES,
        backend: Backends = None,
        strict: bool = False,
        verbose: bool = False,
        placement: str | None = None,
        memory: int | None = None,
        **options: Any,
    ) -> None:
        self._sess_options, self._most = sess_options, most_shapes
        others = {name: value for name, value in options.items() if name not in UNUSED}
        self._given = Settings(backend, strict, verbose, placement, others, memory)
        self._opened: Opened = opened(path_or_bytes)
        self._start(providers, provider_options)

    def _start(
        self, providers: Providers, provider_options: Sequence[Mapping[Any, Any]] | None
    ) -> None:
        asked = normalised(providers, provider_options)
        asked = {**getattr(self._sess_options, "provider_options", {}), **asked}
        self._provider_options = {PROVIDER: asked.get(PROVIDER, {}), CPU: {}}
        try:
            chosen = self._given.over(Settings.of_text(self._provider_options[PROVIDER]))
            chosen = chosen.over(self._settings).over(Settings.of_environment(os.environ))
            self._chosen = chosen.over(Settings(memory=physical_bytes()))
            self._chosen.check(os.environ)
        except NpucoreError as error:
            raise ValueError(str(error)) from error
        say_replaced(asked)
        declared, sizes = self._opened.declared, getattr(self._sess_options, "sizes", {})
        inputs, outputs = (
            [argument(end, sizes) for end in ends] for ends in (declared.inputs, declared.outputs)
        )
        self._ends = Ends(declared.inputs, inputs, outputs)
        self._compiled = Compiled(self._session, self._most)
        self._fixed = None if self._ends.is_open else self._shapes([e.shape for e in inputs])
        if self._fixed is not None:  # errors belong here, not in `run`
            with self._compiled.session(self._fixed):
                pass

    def _shapes(self, shapes: Sequence[Sequence[Any]]) -> Shapes:
        """Input shapes that bind the file's open sizes; () if it has none."""
        if not self._opened.is_open:
            return ()
        named = zip(self._ends.inputs, shapes, strict=True)
        return tuple((end.name, tuple(shape)) for end, shape in named)

    def _session(self, shapes: Shapes) -> Session:
        with translated(f"Load model from {self._opened.name} failed:"):
            session = self._chosen.session(
                load(self._opened.model, shapes=dict(shapes)), os.environ
            )
        say(self._opened.name, session, self._chosen.verbose)
        return session

    @property
    def placement(self) -> tuple[Placement, ...]:
        """Where every op runs, and why; before the first run nothing of a model with open sizes."""
        return self._compiled.placement

    def run(
        self,
        output_names: Sequence[str] | None,
        input_feed: Mapping[str, Any],
        run_options: Any = None,
    ) -> list[Array]:
        """The outputs of those names, or all, from any thread.

        Raises ``InvalidArgument`` for names, types and shapes that the model does not have,
        `ValueError` for an input that is missing.
        """
        arrays = self._ends.arrays(input_feed)
        places = self._ends.places(output_names)
        shapes = self._fixed
        if shapes is None:
            shapes = self._shapes([array.shape for array in arrays])
        with self._compiled.session(shapes) as session, translated():
            results = session.run(arrays)
        return [results[place] for place in places]

    def run_async(
        self,
        output_names: Sequence[str] | None,
        input_feed: Mapping[str, Any],
        callback: Callable[[list[Array], Any, str], object],
        user_data: Any,
        run_options: Any = None,
    ) -> None:
        """`run` in another thread, which calls *callback* with outputs, *user_data*, error."""
        self._ends.ensure_whole(input_feed)

        def work() -> None:
            try:
                results, said = self.run(output_names, input_feed), ""
            except Exception as error:  # whatever it is, the callback is to hear of it
                results, said = [], plain(error)
            callback(results, user_data, said)

        threading.Thread(target=work, daemon=True).start()

    def run_with_ort_values(
        self,
        output_names: Sequence[str] | None,
        input_dict_ort_values: Mapping[str, Any],
        run_options: Any = None,
    ) -> list[OrtValue]:
        """`run` of values."""
        return [OrtValue(array) for array in self.run(output_names, input_dict_ort_values)]

    def io_binding(self) -> IOBinding:
        """Inputs and outputs to bind."""
        return IOBinding(self)

    def run_with_iobinding(self, iobinding: IOBinding, run_options: Any = None) -> None:
        """Run what is bound. Raises `ValueError` for a binding of another session."""
        if iobinding.session is not self:
            raise ValueError("IOBinding must be used with the session that created it.")
        iobinding.run()

    def get_inputs(self) -> list[NodeArg]:
        """Name, type and shape of every input; open sizes are their names, or None."""
        return list(self._ends.inputs)

    def get_outputs(self) -> list[NodeArg]:
        """The same of every output, as the file declares it."""
        return list(self._ends.outputs)

    def get_overridable_initializers(self) -> list[NodeArg]:
        """Constants that the file lists as inputs. They stay constants here."""
        return [argument(end, {}) for end in self._opened.declared.overridable]

    def get_modelmeta(self) -> ModelMetadata:
        """The model's metadata."""
        return metadata_of(self._opened.declared)

    def get_session_options(self) -> Any:
        """The options that the session was given."""
        return self._sess_options

    def get_providers(self) -> list[str]:
        """The provider of npucore, and the CPU, which is its fallback."""
        return list(self._provider_options)

    def get_provider_options(self) -> dict[str, dict[str, str]]:
        """Provider -> options."""
        return {name: dict(options) for name, options in self._provider_options.items()}

    def set_providers(
        self,
        providers: Providers = None,
        provider_options: Sequence[Mapping[Any, Any]] | None = None,
    ) -> None:
        """Compile the model anew, as these providers' options want it."""
        before = self._compiled
        self._start(providers, provider_options)
        before.close()

    def disable_fallback(self) -> None:
        """Nothing: there is no fallback to other providers."""

    def enable_fallback(self) -> None:
        """Nothing: there is no fallback to other providers."""

    def end_profiling(self) -> str:
        """No file: `npucore bench --each-layer` measures."""
        return ""

    def close(self) -> None:
        """Release what the backends hold; also done when nothing refers to the session."""
        self._compiled.close()

    def __del__(self) -> None:
        if hasattr(self, "_compiled"):  # not where __init__ failed
            self.close()
