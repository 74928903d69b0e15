# SPDX-License-Identifier: MIT
from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from npucore.errors import InputError
from npucore.tensor import Quantization, Shape, Tensor
from npucore.vision.sound import RATE, Sound, load_sound, to_samples

TONE = np.sin(np.arange(800) / 20) * 0.5


def write(path: Path, width: int, channels: int = 1, rate: int = RATE) -> Path:
    full = 2 ** (8 * width - 1)
    stored = np.rint(TONE * full).astype(np.int64) + (full if width == 1 else 0)
    raw = stored.astype("<i8").view(np.uint8).reshape(-1, 8)[:, :width]
    with wave.open(str(path), "wb") as file:
        file.setsampwidth(width)
        file.setnchannels(channels)
        file.setframerate(rate)
        file.writeframes(np.repeat(raw, channels, axis=0).tobytes())
    return path


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_samples_are_from_minus_1_to_1(tmp_path: Path, width: int, channels: int) -> None:
    sound = load_sound(write(tmp_path / "x.wav", width, channels)).samples
    assert np.abs(sound - TONE).max() <= max(2.0 ** (1 - 8 * width), 1e-7)


def test_other_rates_are_resampled(tmp_path: Path) -> None:
    sound = load_sound(write(tmp_path / "x.wav", 2, rate=RATE // 2)).samples
    assert len(sound) == 1600
    assert np.abs(sound[::2] - TONE).max() < 1e-3


def test_channels_are_averaged(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "x.wav"), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(np.tile(np.array([16384, -8192], "<i2"), 5).tobytes())
    assert load_sound(tmp_path / "x.wav").samples.tolist() == [0.125] * 5


@pytest.mark.parametrize(
    ("channels", "rate", "wanted"),
    [
        (1, 16000, "sound, 16000 samples a second, 0.0375 s of 0.05 s"),
        (2, 16000, "sound, 16000 samples a second, mean of 2 channels, 0.0375 s of 0.05 s"),
        (1, 8000, "sound, 16000 samples a second (resampled from 8000), 0.0375 s of 0.1 s"),
        (
            3,
            32000,
            "sound, 16000 samples a second (resampled from 32000), mean of 3 channels, "
            "0.025 s of 0.025 s",
        ),
    ],
)
def test_resampling_and_averaging_are_said(
    tmp_path: Path, channels: int, rate: int, wanted: str
) -> None:
    sound = load_sound(write(tmp_path / "x.wav", 2, channels, rate))
    assert to_samples(sound, tensor((600,))).text == f"{wanted} (assumed; --rate says otherwise)"


def test_a_rate_that_is_told_is_no_assumption(tmp_path: Path) -> None:
    path = write(tmp_path / "x.wav", 2, rate=RATE)
    sound = load_sound(path, 3 * RATE)
    assert len(sound.samples) == 3 * len(load_sound(path).samples)
    assert np.allclose(sound.samples[::3], load_sound(path).samples)
    wanted = "sound, 48000 samples a second (resampled from 16000), 0.0125 s of 0.05 s"
    assert to_samples(sound, tensor((600,))).text == wanted


@pytest.mark.parametrize("content", [b"", b"RIFF", b"text"])
def test_what_is_no_sound_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.wav").write_bytes(content)
    with pytest.raises(InputError, match=r"x\.wav: no WAV file"):
        load_sound(tmp_path / "x.wav")


def tensor(
    shape: Shape, dtype: str = "float32", scale: float | None = None, zero: int = 0
) -> Tensor:
    quantization = None if scale is None else Quantization.per_tensor(scale, zero)
    return Tensor("x", shape, np.dtype(dtype), quantization)


@pytest.mark.parametrize("shape", [(1000,), (1, 1000), (600,)])
def test_silence_follows_a_sound_that_is_too_short(shape: Shape) -> None:
    fed = to_samples(Sound(TONE.astype(np.float32)), tensor(shape))
    assert fed.array.shape == shape
    assert np.allclose(fed.array.ravel()[:600], TONE[:600])
    assert not fed.array.ravel()[800:].any()
    assert fed.text.startswith("sound, 16000 samples a second, 0.0")


@pytest.mark.parametrize(
    ("dtype", "scale", "zero", "half"),
    [("int16", None, 0, 16384), ("int8", 1 / 128, 0, 64), ("int8", 1 / 128, -10, 54)],
)
def test_whole_numbers_hold_samples(dtype: str, scale: float | None, zero: int, half: int) -> None:
    sound = Sound(np.full(400, 0.5, np.float32))
    fed = to_samples(sound, tensor((400,), dtype, scale, zero))
    assert set(fed.array.tolist()) == {half}


@pytest.mark.parametrize("shape", [(1, 49, 10, 1), (1, 96, 64), (1, 40)], ids=str)
def test_features_are_no_samples(shape: Shape) -> None:
    with pytest.raises(InputError, match="a sound wants"):
        to_samples(Sound(np.zeros(9, np.float32)), tensor(shape))


def test_int8_without_a_scale_holds_none() -> None:
    with pytest.raises(InputError, match="without a scale"):
        to_samples(Sound(np.zeros(9, np.float32)), tensor((400,), "int8"))
