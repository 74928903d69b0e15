# SPDX-License-Identifier: MIT
"""Places of functions in ONNX Runtime's tables, and structures that plug-ins hand over.

Source of every number: the order of the members of ``OrtApi`` in onnxruntime_c_api.h, which the
assertions in onnxruntime_c_api.cc fix (``GetEpApi`` is 317), and of ``OrtEpApi``, ``OrtEpFactory``,
``OrtEp`` and ``OrtNodeComputeInfo`` in onnxruntime_ep_c_api.h. Tables only ever grow at their ends.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping

VERSION = 24
"""The version of ONNX Runtime's interface that is spoken: 1.23 cannot tell a scalar from a value
without a shape, and mixes up nodes that are fused in two rounds.
"""

LEAST = (1, VERSION)
"""The first version of ONNX Runtime that speaks it."""

FILLED = 23
"""The version whose members the tables below have; later ones are optional."""

POINTER = ctypes.c_void_p
OUT = ctypes.POINTER(ctypes.c_void_p)
TEXT = ctypes.c_char_p
SIZE = ctypes.c_size_t

GET_API, GET_VERSION_STRING = 0, 1  # of OrtApiBase

Signature = tuple[int, type | None, tuple[type, ...]]


def _status(place: int, *arguments: type) -> Signature:
    """A function that returns an OrtStatus."""
    return place, POINTER, arguments


def _one(place: int, kind: type = POINTER) -> Signature:
    """A function of an object that gives one thing."""
    return _status(place, POINTER, ctypes.POINTER(kind))


def _many(place: int) -> Signature:
    """A function of an object that fills an array of so many pointers."""
    return _status(place, POINTER, OUT, SIZE)


ORT_API: Mapping[str, Signature] = {
    "CreateStatus": (0, POINTER, (ctypes.c_int, TEXT)),
    "GetErrorMessage": (2, TEXT, (POINTER,)),
    "GetTensorMutableData": _one(51),
    "CastTypeInfoToTensorInfo": _one(55),
    "GetTensorElementType": _one(60, ctypes.c_int),
    "GetDimensionsCount": _one(61, SIZE),
    "GetDimensions": _status(62, POINTER, ctypes.POINTER(ctypes.c_int64), SIZE),
    "GetTensorTypeAndShape": _one(65),
    "KernelContext_GetInput": _status(90, POINTER, SIZE, OUT),
    "KernelContext_GetOutput": _status(
        91, POINTER, SIZE, ctypes.POINTER(ctypes.c_int64), SIZE, OUT
    ),
    "ReleaseStatus": (93, None, (POINTER,)),
    "ReleaseTensorTypeAndShapeInfo": (99, None, (POINTER,)),
    "ReadOpAttr": _status(272, POINTER, ctypes.c_int, POINTER, SIZE, ctypes.POINTER(SIZE)),
    "GetValueInfoName": _one(289, TEXT),
    "GetValueInfoTypeInfo": _one(290),
    "GetKeyValuePairs": (298, None, (POINTER, OUT, OUT, ctypes.POINTER(SIZE))),
    "ReleaseKeyValuePairs": (300, None, (POINTER,)),
    "HardwareDevice_Type": (307, ctypes.c_int, (POINTER,)),
    "GetEpApi": (317, POINTER, ()),
    "ValueInfo_GetInitializerValue": _one(326),
    "ValueInfo_IsConstantInitializer": _one(331, ctypes.c_bool),
    "Graph_GetName": _one(333, TEXT),
    "Graph_GetModelPath": _one(334, TEXT),
    "Graph_GetOnnxIRVersion": _one(335, ctypes.c_int64),
    "Graph_GetNumOperatorSets": _one(336, SIZE),
    "Graph_GetOperatorSets": _status(
        337, POINTER, ctypes.POINTER(TEXT), ctypes.POINTER(ctypes.c_int64), SIZE
    ),
    "Graph_GetNumInputs": _one(338, SIZE),
    "Graph_GetInputs": _many(339),
    "Graph_GetNumOutputs": _one(340, SIZE),
    "Graph_GetOutputs": _many(341),
    "Graph_GetNumInitializers": _one(342, SIZE),
    "Graph_GetInitializers": _many(343),
    "Graph_GetNumNodes": _one(344, SIZE),
    "Graph_GetNodes": _many(345),
    "Graph_GetParentNode": _one(346),
    "Node_GetName": _one(349, TEXT),
    "Node_GetOperatorType": _one(350, TEXT),
    "Node_GetDomain": _one(351, TEXT),
    "Node_GetNumInputs": _one(353, SIZE),
    "Node_GetInputs": _many(354),
    "Node_GetNumOutputs": _one(355, SIZE),
    "Node_GetOutputs": _many(356),
    "Node_GetNumImplicitInputs": _one(357, SIZE),
    "Node_GetImplicitInputs": _many(358),
    "Node_GetNumAttributes": _one(359, SIZE),
    "Node_GetAttributes": _many(360),
    "OpAttr_GetTensorAttributeAsOrtValue": _one(362),
    "OpAttr_GetType": _one(363, ctypes.c_int),
    "OpAttr_GetName": _one(364, TEXT),
    "Node_GetNumSubgraphs": _one(365, SIZE),
    "Node_GetEpName": _one(368, TEXT),
    "GetSessionOptionsConfigEntries": _one(379),
    "TensorTypeAndShape_HasShape": (390, ctypes.c_bool, (POINTER,)),
}
"""Name -> place, what it returns, what it takes."""

EP_API: Mapping[str, Signature] = {
    "CreateEpDevice": _status(0, POINTER, POINTER, POINTER, POINTER, OUT),
    "EpGraphSupportInfo_AddNodesToFuse": _status(2, POINTER, OUT, SIZE, POINTER),
}

ATTRIBUTE = {"int": 1, "ints": 2, "float": 3, "floats": 4, "string": 5, "strings": 6, "tensor": 8}
"""OrtOpAttrType; 7 is a graph."""

CPU_DEVICE = 0  # OrtHardwareDeviceType_CPU
EP_FAIL = 11  # OrtErrorCode


class FusionOptions(ctypes.Structure):
    """``OrtNodeFusionOptions``."""

    _fields_ = (("version", ctypes.c_uint32), ("drop_constant_initializers", ctypes.c_bool))


class FactoryTable(ctypes.Structure):
    """``OrtEpFactory`` of 1.23."""

    _fields_ = (
        ("version", ctypes.c_uint32),
        ("GetName", POINTER),
        ("GetVendor", POINTER),
        ("GetSupportedDevices", POINTER),
        ("CreateEp", POINTER),
        ("ReleaseEp", POINTER),
        ("GetVendorId", POINTER),
        ("GetVersion", POINTER),
        ("ValidateCompiledModelCompatibilityInfo", POINTER),
        ("CreateAllocator", POINTER),
        ("ReleaseAllocator", POINTER),
        ("CreateDataTransfer", POINTER),
        ("IsStreamAware", POINTER),
        ("CreateSyncStreamForDevice", POINTER),
    )


class EpTable(ctypes.Structure):
    """``OrtEp`` of 1.23; what may be null is."""

    _fields_ = (
        ("version", ctypes.c_uint32),
        ("GetName", POINTER),
        ("GetCapability", POINTER),
        ("Compile", POINTER),
        ("ReleaseNodeComputeInfos", POINTER),
        ("optional", POINTER * 9),
    )


class ComputeTable(ctypes.Structure):
    """``OrtNodeComputeInfo``."""

    _fields_ = (
        ("version", ctypes.c_uint32),
        ("CreateState", POINTER),
        ("Compute", POINTER),
        ("ReleaseState", POINTER),
    )


assert ctypes.sizeof(FactoryTable) == 14 * ctypes.sizeof(POINTER)
assert ctypes.sizeof(EpTable) == 14 * ctypes.sizeof(POINTER)
assert ctypes.sizeof(ComputeTable) == 4 * ctypes.sizeof(POINTER)
