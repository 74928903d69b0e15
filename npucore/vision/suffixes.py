# SPDX-License-Identifier: MIT
"""Which files are images and which are sounds, by the ends of their names."""

from __future__ import annotations

IMAGES = (
    *(".avif", ".bmp", ".gif", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg", ".pbm", ".pgm"),
    *(".png", ".pnm", ".ppm", ".tga", ".tif", ".tiff", ".webp"),
)
SOUNDS = (".wav", ".wave")
