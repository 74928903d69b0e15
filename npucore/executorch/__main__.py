# SPDX-License-Identifier: MIT
"""``python -m npucore.executorch``: the library for ExecuTorch's runtime, built here."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from npucore.errors import NpucoreError
from npucore.executorch.building import build, installed

USER_ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Build it; the exit status is 0, or 2 with a sentence."""
    parser = argparse.ArgumentParser("python -m npucore.executorch", description=__doc__)
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="default: where npucore.executorch.register looks"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    args = parser.parse_args(argv)
    try:
        path, (version, _) = build(args.output), installed()
    except NpucoreError as error:
        print(f"npucore: {error}", file=sys.stderr)
        return USER_ERROR
    if args.json:
        print(json.dumps({"output": str(path), "executorch": version}))
    else:
        print(f"{path}: npucore for ExecuTorch {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
