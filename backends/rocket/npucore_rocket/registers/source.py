# SPDX-License-Identifier: MIT
"""Where it is known from what a field means.

Names, offsets and positions are those of Mesa's registers.xml throughout.
"""

from __future__ import annotations

MESA = "Mesa's rocket driver (int8 on RK3588 boards); TRM chapter 36"
KERNEL = "Linux drivers/accel/rocket; TRM chapter 36"
STREAMS = "Mesa's and the vendor's streams; not in the TRM"
STREAMS_TRM = "Mesa's and the vendor's streams; TRM chapter 36"
VENDOR = "the vendor's streams alone"
FLOAT = "allbilly/rk3588 (fp16 on RK3588 boards); the vendor's streams; TRM chapter 36"
POOLING = "allbilly/rk3588 (fp16 on RK3588 boards); the vendor's streams; TRM chapter 36"
LUT = "allbilly/rk3588 and happyme531/rknpu2_matmul_open (RK3588 boards); TRM chapter 36"
ALLBILLY = "allbilly/rk3588 (RK3588 boards); TRM chapter 36"
HAPPYME = "happyme531/rknpu2_matmul_open (RK3588 boards); TRM chapter 36"
RK3568 = "a fork of Mesa for the RK3568; TRM chapter 36"
RV1103 = "dnhkng/open-rknpu (RV1103); TRM chapter 36"
TRM = "TRM chapter 36"
