# SPDX-License-Identifier: MIT
"""A float network with 8-bit integers, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from npucore.contract.frontend import Frontend
from npucore.contract.placement import Placement
from npucore.contract.scheme import Scheme
from npucore.errors import InputError
from npucore.files.atomic import replacing, scratch_folder
from npucore.graph import Graph
from npucore.running.layer_error import LayerError, layer_errors
from npucore.running.loading import frontend_of, load
from npucore.running.partition import partition
from npucore.running.session import Backends, Session, open_all
from npucore.running.work import counts
from npucore.tensor import Array, Shape
from npucore.vision.answer import interpret
from npucore.vision.calibration import MOST_SAMPLES, Sample, Samples, read_samples
from npucore.vision.feeding import Options
from npucore.vision.kinds import Classes
from npucore.vision.reading import NO_OPTIONS

JUDGE = "reference"


@dataclass(frozen=True, slots=True, eq=False)
class Quantized:
    """A quantized model and how it compares with the float one.

    Parameters
    ----------
    data
        The model's file, of the format of the float one.
    scheme
        How it was quantized.
    samples
        What it was calibrated with.
    agreement
        The share of samples to which both networks give the same class, 0 to 1; None if they do
        not classify.
    layers
        The error of every layer, worst first.
    graph
        The quantized network.
    chosen, placements
        The backends that it is for, and where its ops would run.
    """

    data: bytes
    scheme: Scheme
    samples: Samples
    agreement: float | None
    layers: tuple[LayerError, ...]
    graph: Graph
    chosen: tuple[str, ...]
    placements: tuple[Placement, ...]

    @property
    def ops(self) -> dict[str, int]:
        """How many ops each backend takes, the chosen ones first."""
        return counts(self.placements, self.chosen)

    def write(self, path: str | Path) -> int:
        """Write the model, completely or not at all; its bytes."""
        with replacing(path) as file:
            file.write(self.data)
        return len(self.data)


def quantize_model(
    model: str | Path,
    calibrate: str | Path | Sequence[Mapping[str, Array]],
    backend: Backends = None,
    *,
    per_channel: bool | None = None,
    symmetric: bool | None = None,
    samples: int = MOST_SAMPLES,
    shapes: Mapping[str, Shape] | None = None,
    feeding: Options = NO_OPTIONS,
    head: str | None = None,
    task: str | None = None,
) -> Quantized:
    """Quantize a float model file for a backend, and compare it with the float network.

    *calibrate* is a folder of photos, sounds or arrays like those that the network will see, a file
    that lists them, or inputs by name; at most *samples* are used, spread evenly over all. Scales
    are *per_channel* of the weights and activations *symmetric* int8 as the first backend wants it
    where they are None. *feeding*, *head* and *task* say how photos are fed, as for `read_inputs`.
    Raises `UnsupportedError` for a format that cannot be quantized here, and what `load` and
    `read_samples` raise.
    """
    path = Path(model)
    frontend = frontend_of(path)()
    real = load(path, frontend.name, shapes)
    given = _samples(calibrate, real, samples, feeding, head, task)
    chosen, every = open_all(backend)
    scheme = _scheme(chosen[0].scheme, per_channel, symmetric)
    data, graph = _quantized(path, frontend, real, given.arrays, scheme)
    layers = tuple(layer_errors(real, graph, given.arrays, frontend.original_name))
    agreement = _agreement(real, graph, given.arrays)
    names, placements = tuple(b.name for b in chosen), partition(graph, every).placements
    return Quantized(data, scheme, given, agreement, layers, graph, names, placements)


def _samples(
    source: str | Path | Sequence[Mapping[str, Array]],
    real: Graph,
    most: int,
    feeding: Options,
    head: str | None,
    task: str | None,
) -> Samples:
    if isinstance(source, str | Path):
        return read_samples(source, real, most, feeding, head=head, task=task)
    arrays = [dict(sample) for sample in source[: max(most, 0)]]
    if not arrays:
        raise InputError("no samples to calibrate with")
    names = {tensor.name for tensor in real.inputs}
    for number, sample in enumerate(arrays):
        if sample.keys() != names:
            found, wanted = (", ".join(sorted(keys)) or "nothing" for keys in (sample, names))
            raise InputError(f"sample {number} has {found}, wanted {wanted}")
    return Samples(arrays, None, ())


def _scheme(scheme: Scheme, per_channel: bool | None, symmetric: bool | None) -> Scheme:
    if per_channel is not None:
        scheme = replace(scheme, per_channel=per_channel)
    if symmetric is not None:
        scheme = replace(scheme, symmetric_activations=symmetric)
    return scheme


def _quantized(
    path: Path, frontend: Frontend, real: Graph, samples: list[Sample], scheme: Scheme
) -> tuple[bytes, Graph]:
    """The file, and the network that is read from it."""
    fixed = {tensor.name: tensor.shape for tensor in real.inputs}
    data = frontend.quantize(path, samples, scheme, fixed)
    with scratch_folder() as folder:
        (written := folder / path.name).write_bytes(data)
        return data, load(written, frontend.name)


def _agreement(real: Graph, graph: Graph, samples: Sequence[Sample]) -> float | None:
    same = 0
    with Session(real, JUDGE) as float_session, Session(graph, JUDGE) as session:
        for sample in samples:
            a = interpret(real, float_session.run(sample), top=1)
            b = interpret(graph, session.run(sample), top=1)
            if not isinstance(a, Classes) or not isinstance(b, Classes):
                return None
            same += a.classes[0].index == b.classes[0].index
    return same / len(samples)
