# SPDX-License-Identifier: MIT
"""A program that finds objects with an SSD network, as people run it on a Raspberry Pi."""

import os
import sys

import numpy as np
from PIL import Image
from tensorflow.lite.python.interpreter import Interpreter

interpreter = Interpreter(model_path=sys.argv[1], num_threads=os.cpu_count())
interpreter.allocate_tensors()
details, outputs = interpreter.get_input_details(), interpreter.get_output_details()
height, width = details[0]["shape"][1], details[0]["shape"][2]
image = Image.open(sys.argv[2]).convert("RGB").resize((width, height))
data = np.expand_dims(np.asarray(image), axis=0)
if details[0]["dtype"] == np.float32:
    data = (data.astype(np.float32) - 127.5) / 127.5
interpreter.set_tensor(details[0]["index"], data)
interpreter.invoke()
boxes, classes, scores, count = (interpreter.get_tensor(o["index"]).squeeze() for o in outputs)
for box, kind, score in zip(boxes[: int(count)], classes, scores, strict=False):
    print(f"{int(kind)} {score:.4f} {' '.join(f'{side:.4f}' for side in box)}")
sys.exit(0 if count else "nothing found")
