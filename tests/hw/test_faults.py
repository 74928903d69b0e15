# SPDX-License-Identifier: MIT
"""Faults on order happen once, at their occasion."""

from __future__ import annotations

from npucore.hw.faults import Fault, Faults


def test_each_order_is_carried_out_once_at_its_occasion() -> None:
    faults: Faults[str, int] = Faults()
    faults.order(Fault("read", 1, after=1), Fault("write", 2))
    assert [faults.at("read"), faults.at("write"), faults.at("read")] == [None, 2, 1]
    assert [faults.at("read"), faults.at("write")] == [None, None]
    assert (faults.waiting, faults.done) == (0, 2)


def test_orders_are_taken_back() -> None:
    faults: Faults[str, int] = Faults()
    faults.order(Fault("read", 1))
    faults.clear()
    assert faults.at("read") is None
