# SPDX-License-Identifier: MIT
"""Nodes of userspace I/O are read from sysfs, and nothing else is taken for one."""

from __future__ import annotations

from npucore.hw.ioctl import Linux
from npucore.hw.uio import CLASS, UioMap, maps, nodes


class Sysfs(Linux):
    """Files by path."""

    files = {  # noqa: RUF012  read only
        f"{CLASS}/uio10/name": "nvdla\n",
        f"{CLASS}/uio10/maps/map0/addr": "0x0000000010040000\n",
        f"{CLASS}/uio10/maps/map0/size": "0x0000000000040000\n",
        f"{CLASS}/uio10/maps/map1/addr": "0x00000000c0000000\n",
        f"{CLASS}/uio10/maps/map1/size": "0x0000000008000000\n",
        f"{CLASS}/uio10/maps/map2/addr": "what?\n",
        f"{CLASS}/uio2/name": "axi_gpio\n",
    }

    def listdir(self, path: str) -> list[str]:
        below = [f.removeprefix(f"{path}/") for f in self.files if f.startswith(f"{path}/")]
        if not below:
            raise FileNotFoundError(path)
        return sorted({name.split("/")[0] for name in below} | {"power"})

    def read_text(self, path: str) -> str:
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path]


def test_nodes_are_in_the_order_of_their_numbers_with_their_maps() -> None:
    small, large = nodes(Sysfs())
    assert (small.path, small.name, small.maps) == ("/dev/uio2", "axi_gpio", ())
    assert (large.path, large.name) == ("/dev/uio10", "nvdla")
    assert large.maps == (UioMap(0x10040000, 0x40000, 0), UioMap(0xC0000000, 0x8000000, 4096))


def test_maps_are_read_again_by_a_path() -> None:
    assert maps(Sysfs(), "/dev/uio10") == nodes(Sysfs())[1].maps
    assert maps(Sysfs(), "/dev/uio3") == ()
