# SPDX-License-Identifier: MIT
"""A program as owners of a Coral stick have them: a photo, a delegate, the best classes."""

import argparse
import platform

import numpy as np
import tflite_runtime.interpreter as tflite
from PIL import Image

EDGETPU = {"Linux": "libedgetpu.so.1", "Darwin": "libedgetpu.1.dylib", "Windows": "edgetpu.dll"}


def make_interpreter(path: str) -> tflite.Interpreter:
    library = EDGETPU[platform.system()]
    delegates = [tflite.load_delegate(library, {"device": "usb"})]
    return tflite.Interpreter(model_path=path, experimental_delegates=delegates)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-m", "--model", required=True)
    parser.add_argument("-i", "--input", required=True)
    parser.add_argument("-k", "--top_k", type=int, default=3)
    args = parser.parse_args()
    interpreter = make_interpreter(args.model)
    interpreter.allocate_tensors()
    given = interpreter.get_input_details()[0]
    if given["dtype"] is not np.uint8:
        raise SystemExit("wanted a quantized model")
    _, height, width, _ = given["shape"]
    image = Image.open(args.input).convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    interpreter.tensor(given["index"])()[0][:, :] = np.asarray(image)
    for _ in range(2):  # the first has to load the model
        interpreter.invoke()
    result = interpreter.get_output_details()[0]
    scale, zero_point = result["quantization"]
    scores = scale * (interpreter.tensor(result["index"])().flatten().astype(np.int64) - zero_point)
    for index in np.argsort(-scores, kind="stable")[: args.top_k]:
        print(f"{index}: {scores[index]:.8f}")


if __name__ == "__main__":
    main()
