# SPDX-License-Identifier: MIT
"""``python -m npucore.native.check LIBRARY``: a delegate is made and released, as a host does it.

What the library reports goes to the standard error; the exit status is 1 if there is no delegate.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import c_char_p, c_size_t, c_void_p

REPORT = ctypes.CFUNCTYPE(None, c_char_p)


def main(path: str) -> int:
    """Load, make, release."""
    said: list[str] = []
    report = REPORT(lambda text: said.append((text or b"").decode(errors="replace")))
    try:
        library = ctypes.PyDLL(path)
        create, destroy = (
            getattr(library, f"tflite_plugin_{name}_delegate") for name in ("create", "destroy")
        )
    except (OSError, AttributeError) as error:
        print(error, file=sys.stderr)
        return 1
    create.argtypes, create.restype = (c_void_p, c_void_p, c_size_t, REPORT), c_void_p
    destroy.argtypes, destroy.restype = (c_void_p,), None
    if delegate := create(None, None, 0, report):
        destroy(delegate)
        return 0
    print(*said, file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
