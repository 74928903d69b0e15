# SPDX-License-Identifier: MIT
"""Networks of PyTorch, with what pt2e makes of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

SIZE = (1, 3, 16, 16)


class Small(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """Convolutions, a linear layer and a softmax, or its logits."""

    def __init__(self, seed: int = 0, softmax: bool = True) -> None:
        super().__init__()
        self.softmax = softmax
        torch.manual_seed(seed)
        self.first = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1, stride=2), nn.BatchNorm2d(16))
        self.second, self.last = nn.Conv2d(16, 16, 3, padding=1), nn.Linear(16, 5)

    def forward(self, x: Any) -> Any:
        x = torch.relu(self.second(torch.relu(self.first(x))))
        x = self.last(nn.functional.max_pool2d(x, 8).flatten(1))
        return x.softmax(-1) if self.softmax else x


class Layer(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """One function, behind whatever it has inside."""

    def __init__(self, function: Callable[[Any, Any], Any], inside: Any = None) -> None:
        super().__init__()
        self.function, self.inside = function, inside

    def forward(self, x: Any) -> Any:
        return self.function(self.inside, x)


LAYERS: dict[str, tuple[str, Callable[[], Any]]] = {
    "conv": ("convolution", lambda: nn.Conv2d(3, 16, 3, padding=1)),
    "depthwise": ("convolution", lambda: nn.Conv2d(3, 3, 3, padding=1, groups=3)),
    "linear": ("fully_connected", lambda: nn.Sequential(nn.Flatten(), nn.Linear(768, 10))),
    "add": ("add", lambda: Layer(lambda _, x: torch.relu(x + x.flip(2)))),
    "mul": ("mul", lambda: Layer(lambda _, x: x * x.flip(2))),
    "avg_pool": ("pooling", lambda: nn.AvgPool2d(2)),
    "max_pool": ("pooling", lambda: nn.MaxPool2d(2)),
    "mean": ("mean", lambda: nn.AdaptiveAvgPool2d(1)),
    "cat": ("concatenation", lambda: Layer(lambda _, x: torch.cat([x, x.flip(2)], 1))),
    "sigmoid": ("logistic", lambda: nn.Sigmoid()),
}
"""Name -> what npucore calls its op, and a module that has it."""


def inputs(count: int, seed: int = 1) -> list[Any]:
    made = torch.Generator().manual_seed(seed)
    return [torch.randn(SIZE, generator=made) for _ in range(count)]


def quantized(module: Any, quantizer: Any, samples: list[Any]) -> Any:
    """What pt2e makes of a module in eval mode."""
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.export.export(module.eval(), (samples[0],)).module()
        observed = prepare_pt2e(program, quantizer)
        for sample in samples:
            observed(sample)
        return convert_pt2e(observed)
