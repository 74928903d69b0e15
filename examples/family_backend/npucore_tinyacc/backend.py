# SPDX-License-Identifier: MIT
"""The family's parts, put together; imported inside, since a look for devices compiles nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from npucore.contract.backend import Capabilities, Exported, Finding
from npucore.contract.cost import Speed
from npucore.contract.listing import Listing
from npucore.contract.scheme import Scheme
from npucore.evidence import Evidence
from npucore.family.backend import FamilyBackend
from npucore.family.machine import SIMULATOR
from npucore.graph import Graph
from npucore.hw.ioctl import Kernel
from npucore.tensor import Tensor
from npucore_tinyacc.chip import CHIPS, CLOCK, Chip
from npucore_tinyacc.driver import TinyaccDriver
from npucore_tinyacc.settings import CORES, OPTIONS

if TYPE_CHECKING:
    from npucore.family.device import Device
    from npucore.family.image import Loading
    from npucore.family.judging import Judge
    from npucore_tinyacc.cost import Work
    from npucore_tinyacc.image import TinyaccImage
    from npucore_tinyacc.plan import Plan
    from npucore_tinyacc.program import TinyaccCompiled
    from npucore_tinyacc.stream import Run


class TinyaccBackend(FamilyBackend[Chip, "Plan", "TinyaccCompiled"]):
    """Named in pyproject.toml; that is all it takes to be installed."""

    name = "tinyacc"
    targets = tuple(CHIPS)
    capabilities = Capabilities(
        summary="Tinyacc, an invented family of NPUs, by its register-level simulator",
        ops={"add": 0, "convolution": 0, "fully_connected": 0, "reshape": 0},
    )
    options = OPTIONS
    scheme = Scheme(per_channel=False)
    chips = CHIPS
    driver = TinyaccDriver()
    clock = CLOCK
    lanes_option = CORES

    def judge(self) -> Judge[Plan]:
        """Rules, then plans that fit the buffer."""
        from npucore.family.judging import Judge, Trust
        from npucore_tinyacc.lowering import TinyaccLowering

        trust = Trust(self.trust, self.measured)
        return Judge(TinyaccLowering(self.chip), trust, self.set.requantize)

    def assemble(self, graph: Graph, lowered: Mapping[int, Plan]) -> TinyaccCompiled:
        """Tasks."""
        from npucore_tinyacc.program import compile_graph

        return compile_graph(graph, lowered, self.chip)

    def image(
        self, compiled: TinyaccCompiled, device: Device[Run], loading: Loading
    ) -> TinyaccImage:
        """Tensors as they are."""
        from npucore_tinyacc.image import TinyaccImage

        return TinyaccImage(compiled, device, loading)

    def encode(self, compiled: TinyaccCompiled) -> Exported:
        """Words and constants."""
        from npucore_tinyacc.export import export

        return export(compiled)

    def decode(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> TinyaccCompiled:
        """Every number is checked."""
        from npucore_tinyacc.export import restore

        return restore(exported, inputs, outputs, self.chip)

    def listing(self, exported: Exported) -> Listing:
        """Register by register."""
        from npucore_tinyacc.export import listing

        return listing(exported, self.chip)

    def works(self, compiled: TinyaccCompiled) -> Iterator[tuple[int, Work]]:
        """Of every task, from its words."""
        from npucore_tinyacc.cost import work

        return ((task.op, work(task.words)) for task in compiled.jobs)

    def speed(self) -> Speed:
        """The speed of a core, for a model of a board."""
        from npucore_tinyacc.cost import speed

        return speed(self.chip.name, self.set.clock, self.machine.lanes)

    def findings(self, kernel: Kernel) -> list[Finding]:
        """The node, and who may open it."""
        from npucore_tinyacc.diagnose import diagnose

        return diagnose(kernel)

    def examine(self, say: Callable[[str], None]) -> list[Finding]:
        """A case of every rule that nobody has shown."""
        from npucore_tinyacc import selftest

        bold = TinyaccBackend(self.chip.name, trust=Evidence.PAPER, device=SIMULATOR)
        return selftest.run(self.machine, bold.compiled, say)
