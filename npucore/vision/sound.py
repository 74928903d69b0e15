# SPDX-License-Identifier: MIT
"""From a sound to the samples that a network wants."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from npucore.errors import InputError
from npucore.tensor import Array, Tensor
from npucore.vision.feeding.feed import Fed
from npucore.vision.feeding.placement import WHOLE

RATE = 16_000  # samples a second of YAMNet, of wake words and of speech networks
SHORTEST = 400  # samples that a network of sounds takes at least; fewer are features
FULL = 1 << 15  # of 16-bit samples

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """Samples (N,) from -1 to 1 of one channel, *rate* a second, and what the file had.

    *assumed* is whether that rate is an assumption, since the network does not state one.
    """

    samples: Samples
    rate: int = RATE
    file_rate: int = RATE
    channels: int = 1
    assumed: bool = True

    def text(self, length: int) -> str:
        """How the sound was made of the file's, and how much of it *length* samples take."""
        rate = f"{self.rate} samples a second"
        if self.file_rate != self.rate:
            rate += f" (resampled from {self.file_rate})"
        mean = f", mean of {self.channels} channels" if self.channels > 1 else ""
        whole, used = (n / self.rate for n in (len(self.samples), min(length, len(self.samples))))
        note = " (assumed; --rate says otherwise)" if self.assumed else ""
        return f"sound, {rate}{mean}, {used:.3g} s of {whole:.3g} s{note}"


def load_sound(path: str | Path, rate: int | None = None) -> Sound:
    """Read a WAV file of whole numbers as samples *rate* a second, 16,000 if None.

    Channels are averaged; other rates are resampled linearly. Raises `InputError` for a file that
    cannot be read.
    """
    try:
        with wave.open(str(path), "rb") as file:
            width, channels, own = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = file.readframes(file.getnframes())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    except (wave.Error, EOFError) as error:
        raise InputError(f"{path}: no WAV file of whole numbers ({error})") from error
    samples = _real(data, width).reshape(-1, channels).mean(axis=1)
    wanted = RATE if rate is None else rate
    if own != wanted:
        places = np.arange(len(samples) * wanted // own) * (own / wanted)
        samples = np.interp(places, np.arange(len(samples)), samples)
    return Sound(samples.astype(np.float32), wanted, own, channels, rate is None)


def _real(data: bytes, width: int) -> npt.NDArray[np.float64]:
    """From -1 to 1; bytes are unsigned, wider samples signed and little-endian."""
    raw = np.frombuffer(data[: len(data) // width * width], np.uint8).reshape(-1, width)
    if width == 1:
        return (raw[:, 0].astype(np.float64) - 128) / 128
    wide = np.zeros((len(raw), 4), np.uint8)
    wide[:, 4 - width :] = raw
    return wide.view("<i4")[:, 0] / 2.0**31


def to_samples(sound: Sound, tensor: Tensor) -> Fed:
    """The beginning of *sound* as *tensor*, (N,) or (1, N); silence behind one that is too short.

    Floats are from -1 to 1, 16-bit integers without a scale as in the file. Raises `InputError`
    for a tensor that takes no samples.
    """
    length = max(tensor.shape, default=0)
    if length != tensor.elements or length < SHORTEST:
        raise InputError(
            f"input {tensor.name} has shape {tensor.shape}, a sound wants (samples) or (1, samples)"
        )
    part = np.zeros(length, np.float64)
    part[: len(sound.samples)] = sound.samples[:length]
    return Fed(_stored(part, tensor).reshape(tensor.shape), WHOLE, sound.text(length))


def _stored(samples: npt.NDArray[np.float64], tensor: Tensor) -> Array:
    if tensor.dtype.kind == "f":
        return samples.astype(tensor.dtype)
    info = np.iinfo(tensor.dtype)
    if tensor.quantization is None:
        if tensor.dtype != np.int16:
            raise InputError(f"input {tensor.name} is {tensor.dtype} without a scale")
        stored = np.rint(samples * FULL)
    else:
        stored = np.rint(samples / tensor.q.scale) + tensor.q.zero_point
    return np.clip(stored, info.min, info.max).astype(tensor.dtype)
