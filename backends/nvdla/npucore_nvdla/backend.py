# SPDX-License-Identifier: MIT
"""The family's parts, put together; imported inside, since a look for devices compiles nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from npucore.contract.backend import Capabilities, Exported, Finding
from npucore.contract.cost import Speed
from npucore.contract.listing import Listing
from npucore.contract.scheme import Scheme
from npucore.family.backend import FamilyBackend
from npucore.graph import Graph
from npucore.hw.ioctl import Kernel
from npucore.tensor import Array, Tensor
from npucore_nvdla.bounds import BOUNDS, bounds
from npucore_nvdla.chip import CHIPS, CLOCK, Chip
from npucore_nvdla.driver import NvdlaDriver
from npucore_nvdla.settings import IN_FLIGHT, OPTIONS

if TYPE_CHECKING:
    from npucore.family.device import Device
    from npucore.family.image import Loading
    from npucore.family.judging import Judge
    from npucore_nvdla.cost import Work
    from npucore_nvdla.image import NvdlaImage
    from npucore_nvdla.lower.layer import Layer
    from npucore_nvdla.program import NvdlaCompiled
    from npucore_nvdla.stream import Run


class NvdlaBackend(FamilyBackend[Chip, "list[Layer]", "NvdlaCompiled"]):
    """Configurations of NVDLA, on a board or on their register-level simulator."""

    name = "nvdla"
    targets = tuple(CHIPS)
    capabilities = Capabilities(
        summary="NVDLA, NVIDIA's open accelerator (nv_small, nv_large)",
        ops=BOUNDS,
    )
    options = OPTIONS
    scheme = Scheme()
    chips = CHIPS
    driver = NvdlaDriver()
    clock = CLOCK
    lanes_option = IN_FLIGHT

    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__(target, **options)
        self.capabilities = replace(self.capabilities, ops=bounds(self.chip))  # type: ignore[misc]

    def judge(self) -> Judge[list[Layer]]:
        """Rules, then layers whose numbers and sizes fit."""
        from npucore.family.judging import Judge, Trust
        from npucore_nvdla.lowering import NvdlaLowering, graded

        trust = Trust(self.trust, self.measured)
        return Judge(NvdlaLowering(self.chip), trust, self.set.requantize, graded)

    def assemble(self, graph: Graph, lowered: Mapping[int, list[Layer]]) -> NvdlaCompiled:
        """Tasks."""
        from npucore_nvdla.program import compile_graph

        return compile_graph(graph, lowered, self.chip)

    def image(self, compiled: NvdlaCompiled, device: Device[Run], loading: Loading) -> NvdlaImage:
        """Surfaces of atoms."""
        from npucore_nvdla.image import NvdlaImage

        return NvdlaImage(compiled, device, loading)

    def encode(self, compiled: NvdlaCompiled) -> Exported:
        """Words and constants."""
        from npucore_nvdla.export import export

        return export(compiled)

    def decode(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> NvdlaCompiled:
        """Every number is checked."""
        from npucore_nvdla.export import restore

        return restore(exported, inputs, outputs, self.chip)

    def listing(self, exported: Exported) -> Listing:
        """Register by register."""
        from npucore_nvdla.export import listing

        return listing(exported, self.chip)

    def test_bench(
        self,
        exported: Exported,
        inputs: Sequence[Tensor],
        outputs: Sequence[Tensor],
        given: Sequence[Array],
    ) -> Mapping[str, bytes]:
        """A byte trace, as the maker's C model and RTL test benches play it."""
        from npucore_nvdla.recording import recorded

        compiled = self.decode(exported, inputs, outputs)
        return {"trace.bin": recorded(compiled, given, self.chip)}

    def works(self, compiled: NvdlaCompiled) -> Iterator[tuple[int, Work]]:
        """Of every task, from its words; those that share their words are looked at once."""
        from npucore_nvdla.cost import work

        known: dict[int, Work] = {}
        for task in compiled.jobs:
            if id(task.words) not in known:
                known[id(task.words)] = work(task.words, self.chip)
            yield task.op, known[id(task.words)]

    def speed(self) -> Speed:
        """The published rates."""
        from npucore_nvdla.cost import speed

        return speed(self.chip, self.set.clock)

    def findings(self, kernel: Kernel) -> list[Finding]:
        """From the node to the container."""
        from npucore_nvdla.diagnose import diagnose

        return diagnose(kernel)

    def examine(self, say: Callable[[str], None]) -> list[Finding]:
        """A plain convolution, then all else that rules rest on."""
        from npucore.evidence import Evidence
        from npucore.family.machine import SIMULATOR
        from npucore_nvdla import selftest

        bold = NvdlaBackend(self.chip.name, trust=Evidence.PAPER, device=SIMULATOR)
        return selftest.run(
            self.machine, lambda: self.driver.simulate(self.chip), bold.compiled, say
        )
