# SPDX-License-Identifier: MIT
"""A program as users of ONNX Runtime write them: the best class of a photo."""

import sys

import numpy as np
import onnxruntime as ort
from PIL import Image

model, photo = sys.argv[1:]
options = ort.SessionOptions()
options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
options.intra_op_num_threads = 2
wanted = [p for p in ("CUDAExecutionProvider",) if p in ort.get_available_providers()]
session = ort.InferenceSession(model, options, providers=[*wanted, "CPUExecutionProvider"])
end = session.get_inputs()[0]
_, _, height, width = end.shape
pixels = np.asarray(Image.open(photo).convert("RGB").resize((width, height)), np.float32)
scores = session.run(None, {end.name: pixels.transpose(2, 0, 1)[None] / 255})[0][0]
print(f"class {scores.argmax()} of {len(scores)}")
