# SPDX-License-Identifier: MIT
"""A detector as Frigate's ``teflon_tfl``: it loads the delegate without options, and has 20 rows.

The interface is Frigate 0.18's ``DetectionApi``: ``detect_raw`` of uint8 (1, height, width, 3)
gives float32 (20, 6) of class, score, y_min, x_min, y_max, x_max, zeros after the last.
"""

from __future__ import annotations

from typing import Any

import numpy as np

ROWS = 20


class TeflonDetector:
    """Detects with the runtime's module *runtime*, the library at *library* and a model's path."""

    def __init__(self, runtime: Any, library: str, model: str) -> None:
        delegate = runtime.load_delegate(library)
        self.interpreter = runtime.Interpreter(
            model_path=model,
            experimental_delegates=[delegate],
            experimental_op_resolver_type=runtime.OpResolverType.BUILTIN_REF,
        )
        self.interpreter.allocate_tensors()

    def detect_raw(self, tensor_input: Any) -> Any:
        """The detections of a photo."""
        self.interpreter.set_tensor(self.interpreter.get_input_details()[0]["index"], tensor_input)
        self.interpreter.invoke()
        ends = self.interpreter.get_output_details()
        boxes, classes, scores, count = (self.interpreter.get_tensor(end["index"]) for end in ends)
        found = np.zeros((ROWS, 6), np.float32)
        for row in range(int(count[0])):
            found[row] = classes[0, row], scores[0, row], *boxes[0, row]
        return found
