# SPDX-License-Identifier: MIT
"""``python -m tools.shims``: build the prebuilt libraries from npucore/native/shim.c, and compare.

It says of each whether its bytes are those that are committed, and exits 1 if any are not;
``--write`` commits them to the folder, with digests of the source and of all of them. The compiler
is zig's, from PyPI (``pip install ziglang==...``, as `COMPILER` has it); one compiler builds for
all platforms, and gives the same bytes everywhere.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from npucore.native.library import FOLDER

SOURCE = FOLDER.with_name("shim.c")
DIGESTS = FOLDER / "digests.json"
COMPILER = ("ziglang", "0.17.1")
PLATFORMS: Mapping[str, str] = {
    "x86_64-linux-gnu": "x86_64-linux-gnu.2.17",
    "aarch64-linux-gnu": "aarch64-linux-gnu.2.17",
    "x86_64-linux-musl": "x86_64-linux-musl",
    "aarch64-linux-musl": "aarch64-linux-musl",
}
"""A library's name -> zig's name for what it runs on, with the oldest glibc."""

FLAGS = ("-std=c11", "-shared", "-fPIC", "-Os", "-s", "-fvisibility=hidden", "-Wall", "-Wextra")
STRICT = ("-Werror", "-Wl,--build-id=none")


def digest(data: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def built(target: str) -> bytes:
    """The library for *target*."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "shim.so")
        zig = (sys.executable, "-m", "ziglang", "cc", "-target", target)
        libraries = ("-ldl",) if "gnu" in target else ()
        command = [*zig, *FLAGS, *STRICT, "-o", str(output), SOURCE.name, *libraries]
        subprocess.run(command, check=True, cwd=SOURCE.parent)
        return output.read_bytes()


def check_compiler() -> None:
    """Exit with a sentence where the compiler is another one, or none."""
    name, wanted = COMPILER
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        found = "none"
    if found != wanted:
        raise SystemExit(f"{name} {found}, wanted {wanted}: pip install {name}=={wanted}")


def document(libraries: Mapping[str, bytes]) -> str:
    """The digests, as they are committed."""
    rows = {
        "compiler": " ".join(COMPILER),
        SOURCE.name: digest(SOURCE.read_bytes()),
        **{f"{name}.so": digest(data) for name, data in libraries.items()},
    }
    return json.dumps(rows, indent=2) + "\n"


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tools.shims", description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace what is committed")
    args = parser.parse_args()
    check_compiler()
    libraries = {name: built(target) for name, target in PLATFORMS.items()}
    different = 0
    for name, data in libraries.items():
        path = FOLDER / f"{name}.so"
        equal = path.is_file() and path.read_bytes() == data
        different += not equal
        print(f"{path.name}: {len(data)} bytes, {'equal' if equal else 'different'}")
        if args.write:
            path.write_bytes(data)
            path.chmod(0o755)
    if args.write:
        DIGESTS.write_text(document(libraries))
    return int(different > 0 and not args.write)


if __name__ == "__main__":
    raise SystemExit(main())
