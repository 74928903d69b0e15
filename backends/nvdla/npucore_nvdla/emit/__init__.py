# SPDX-License-Identifier: MIT
"""Layers -> tasks: writes to registers, with holes where addresses belong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from npucore.family.code import ACTIVATIONS, Address
from npucore.hw.registers import Register
from npucore.tensor import Tensor
from npucore_nvdla.chip import Chip
from npucore_nvdla.emit.compute import compute_words
from npucore_nvdla.emit.convolve import convolve_words
from npucore_nvdla.emit.points import operand
from npucore_nvdla.emit.pool import pool_words
from npucore_nvdla.lower.layer import Convolve, Int8s, Layer, PerElement, PerKernel, Points, Pool
from npucore_nvdla.maps import Region
from npucore_nvdla.registers import cacc, cdma, pdp, pdp_rdma, sdp, sdp_rdma
from npucore_nvdla.stream import Words
from npucore_nvdla.task import Task


class Constants(Protocol):
    """The addresses of constants."""

    def weights(self, values: Int8s) -> Address: ...

    def operand(self, values: PerKernel | PerElement) -> Address: ...

    def map(self, tensor: Tensor) -> Address: ...


class Emitter:
    """*places* are offsets of the maps that are no constants."""

    def __init__(self, places: Mapping[Tensor, int], constants: Constants, chip: Chip) -> None:
        self._places, self._constants, self._chip = places, constants, chip
        self._where: dict[int, tuple[Words, dict[int, int]]] = {}

    def __call__(self, op: int, layer: Layer) -> Task:
        """One task of op number *op*."""
        if isinstance(layer, Pool):
            return self._task(op, pool_words(layer, self._chip), self._pool(layer))
        if isinstance(layer, Convolve):
            return self._task(op, convolve_words(layer, self._chip), self._convolve(layer))
        addresses: dict[type[Register], Address] = {
            sdp_rdma.D_SRC_BASE_ADDR_LOW: self._at(layer.source),
            **self._points(layer.points, layer.destination),
        }
        return self._task(op, compute_words(layer, self._chip), addresses)

    def _task(self, op: int, words: Words, addresses: Mapping[type[Register], Address]) -> Task:
        if id(words) not in self._where:  # kept, so that no other words are taken for these
            places = {offset: place for place, offset in enumerate(words[:, 0].tolist())}
            self._where[id(words)] = words, places
        where = self._where[id(words)][1]
        holes = {where[kind.offset]: address for kind, address in addresses.items()}
        return Task(op, words, dict(sorted(holes.items())))

    def _at(self, region: Region) -> Address:
        offset = region.offset(self._chip)
        if region.tensor.is_constant:
            return self._constants.map(region.tensor) + offset
        return Address(ACTIVATIONS, self._places[region.tensor] + offset)

    def _pool(self, layer: Pool) -> dict[type[Register], Address]:
        return {
            pdp_rdma.D_SRC_BASE_ADDR_LOW: self._at(layer.source),
            pdp.D_DST_BASE_ADDR_LOW: self._at(layer.destination),
        }

    def _convolve(self, layer: Convolve) -> dict[type[Register], Address]:
        return {
            cdma.D_DAIN_ADDR_LOW_0: self._at(layer.source),
            cdma.D_WEIGHT_ADDR_LOW: self._constants.weights(layer.weights),
            cacc.D_DATAOUT_ADDR: self._at(layer.destination),
            **self._points(layer.points, layer.destination),
        }

    def _points(self, points: Points, target: Region) -> dict[type[Register], Address]:
        found: dict[type[Register], Address] = {sdp.D_DST_BASE_ADDR_LOW: self._at(target)}
        stages = (
            (sdp_rdma.D_BS_BASE_ADDR_LOW, points.first),
            (sdp_rdma.D_BN_BASE_ADDR_LOW, points.second),
        )
        for kind, stage in stages:
            match operand(stage):
                case Region() as read:
                    found[kind] = self._at(read)
                case PerKernel() | PerElement() as values:
                    found[kind] = self._constants.operand(values)
        return found
