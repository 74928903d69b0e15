# SPDX-License-Identifier: MIT
"""Rules that decide whether a chip supports an op, each with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from npucore.contract.backend import Verdict
from npucore.errors import InputError
from npucore.evidence import Claim, Evidence
from npucore.graph import Graph
from npucore.ops import BatchMatmul, Convolution, FullyConnected, Op, TransposeConvolution
from npucore.tensor import Tensor


@dataclass(frozen=True, slots=True)
class Rule:
    """A predicate over ops of some kinds: None, or why the op is refused.

    *claim* is what has to be true of the chip for what the rule lets through to work on it.
    """

    kinds: tuple[type[Op], ...]
    refuse: Callable[[Any, Graph], str | None]
    claim: Claim
    applies: Callable[[Any], bool] = lambda op: True

    @property
    def name(self) -> str:
        """What reports call the rule."""
        return self.refuse.__name__.replace("_", " ")

    @property
    def evidence(self) -> Evidence:
        """How well that is known of the chip."""
        return self.claim.evidence


def stated(rule: Rule) -> Evidence:
    """What the rule itself says."""
    return rule.evidence


def judge(
    rules: Sequence[Rule],
    op: Op,
    graph: Graph,
    trust: Evidence,
    otherwise: str,
    known: Callable[[Rule], Evidence | None] = stated,
) -> Verdict:
    """The first refusal, or the weakest evidence of the rules that apply; at least *trust*.

    *otherwise* is why an op is refused that no rule applies to. *known* is how well a rule is
    known on this device: what a board has confirmed may be more than stated, None is refuted.
    """
    weakest = None
    for rule in rules:  # in order: what applies may need what an earlier rule has made sure of
        if not isinstance(op, rule.kinds) or not rule.applies(op):
            continue
        if (level := known(rule)) is None:
            return Verdict(f"the board's self-test has refuted it: {rule.name}")
        if level < trust:
            return Verdict(needs(rule))
        if reason := rule.refuse(op, graph):
            return Verdict(reason)
        weakest = level if weakest is None else min(weakest, level)
    return Verdict(f"{op.name} {otherwise}") if weakest is None else Verdict(evidence=weakest)


def needs(rule: Rule) -> str:
    """Why an op is refused whose *rule* is not known well enough."""
    doubt = ", which failed on one party's chip" if rule.claim.contradicted else ""
    return f"needs trust={rule.evidence}: {rule.name}{doubt}"


def trust_of(value: str | Evidence) -> Evidence:
    """The level of that name. Raises `InputError`."""
    if isinstance(value, Evidence):
        return value
    found = {str(level): level for level in Evidence}.get(value)
    if found is None:
        raise InputError(f"trust {value!r}, wanted {', '.join(map(str, Evidence))}")
    return found


def bytes_per_tensor(op: Op, graph: Graph) -> str | None:
    """Activations are int8 or uint8 with one scale."""
    for tensor in activations(op):
        if tensor.dtype not in (np.int8, np.uint8):
            return f"{tensor.name} is {tensor.dtype}"
        if tensor.quantization is None or tensor.quantization.axis is not None:
            return f"{tensor.name} has no quantization per tensor"
    return None


def constant_matrix(op: BatchMatmul, graph: Graph) -> str | None:
    """The right operand is one constant matrix: then the product is a fully connected layer."""
    if op.transpose_a:
        return "its left operand is transposed"
    return "its right operand is computed, or not one matrix with one scale for all batches"


def activations(op: Op) -> list[Tensor]:
    """What is computed: operands and results, without weights and bias."""
    if isinstance(op, Convolution | FullyConnected | TransposeConvolution):
        return [op.input, op.output]
    return [*op.inputs, *op.outputs]
