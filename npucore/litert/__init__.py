# SPDX-License-Identifier: MIT
"""LiteRT's Python interface on npucore's backends.

>>> from npucore.litert import Interpreter  # in the place of ai_edge_litert.interpreter
"""

from npucore.litert.delegate import Delegate, load_delegate
from npucore.litert.interpreter import Interpreter
from npucore.litert.op_resolver import OpResolverType
from npucore.litert.signature_runner import SignatureRunner

__all__ = ["Delegate", "Interpreter", "OpResolverType", "SignatureRunner", "load_delegate"]
