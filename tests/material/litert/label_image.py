# SPDX-License-Identifier: MIT
"""A program in the manner of LiteRT's example label_image."""

import argparse
import time

import numpy as np
from ai_edge_litert.interpreter import Interpreter, load_delegate
from PIL import Image


def options_of(text: str) -> dict[str, str]:
    pairs = (option.split(":", 1) for option in text.split(";") if option)
    return {key.strip(): value.strip() for key, value in pairs}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("-i", "--image")
    parser.add_argument("-m", "--model_file")
    parser.add_argument("--input_mean", default=127.5, type=float)
    parser.add_argument("--input_std", default=127.5, type=float)
    parser.add_argument("--num_threads", default=None, type=int)
    parser.add_argument("-e", "--ext_delegate")
    parser.add_argument("-o", "--ext_delegate_options", default="")
    args = parser.parse_args()
    delegates = None
    if args.ext_delegate is not None:
        options = options_of(args.ext_delegate_options)
        delegates = [load_delegate(args.ext_delegate, options)]
    interpreter = Interpreter(
        model_path=args.model_file, experimental_delegates=delegates, num_threads=args.num_threads
    )
    interpreter.allocate_tensors()
    input_details = interpreter.get_input_details()
    output_details = interpreter.get_output_details()
    floating_model = input_details[0]["dtype"] == np.float32
    height, width = input_details[0]["shape"][1], input_details[0]["shape"][2]
    input_data = np.expand_dims(np.asarray(Image.open(args.image).resize((width, height))), 0)
    if floating_model:
        input_data = (np.float32(input_data) - args.input_mean) / args.input_std
    interpreter.set_tensor(input_details[0]["index"], input_data)
    start_time = time.time()
    interpreter.invoke()
    stop_time = time.time()
    results = np.squeeze(interpreter.get_tensor(output_details[0]["index"]))
    for i in results.argsort(kind="stable")[-5:][::-1]:
        print(f"{results[i] if floating_model else results[i] / 255.0:08.6f}: {i}")
    print(f"time: {(stop_time - start_time) * 1000:.3f}ms")
