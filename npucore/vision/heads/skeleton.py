# SPDX-License-Identifier: MIT
"""Names of key points, and the lines that join them.

Sources: COCO's person keypoints (its annotations' ``keypoints`` and ``skeleton``); the
documentation of MediaPipe's pose, hand and face landmarks.
"""

from __future__ import annotations

COCO_POINTS = (
    *("nose", "left eye", "right eye", "left ear", "right ear"),
    *("left shoulder", "right shoulder", "left elbow", "right elbow", "left wrist"),
    *("right wrist", "left hip", "right hip", "left knee", "right knee"),
    *("left ankle", "right ankle"),
)
COCO_LINES = (
    *((15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6)),
    *((5, 7), (6, 8), (7, 9), (8, 10), (1, 2), (0, 1), (0, 2), (1, 3), (2, 4)),
)

BLAZEPOSE_POINTS = (
    *("nose", "left eye (inner)", "left eye", "left eye (outer)"),
    *("right eye (inner)", "right eye", "right eye (outer)", "left ear", "right ear"),
    *("mouth (left)", "mouth (right)", "left shoulder", "right shoulder"),
    *("left elbow", "right elbow", "left wrist", "right wrist", "left pinky", "right pinky"),
    *("left index", "right index", "left thumb", "right thumb", "left hip", "right hip"),
    *("left knee", "right knee", "left ankle", "right ankle", "left heel", "right heel"),
    *("left foot index", "right foot index"),
)
BLAZEPOSE_LINES = (
    *((11, 12), (11, 13), (13, 15), (12, 14), (14, 16), (11, 23), (12, 24), (23, 24)),
    *((23, 25), (25, 27), (27, 29), (29, 31), (24, 26), (26, 28), (28, 30), (30, 32)),
    *((15, 17), (15, 19), (15, 21), (16, 18), (16, 20), (16, 22), (9, 10)),
)

HAND_POINTS = (
    "wrist",
    *(f"thumb {joint}" for joint in ("cmc", "mcp", "ip", "tip")),
    *(
        f"{finger} {joint}"
        for finger in ("index", "middle", "ring", "pinky")
        for joint in ("mcp", "pip", "dip", "tip")
    ),
)
HAND_LINES = (
    *((0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (5, 6), (6, 7), (7, 8), (5, 9), (9, 10)),
    *((10, 11), (11, 12), (9, 13), (13, 14), (14, 15), (15, 16), (13, 17), (0, 17)),
    *((17, 18), (18, 19), (19, 20)),
)

FACE_POINTS = ("right eye", "left eye", "nose", "mouth", "right ear", "left ear")  # of BlazeFace
