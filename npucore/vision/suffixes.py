# SPDX-License-Identifier: MIT
"""Which files are images, sounds and videos, by the ends of their names."""

from __future__ import annotations

IMAGES = (
    *(".avif", ".bmp", ".gif", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg", ".pbm", ".pgm"),
    *(".png", ".pnm", ".ppm", ".tga", ".tif", ".tiff", ".webp"),
)
SOUNDS = (".wav", ".wave")
VIDEOS = (".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".webm")
