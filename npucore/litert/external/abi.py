# SPDX-License-Identifier: MIT
"""Structures of LiteRT's C interface, as they lie in memory.

Source: tensorflow/lite/core/c/common.h (LiteRT: tflite/core/c/common.h), of TensorFlow 2.14 and
LiteRT 2.3.0. Fields were only ever added behind those that are named here.
"""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, POINTER, c_bool, c_char_p, c_float, c_int, c_int64, c_size_t, c_void_p

OK, ERROR = 0, 1  # TfLiteStatus
MMAP_RO = 1  # TfLiteAllocationType: a constant within the model
BUILTIN_DELEGATE = 51  # TfLiteBuiltinOperator
ALLOW_DYNAMIC_TENSORS = 1  # TfLiteDelegateFlags: shapes may be unknown when it is applied

TYPES = {
    1: "FLOAT32",
    2: "INT32",
    3: "UINT8",
    4: "INT64",
    5: "STRING",
    6: "BOOL",
    7: "INT16",
    8: "COMPLEX64",
    9: "INT8",
    10: "FLOAT16",
    11: "FLOAT64",
    12: "COMPLEX128",
    13: "UINT64",
    14: "RESOURCE",
    15: "VARIANT",
    16: "UINT32",
    17: "UINT16",
    18: "INT4",
    19: "BFLOAT16",
}
"""TfLiteType -> the same type's name in the model's schema."""


class Tensor(ctypes.Structure):
    """TfLiteTensor."""

    _fields_ = (
        ("type", c_int),
        ("data", c_void_p),
        ("dims", c_void_p),
        ("scale", c_float),
        ("zero_point", c_int),
        ("allocation_type", c_int),
        ("bytes", c_size_t),
        ("allocation", c_void_p),
        ("name", c_void_p),
        ("delegate", c_void_p),
        ("buffer_handle", c_int),
        ("data_is_stale", c_bool),
        ("is_variable", c_bool),
        ("quantization_type", c_int),
        ("quantization_params", c_void_p),
        ("sparsity", c_void_p),
        ("dims_signature", c_void_p),
    )


class Node(ctypes.Structure):
    """TfLiteNode, as far as it is read."""

    _fields_ = (
        ("inputs", c_void_p),
        ("outputs", c_void_p),
        ("intermediates", c_void_p),
        ("temporaries", c_void_p),
        ("user_data", c_void_p),
    )


INIT = CFUNCTYPE(c_void_p, c_void_p, c_void_p, c_size_t)
FREE = CFUNCTYPE(None, c_void_p, c_void_p)
STEP = CFUNCTYPE(c_int, c_void_p, c_void_p)
"""Prepare or invoke: of a node with TfLiteContext and TfLiteNode, of a delegate with itself."""


class Registration(ctypes.Structure):
    """TfLiteRegistration."""

    _fields_ = (
        ("init", INIT),
        ("free", FREE),
        ("prepare", STEP),
        ("invoke", STEP),
        ("profiling_string", c_void_p),
        ("builtin_code", c_int),
        ("custom_name", c_char_p),
        ("version", c_int),
        ("registration_external", c_void_p),
        ("async_kernel", c_void_p),
        ("inplace_operator", c_int64),
    )


class Part(ctypes.Structure):
    """TfLiteDelegateParams: nodes that one node takes the place of."""

    _fields_ = (
        ("delegate", c_void_p),
        ("nodes", c_void_p),
        ("inputs", c_void_p),
        ("outputs", c_void_p),
    )


class Delegate(ctypes.Structure):
    """TfLiteDelegate."""

    _fields_ = (
        ("data", c_void_p),
        ("prepare", STEP),
        ("copy_from_buffer_handle", c_void_p),
        ("copy_to_buffer_handle", c_void_p),
        ("free_buffer_handle", c_void_p),
        ("flags", c_int64),
        ("opaque_delegate_builder", c_void_p),
    )


class Context(ctypes.Structure):
    """TfLiteContext, as far as it is used."""

    _fields_ = (
        ("tensors_size", c_size_t),
        ("get_execution_plan", CFUNCTYPE(c_int, c_void_p, POINTER(c_void_p))),
        ("tensors", c_void_p),
        ("impl", c_void_p),
        ("resize_tensor", CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p)),
        ("report_error", CFUNCTYPE(None, c_void_p, c_char_p, c_char_p)),
        ("add_tensors", c_void_p),
        (
            "get_node_and_registration",
            CFUNCTYPE(c_int, c_void_p, c_int, POINTER(c_void_p), POINTER(c_void_p)),
        ),
        (
            "replace_node_subsets",
            CFUNCTYPE(c_int, c_void_p, Registration, c_void_p, c_void_p),
        ),
        ("recommended_num_threads", c_int),
        ("get_external_context", c_void_p),
        ("set_external_context", c_void_p),
        ("allow_fp32_relax_to_fp16", c_bool),
        ("profiler", c_void_p),
        ("allocate_persistent_buffer", c_void_p),
        ("allocate_buffer_for_eval", c_void_p),
        ("request_scratch_buffer_in_arena", c_void_p),
        ("get_scratch_buffer", c_void_p),
        ("resize_tensor_explicit", c_void_p),
        (
            "preview_delegate_partitioning",
            CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(POINTER(Part)), POINTER(c_int)),
        ),
    )


assert ctypes.sizeof(Tensor) == 112
assert ctypes.sizeof(Registration) == 88
assert ctypes.sizeof(Part) == 32
assert ctypes.sizeof(Delegate) == 56
assert Context.preview_delegate_partitioning.offset == 152


def integers(address: int | None) -> tuple[int, ...]:
    """The integers of a TfLiteIntArray; none for a null pointer."""
    if not address:
        return ()
    count = c_int.from_address(address).value
    return tuple((c_int * count).from_address(address + ctypes.sizeof(c_int)))
