# SPDX-License-Identifier: MIT
"""Operators of OpenVINO's opsets that are not read, and why."""

from __future__ import annotations

from collections.abc import Mapping

_REASONS: Mapping[str, str] = {
    "it holds a graph of its own": "If Loop TensorIterator",
    "it keeps state between inferences": "Assign ReadValue",
    "its sequences are not read": (
        "CTCGreedyDecoder CTCGreedyDecoderSeqLen CTCLoss GRUCell "
        "GRUSequence GatherTree LSTMCell LSTMSequence RNNCell RNNSequence"
    ),
    "it finds boxes, which npucore does after the network": (
        "DetectionOutput ExperimentalDetectronDetectionOutput "
        "ExperimentalDetectronGenerateProposalsSingleImage "
        "ExperimentalDetectronPriorGridGenerator ExperimentalDetectronROIFeatureExtractor "
        "ExperimentalDetectronTopKROIs GenerateProposals MatrixNms MulticlassNms NMSRotated "
        "NonMaxSuppression PriorBox PriorBoxClustered Proposal RegionYolo ReorgYolo"
    ),
    "it samples regions": (
        "DeformableConvolution DeformablePSROIPooling PSROIPooling ROIAlign ROIAlignRotated "
        "ROIPooling"
    ),
    "it works on bags of indices": (
        "EmbeddingBagOffsets EmbeddingBagOffsetsSum EmbeddingBagPacked EmbeddingBagPackedSum "
        "EmbeddingSegmentsSum SegmentMax SparseFillEmptyRows"
    ),
    "it transforms signals": "DFT IDFT IRDFT ISTFT RDFT STFT",
    "it converts pictures": "BGRtoNV12 I420toBGR I420toRGB NV12toBGR NV12toRGB RGBtoNV12",
    "its type has no counterpart": "FakeConvert StringTensorPack StringTensorUnpack",
    "its result is random": "Multinomial RandomUniform",
    "the shape of its result depends on numbers": "Unique",
    "nothing is written for it yet": (
        "AdaptiveAvgPool AdaptiveMaxPool BatchToSpace BinaryConvolution Bucketize Col2Im "
        "ConvertPromoteTypes ErfInv ExtractImagePatches Eye GRN GroupNormalization GroupedMatMul "
        "Inverse IsFinite IsInf ReduceLogicalAnd ReduceLogicalOr Reverse Roll "
        "ScaledDotProductAttention ScatterUpdate SearchSorted SliceScatter SpaceToBatch"
    ),
}

REFUSED: Mapping[str, str] = {
    kind: f"not read: {why}" for why, kinds in _REASONS.items() for kind in kinds.split()
}
