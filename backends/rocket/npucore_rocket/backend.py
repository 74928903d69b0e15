# SPDX-License-Identifier: MIT
"""The family's parts, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from npucore.contract.backend import Capabilities, Exported, Finding
from npucore.contract.cost import Overhead, Speed
from npucore.contract.listing import Listing
from npucore.errors import DeviceError
from npucore.evidence import Evidence
from npucore.family.backend import FamilyBackend
from npucore.family.machine import SIMULATOR
from npucore.graph import Graph
from npucore.hw.ioctl import Kernel
from npucore.tensor import Array, Tensor
from npucore_rocket.bounds import BOUNDS, bounds
from npucore_rocket.chip import CHIPS, MAINLINE_CLOCK, Chip
from npucore_rocket.driver import RocketDriver
from npucore_rocket.settings import CORES, OPTIONS, read_settings

# Commands that only ask what is available need none of these.
if TYPE_CHECKING:
    from npucore.family.device import Device
    from npucore.family.image import Loading
    from npucore.family.judging import Judge
    from npucore_rocket.cost import Work
    from npucore_rocket.device import Job
    from npucore_rocket.form import Form
    from npucore_rocket.image import RocketImage
    from npucore_rocket.lowering import Lowered
    from npucore_rocket.program import RocketCompiled


NAMES = "Rockchip " + " or ".join(name.upper() for name in CHIPS)
SUMMARY = f"{NAMES} NPU by mainline's driver, or its register-level simulator"


class RocketBackend(FamilyBackend[Chip, "Lowered", "RocketCompiled"]):
    """Rockchip's NPUs; without a board, their register-level simulator."""

    name = "rocket"
    targets = tuple(CHIPS)
    capabilities = Capabilities(SUMMARY, BOUNDS)
    options = OPTIONS
    for_floats = {"floats": "fp16"}  # noqa: RUF012  the base class declares it
    chips = CHIPS
    driver = RocketDriver()
    clock = MAINLINE_CLOCK
    lanes_option = CORES
    lanes_limit = "the NPU has"

    def __init__(self, target: str | None = None, **options: Any) -> None:
        super().__init__(target, **options)
        own = read_settings(options)
        self.form, self.tasks, self._pooling_unit = own.form, own.tasks, own.pooling_unit
        self._halves = own.with_halves and self.chip.halves is not None
        # A chip of the class may take less.
        self.capabilities = replace(self.capabilities, ops=bounds(self.chip))  # type: ignore[misc]

    def judge(self) -> Judge[Lowered]:
        """Plans that fit the CBUF."""
        from npucore.family.judging import Judge, Trust
        from npucore_rocket.lowering import Grades
        from npucore_rocket.ways import Ways

        trust, ways = Trust(self.trust, self.measured), Ways(self.chip, self.form)
        every = ways.of_halves() if self._halves else ways.of_bytes(lambda: self._hears_the_ppu)
        return Judge(every, trust, self.set.requantize, Grades(self.chip, self.form))

    @cached_property
    def _hears_the_ppu(self) -> bool:
        """Whether the device's driver notices the end of the PPU: a board is asked once."""
        if self._pooling_unit is not None:
            return self._pooling_unit
        kernel, path = self.machine.kernel, self.machine.path
        if kernel is None or path is None:
            return False
        from npucore_rocket.drm.probe import probe

        try:
            return probe(kernel, path).ppu_interrupt
        except DeviceError:  # whoever runs something there will hear of it
            return False

    def assemble(self, graph: Graph, lowered: Mapping[int, Lowered]) -> RocketCompiled:
        """Register command streams."""
        from npucore_rocket.program import compile_graph

        return compile_graph(graph, {n: each.plans for n, each in lowered.items()}, self.chip)

    def image(self, compiled: RocketCompiled, device: Device[Job], loading: Loading) -> RocketImage:
        """Cubes of atoms."""
        from npucore_rocket.image import RocketImage

        return RocketImage(compiled, device, loading, self.tasks)

    def encode(self, compiled: RocketCompiled) -> Exported:
        """Words and constants."""
        from npucore_rocket.export import export

        return export(compiled)

    def decode(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> RocketCompiled:
        """Every number is checked."""
        from npucore_rocket.export import restore

        return restore(exported, inputs, outputs, self.chip)

    def restored(
        self, exported: Exported, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> RocketCompiled:
        """Words need not be understood again."""
        from npucore_rocket.export import restore

        return restore(exported, inputs, outputs, self.chip, judged=False)

    def circumstances(self) -> Mapping[str, str]:
        """Pools depend on the device's driver as well."""
        return {**super().circumstances(), "hears the PPU": str(self._hears_the_ppu)}

    def listing(self, exported: Exported) -> Listing:
        """Register by register."""
        from npucore_rocket.export import listing

        return listing(exported, self.chip)

    def works(self, compiled: RocketCompiled) -> Iterator[tuple[int, Work]]:
        """Of every task, from its words."""
        from npucore_rocket.cost import work

        return (
            (task.op, work(task.code.words, self.chip)) for job in compiled.jobs for task in job
        )

    def overhead(self) -> Overhead:
        """Of mainline's driver."""
        from npucore_rocket.cost import overhead

        return overhead(self.chip, self.tasks)

    def speed(self) -> Speed:
        """Of a core; all cores, unless the user says how many."""
        from npucore_rocket.cost import speed

        cores = self.set.lanes if CORES in self.settings else self.chip.cores
        return speed(self.chip, self.set.clock, cores)

    def findings(self, kernel: Kernel) -> list[Finding]:
        """From the chip to the container."""
        from npucore_rocket.diagnose import diagnose

        return diagnose(kernel)

    def examine(self, say: Callable[[str], None]) -> list[Finding]:
        """Rules and open questions."""
        from npucore_rocket import selftest

        def compile_as(graph: Graph, form: Form) -> RocketCompiled:
            floats = {"floats": "fp16"} if graph.inputs[0].dtype.kind == "f" else {}
            bold = RocketBackend(self.chip.name, trust=Evidence.PAPER, device=SIMULATOR, **floats)
            bold.form = form
            return bold.compiled(graph)

        return selftest.run(self.machine, compile_as, say)

    def disassemble(self, arrays: Mapping[str, Array]) -> Listing:
        """Say what register words do."""
        from npucore_rocket.disasm import disassemble

        return disassemble(arrays)
