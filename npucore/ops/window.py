# SPDX-License-Identifier: MIT
"""Where a sliding window stands: the arithmetic that convolutions and pools share."""

from __future__ import annotations

from npucore.ops.base import Op, Padding


def window_rows_and_columns(
    op: Op,
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    padding: Padding,
) -> tuple[int, int]:
    """How often a window fits into a padded map, down and across; all pairs are ``(y, x)``.

    ``(size + before + after - dilation * (kernel - 1) - 1) // stride + 1``

    Raises `InvalidModelError` for a window that does not fit, and for strides, dilations or
    kernels below 1.
    """
    op.require(min(*kernel, *stride, *dilation) >= 1, "kernel, stride or dilation below 1")
    op.require(min(padding) >= 0, f"negative padding {tuple(padding)}")
    padded = (size[0] + padding.top + padding.bottom, size[1] + padding.left + padding.right)
    extent = tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True))
    op.require(
        extent[0] <= padded[0] and extent[1] <= padded[1],
        f"a window of {extent} in a padded map of {padded}",
    )
    return (padded[0] - extent[0]) // stride[0] + 1, (padded[1] - extent[1]) // stride[1] + 1
