# SPDX-License-Identifier: MIT
"""The family's parts, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from npucore.contract.backend import Capabilities, Exported, Finding
from npucore.contract.cost import Speed
from npucore.contract.listing import Listing
from npucore.contract.scheme import Scheme
from npucore.evidence import Evidence
from npucore.family.backend import FamilyBackend
from npucore.family.lanes import Lanes
from npucore.family.machine import SIMULATOR
from npucore.graph import Graph
from npucore.hw.ioctl import Kernel
from npucore.tensor import Array, Tensor
from npucore_vsim.bounds import BOUNDS
from npucore_vsim.chip import CHIPS, CORE_CLOCK, Chip
from npucore_vsim.driver import VsimDriver
from npucore_vsim.settings import IN_FLIGHT, OPTIONS

# Commands that only ask what is available need none of these.
if TYPE_CHECKING:
    from npucore.family.device import Device
    from npucore.family.image import Loading
    from npucore.family.judging import Judge
    from npucore_vsim.cost import Work
    from npucore_vsim.image import VsimImage
    from npucore_vsim.lower import Layer
    from npucore_vsim.program import VsimCompiled
    from npucore_vsim.sim.decoded import Decoded


class VsimBackend(FamilyBackend[Chip, "list[Layer]", "VsimCompiled"]):
    """VeriSilicon's NPUs; without a board, their register-level simulator."""

    name = "vsim"
    targets = tuple(CHIPS)
    capabilities = Capabilities(
        summary="VeriSilicon NPUs (Amlogic A311D, NXP i.MX8M Plus) by mainline's driver, or their "
        "simulator",
        ops=BOUNDS,
    )
    options = OPTIONS
    scheme = Scheme(per_channel=False)
    chips = CHIPS
    driver = VsimDriver()
    clock = CORE_CLOCK
    lanes_option = IN_FLIGHT

    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__(target, **options)
        self.target = self.chip.name  # so that artefacts and reports name what was compiled for
        if self.machine.kernel is None:
            self.lanes = Lanes(
                lambda: self.driver.simulate(self.chip, self._decoded), self.set.lanes
            )

    @cached_property
    def _decoded(self) -> Decoded:
        from npucore_vsim.sim.decoded import Decoded

        return Decoded()

    def remembered(self) -> Mapping[str, Array]:
        """Coefficients that one of its simulators has decoded, which takes longest."""
        return self._decoded.arrays()

    def remind(self, arrays: Mapping[str, Array]) -> None:
        """Coefficients that need not be decoded."""
        self._decoded.add(arrays)

    def judge(self) -> Judge[list[Layer]]:
        """Layers whose numbers fit the fields."""
        from npucore.family.judging import Judge, Trust
        from npucore_vsim.lowering import VsimLowering

        trust = Trust(self.trust, self.measured)
        return Judge(VsimLowering(self.chip), trust, self.set.requantize)

    def assemble(self, graph: Graph, lowered: Mapping[int, list[Layer]]) -> VsimCompiled:
        """Descriptors and coefficients."""
        from npucore_vsim.program import compile_graph

        return compile_graph(graph, lowered, self.chip)

    def image(
        self, compiled: VsimCompiled, device: Device[list[int]], loading: Loading
    ) -> VsimImage:
        """Planes of bytes."""
        from npucore_vsim.image import VsimImage

        return VsimImage(compiled, device, loading)

    def encode(self, compiled: VsimCompiled) -> Exported:
        """Descriptors and constants."""
        from npucore_vsim.export import export

        return export(compiled)

    def decode(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> VsimCompiled:
        """Every number is checked, coefficients too."""
        from npucore_vsim.validate import validate

        compiled = self.restored(exported, inputs, outputs)
        validate(compiled)
        return compiled

    def restored(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> VsimCompiled:
        """Coefficients need not be read again."""
        from npucore_vsim.export import restore

        return restore(exported, inputs, outputs, self.chip)

    def listing(self, exported: Exported) -> Listing:
        """Field by field."""
        from npucore_vsim.export import listing

        return listing(exported, self.chip)

    def works(self, compiled: VsimCompiled) -> Iterator[tuple[int, Work]]:
        """Of the convolutions; of jobs of the TP cores nothing is known."""
        from npucore_vsim.cost import work
        from npucore_vsim.registers import NNDescriptor

        for job in compiled.jobs:
            if isinstance(job.descriptor, NNDescriptor) and job.op is not None:
                yield job.op, work(job.descriptor, self.chip)

    def speed(self) -> Speed:
        """Of the NN cores."""
        from npucore_vsim.cost import speed

        return speed(self.chip, self.set.clock)

    def findings(self, kernel: Kernel) -> list[Finding]:
        """From the chip to the container."""
        from npucore_vsim.diagnose import diagnose

        return diagnose(kernel)

    def examine(self, say: Callable[[str], None]) -> list[Finding]:
        """A plain convolution, then rules."""
        from npucore_vsim import selftest

        bold = VsimBackend(self.chip.name, trust=Evidence.PAPER, device=SIMULATOR)
        return selftest.run(self.machine, bold.compiled, say)

    def disassemble(self, arrays: Mapping[str, Array]) -> Listing | None:
        """Say what descriptors and command streams hold."""
        from npucore_vsim.disasm import disassemble

        return disassemble(arrays)
