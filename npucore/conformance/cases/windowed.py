# SPDX-License-Identifier: MIT
"""One description for every convolution among the cases."""

from __future__ import annotations

from dataclasses import dataclass

from npucore.conformance.case import Case
from npucore.conformance.maker import Maker, places, same_padding
from npucore.ops import Activation, Convolution, Padding


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A convolution; its name is made of what differs from the defaults.

    *padding* is ``"same"``, ``"valid"`` or four numbers. *zeros* are the zero points of input,
    weights and output; *factor* makes the output's scale coarser. *bias* is its largest number,
    ``"typical"`` or ``"none"``.
    """

    size: tuple[int, int] = (8, 8)
    inputs: int = 16
    outputs: int = 16
    kernel: tuple[int, int] = (3, 3)
    stride: tuple[int, int] = (1, 1)
    padding: str | Padding = "same"
    dilation: tuple[int, int] = (1, 1)
    groups: int = 1
    dtype: str = "int8"
    per_channel: bool = False
    activation: Activation = Activation.NONE
    zeros: tuple[int | None, int | None, int | None] = (None, None, None)
    factor: float = 1.0
    bias: int | str = "typical"
    batch: int = 1
    family: str = ""  # the network or test list from which it comes

    @property
    def name(self) -> str:
        """Typable, and different for different recipes."""
        parts = [
            f"{_by(self.size)}x{self.inputs}",
            f"k{_by(self.kernel)}",
            f"o{self.outputs}",
            f"s{_by(self.stride)}",
            self.padding
            if isinstance(self.padding, str)
            else "p" + "_".join(map(str, self.padding)),
            self.dtype,
        ]
        options = {
            f"d{_by(self.dilation)}": self.dilation != (1, 1),
            f"g{self.groups}": self.groups > 1,
            "perchannel": self.per_channel,
            str(self.activation): self.activation is not Activation.NONE,
            "z" + "_".join("x" if z is None else str(z) for z in self.zeros): any(
                z is not None for z in self.zeros
            ),
            f"f{self.factor:g}": self.factor != 1,
            f"b{self.bias}": self.bias != "typical",
            f"n{self.batch}": self.batch != 1,
        }
        family = [self.family] if self.family else []
        return "-".join([*family, *parts, *(text for text, shown in options.items() if shown)])

    @property
    def shape(self) -> str:
        """What the report sorts it under."""
        if self.groups == self.inputs > 1:
            kind = "depthwise"
        else:
            kind = "grouped" if self.groups > 1 else "dense"
        area = "pixel" if self.size == (1, 1) else "small" if self.size[0] <= 16 else "large"
        scale = " per channel" if self.per_channel else ""
        return f"{kind} {_by(self.kernel)} {area}{scale}"

    def case(self, essential: bool = False) -> Case:
        """The recipe as a case."""
        return Case("convolution", self.name, self.make, self.shape, essential)

    def make(self, m: Maker) -> Convolution:
        """The op, with data."""
        zi, zw, zo = self.zeros
        source = m.input((self.batch, *self.size, self.inputs), self.dtype, zero=zi)
        shape = (self.outputs, *self.kernel, self.inputs // self.groups)
        weights = m.weights(shape, self.dtype, zw, self.per_channel)
        padding = self._padding()
        rows, columns = places(self.size, self.kernel, self.stride, padding, self.dilation)
        largest = self.bias if isinstance(self.bias, int) else None
        result = (self.batch, rows, columns, self.outputs)
        return Convolution(
            input=source,
            weights=weights,
            bias=None if self.bias == "none" else m.bias(source, weights, largest),
            output=m.summed(source, weights, result, zo, self.factor),
            stride=self.stride,
            dilation=self.dilation,
            padding=padding,
            groups=self.groups,
            activation=self.activation,
        )

    def _padding(self) -> Padding:
        match self.padding:
            case "same":
                return same_padding(self.size, self.kernel, self.stride, self.dilation)
            case Padding():
                return self.padding
        return Padding()


def _by(pair: tuple[int, int]) -> str:
    return f"{pair[0]}x{pair[1]}"
