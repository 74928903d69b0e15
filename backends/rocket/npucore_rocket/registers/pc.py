# SPDX-License-Identifier: MIT
"""Program counter: fetches words by DMA, chains tasks, raises interrupts."""

from __future__ import annotations

from npucore.hw.registers import Bits, Register
from npucore_rocket.registers.source import ALLBILLY, KERNEL, TRM, VENDOR, VERSION


class PC_VERSION(Register, offset=0x0000):
    """Read-only IP version (kernel adds VERSION_NUM & 0xffff)."""

    version = Bits(31, 0, "version word", VERSION)


class PC_VERSION_NUM(Register, offset=0x0004):
    """Read-only sub-version."""

    version_num = Bits(31, 0, "sub-version word", VERSION)


class PC_OPERATION_ENABLE(Register, offset=0x0008):
    """Start of the program counter, written by the CPU.

    In a stream the same offset, with target 0x0081, carries the mask of
    GLOBAL_OPERATION_ENABLE.
    """

    reserved_0 = Bits(31, 1, "stream: bits 1 to 6 of the start mask", KERNEL)
    op_en = Bits(0, 0, "AHB: run; stream: start CNA", KERNEL)


class PC_BASE_ADDRESS(Register, offset=0x0010):
    """Address of the words to fetch.

    In a stream, with target 0x0101, the address of the next task.
    """

    pc_source_addr = Bits(31, 4, "bits 31:4 of the NPU address (16-byte aligned)", KERNEL)
    pc_sel = Bits(
        0,
        0,
        "who programs the blocks",
        KERNEL,
        {0: "PC fetches by DMA", 1: "slave mode, CPU over AHB"},
    )


class PC_REGISTER_AMOUNTS(Register, offset=0x0014):
    """How much to fetch: ceil(words / 2) - 1, words counted with the tail of 4."""

    reserved_0 = Bits(31, 16, "bit 16 stands before a PPU barrier in multi-core streams", VENDOR)
    pc_data_amount = Bits(15, 0, "number of 128-bit beats minus one", KERNEL)


class PC_INTERRUPT_MASK(Register, offset=0x0020):
    """Events that raise the interrupt line; in a chain it applies to the last task."""

    dma_write_error = Bits(13, 13, "AXI write error", TRM)
    dma_read_error = Bits(12, 12, "AXI read error", TRM)
    ppu_1 = Bits(11, 11, "PPU finished, group 1", ALLBILLY)
    ppu_0 = Bits(10, 10, "PPU finished, group 0", ALLBILLY)
    dpu_1 = Bits(9, 9, "DPU finished, group 1", KERNEL)
    dpu_0 = Bits(8, 8, "DPU finished, group 0", KERNEL)
    core_1 = Bits(7, 7, "CORE finished, group 1", TRM)
    core_0 = Bits(6, 6, "CORE finished, group 0", TRM)
    cna_csc_1 = Bits(5, 5, "CNA_CSC finished, group 1", TRM)
    cna_csc_0 = Bits(4, 4, "CNA_CSC finished, group 0", TRM)
    cna_weight_1 = Bits(3, 3, "CNA_WEIGHT finished, group 1", TRM)
    cna_weight_0 = Bits(2, 2, "CNA_WEIGHT finished, group 0", TRM)
    cna_feature_1 = Bits(1, 1, "CNA_FEATURE finished, group 1", TRM)
    cna_feature_0 = Bits(0, 0, "CNA_FEATURE finished, group 0", TRM)


class PC_INTERRUPT_CLEAR(Register, offset=0x0024):
    """Write 1 to clear; drivers write 0x1ffff."""

    dma_write_error = Bits(13, 13, "AXI write error", TRM)
    dma_read_error = Bits(12, 12, "AXI read error", TRM)
    ppu_1 = Bits(11, 11, "PPU finished, group 1", ALLBILLY)
    ppu_0 = Bits(10, 10, "PPU finished, group 0", ALLBILLY)
    dpu_1 = Bits(9, 9, "DPU finished, group 1", KERNEL)
    dpu_0 = Bits(8, 8, "DPU finished, group 0", KERNEL)
    core_1 = Bits(7, 7, "CORE finished, group 1", TRM)
    core_0 = Bits(6, 6, "CORE finished, group 0", TRM)
    cna_csc_1 = Bits(5, 5, "CNA_CSC finished, group 1", TRM)
    cna_csc_0 = Bits(4, 4, "CNA_CSC finished, group 0", TRM)
    cna_weight_1 = Bits(3, 3, "CNA_WEIGHT finished, group 1", TRM)
    cna_weight_0 = Bits(2, 2, "CNA_WEIGHT finished, group 0", TRM)
    cna_feature_1 = Bits(1, 1, "CNA_FEATURE finished, group 1", TRM)
    cna_feature_0 = Bits(0, 0, "CNA_FEATURE finished, group 0", TRM)


class PC_INTERRUPT_STATUS(Register, offset=0x0028):
    """Masked status."""

    dma_write_error = Bits(13, 13, "AXI write error", TRM)
    dma_read_error = Bits(12, 12, "AXI read error", TRM)
    ppu_1 = Bits(11, 11, "PPU finished, group 1", TRM)
    ppu_0 = Bits(10, 10, "PPU finished, group 0", TRM)
    dpu_1 = Bits(9, 9, "DPU finished, group 1", TRM)
    dpu_0 = Bits(8, 8, "DPU finished, group 0", TRM)
    core_1 = Bits(7, 7, "CORE finished, group 1", TRM)
    core_0 = Bits(6, 6, "CORE finished, group 0", TRM)
    cna_csc_1 = Bits(5, 5, "CNA_CSC finished, group 1", TRM)
    cna_csc_0 = Bits(4, 4, "CNA_CSC finished, group 0", TRM)
    cna_weight_1 = Bits(3, 3, "CNA_WEIGHT finished, group 1", TRM)
    cna_weight_0 = Bits(2, 2, "CNA_WEIGHT finished, group 0", TRM)
    cna_feature_1 = Bits(1, 1, "CNA_FEATURE finished, group 1", TRM)
    cna_feature_0 = Bits(0, 0, "CNA_FEATURE finished, group 0", TRM)


class PC_INTERRUPT_RAW_STATUS(Register, offset=0x002C):
    """Unmasked status."""

    dma_write_error = Bits(13, 13, "AXI write error", TRM)
    dma_read_error = Bits(12, 12, "AXI read error", TRM)
    ppu_1 = Bits(11, 11, "PPU finished, group 1", TRM)
    ppu_0 = Bits(10, 10, "PPU finished, group 0", TRM)
    dpu_1 = Bits(9, 9, "DPU finished, group 1", KERNEL)
    dpu_0 = Bits(8, 8, "DPU finished, group 0", KERNEL)
    core_1 = Bits(7, 7, "CORE finished, group 1", TRM)
    core_0 = Bits(6, 6, "CORE finished, group 0", TRM)
    cna_csc_1 = Bits(5, 5, "CNA_CSC finished, group 1", TRM)
    cna_csc_0 = Bits(4, 4, "CNA_CSC finished, group 0", TRM)
    cna_weight_1 = Bits(3, 3, "CNA_WEIGHT finished, group 1", TRM)
    cna_weight_0 = Bits(2, 2, "CNA_WEIGHT finished, group 0", TRM)
    cna_feature_1 = Bits(1, 1, "CNA_FEATURE finished, group 1", TRM)
    cna_feature_0 = Bits(0, 0, "CNA_FEATURE finished, group 0", TRM)


class PC_TASK_CON(Register, offset=0x0030):
    """Chain control."""

    reserved_0 = Bits(31, 14, "both kernel drivers set bit 14", KERNEL)
    task_count_clear = Bits(13, 13, "write 1: reset the finished-task counter", KERNEL)
    task_pp_en = Bits(12, 12, "1: prefetch the next task's registers", KERNEL)
    task_number = Bits(11, 0, "tasks in this run", KERNEL)


class PC_TASK_DMA_BASE_ADDR(Register, offset=0x0034):
    """Added to every DMA address of the run; drivers leave 0."""

    dma_base_addr = Bits(31, 4, "bits 31:4 of the base", TRM)


class PC_TASK_STATUS(Register, offset=0x003C):
    """Progress of a chained run."""

    task_status = Bits(27, 0, "bits 11:0: tasks done; above: tasks executed and fetched", TRM)
