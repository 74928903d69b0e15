# SPDX-License-Identifier: MIT
"""A sealed zip: one JSON document and numpy arrays, every byte under a checksum.

::

    manifest.json          the document; its "members" has the SHA-256 of every other member
    <name>.npy ...         the arrays, stored without compression
    comment of the zip     the SHA-256 of all bytes before it, in hexadecimal digits

The same content always gives the same bytes. Checksums find damage; they do not tell who wrote a
file, so that readers of the document and the arrays still have to check every number.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from npucore.errors import InvalidModelError
from npucore.files.atomic import replacing
from npucore.files.boundary import DAMAGE
from npucore.files.document import Document
from npucore.tensor import Array

MANIFEST = "manifest.json"
MAGIC = b"PK\x03\x04"
HEAD_BYTES = 64  # enough for `sniff`
NAME_OFFSET = 30  # of the first member's name, source: PKWARE APPNOTE 4.3.7
SEAL_BYTES = 2 * hashlib.sha256().digest_size
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can tell
UNIX = 3  # who made a zip, source: PKWARE APPNOTE 4.4.2
INTEGERS = frozenset(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))
DTYPES = INTEGERS | {"bool", "float16", "float32", "float64"}
NPY_VERSION = (1, 0)
NPY_DTYPES = {np.dtype(name).newbyteorder("<").str: np.dtype(name) for name in DTYPES}
HEADER = re.compile(  # as numpy writes it; source: NEP 1
    rb"\x93NUMPY\x01\x00(..)"
    rb"\{'descr': '([<|]\w+)', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n",
    re.DOTALL,
)
NAME = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*")
LONG_LIST = re.compile(r'\[\n[^][{}"]*\]')  # of numbers, which json puts on a line each


def sniff(head: bytes) -> bool:
    """Whether a file that begins with *head* (`HEAD_BYTES`) is such an archive."""
    return head.startswith(MAGIC) and head[NAME_OFFSET:].startswith(MANIFEST.encode())


def write(path: str | Path, manifest: Mapping[str, object], arrays: Mapping[str, Array]) -> int:
    """Write an archive, completely or not at all; its size in bytes.

    *manifest* is JSON without the key ``members``; names in *arrays* are small letters, digits,
    ``_`` and ``/``. Raises `InputError` if *path* cannot be written to.
    """
    data = pack(manifest, arrays)
    with replacing(path) as file:
        file.write(data)
    return len(data)


def pack(manifest: Mapping[str, object], arrays: Mapping[str, Array]) -> bytes:
    """The bytes of an archive."""
    members = {f"{name}.npy": _npy(name, array) for name, array in arrays.items()}
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
    text = json.dumps({**manifest, "members": sums}, indent=1, allow_nan=False)
    text = LONG_LIST.sub(lambda found: " ".join(found[0].split()), text)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in {MANIFEST: text.encode(), **members}.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.create_system = UNIX
            archive.writestr(info, data)
        archive.comment = bytes(SEAL_BYTES)
    body = buffer.getvalue()[:-SEAL_BYTES]
    return body + hashlib.sha256(body).hexdigest().encode()


def _npy(name: str, array: Array) -> bytes:
    if not NAME.fullmatch(name) or str(array.dtype) not in DTYPES:
        raise ValueError(f"{array.dtype} array {name!r} has no place in an archive")
    buffer = io.BytesIO()
    ordered = np.asarray(array, order="C")
    np.lib.format.write_array(buffer, ordered, version=NPY_VERSION, allow_pickle=False)
    return buffer.getvalue()


def unpack(data: bytes, *, sealed: bool = False) -> tuple[Document, dict[str, Array]]:
    """The manifest of an archive, and its arrays by name, which cannot be written to.

    Raises `InvalidModelError` if any byte is not as `pack` gave it.

    With *sealed* the checksum at the end is enough: for what this very user has packed, whose
    members' own checksums would say the same again.
    """
    body = memoryview(data)[:-SEAL_BYTES]
    if not sniff(data) or hashlib.sha256(body).hexdigest().encode() != data[-SEAL_BYTES:]:
        raise InvalidModelError("damaged: its bytes do not have the checksum at its end")
    try:
        members = _members(data)
        manifest = Document(json.loads(members.pop(MANIFEST)), "manifest")
    except (*DAMAGE, OSError) as error:  # a seek to before the start, too
        raise InvalidModelError(f"no archive that can be read ({error})") from error
    sums = {name: value.text() for name, value in manifest["members"].entries()}
    if sums.keys() != members.keys():
        raise InvalidModelError("manifest.members: not the names of the archive's members")
    for name, content in members.items() if not sealed else ():
        if sums[name] != hashlib.sha256(content).hexdigest():
            raise InvalidModelError(f"{name}: not the checksum that the manifest has")
    return manifest, {n.removesuffix(".npy"): _array(n, c) for n, c in members.items()}


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
            raise ValueError("a compressed member")
        # Members that share bytes could be more than memory holds.
        if sum(info.file_size for info in infos) > len(data):
            raise ValueError("members larger than the file")
        return {info.filename: archive.read(info) for info in infos}


def _array(name: str, content: bytes) -> Array:
    """A member as an array over its own bytes; numpy's reader would evaluate what it finds."""
    header = HEADER.match(content)
    if header is None or not NAME.fullmatch(name.removesuffix(".npy")):
        raise InvalidModelError(f"{name}: no array that can be read")
    length, descr, numbers = header.groups()
    try:
        dtype = NPY_DTYPES[descr.decode()]
        shape = tuple(int(number) for number in numbers.split(b",") if number.strip())
        start, elements = header.end(), math.prod(shape)
        if int.from_bytes(length, "little") != start - header.end(1):
            raise ValueError(f"a header of {start - header.end(1)} bytes")
        if elements * dtype.itemsize != len(content) - start:
            raise ValueError(f"{len(content) - start} bytes for {dtype}{shape}")
        return np.frombuffer(content, dtype, elements, start).reshape(shape)
    except DAMAGE as error:
        raise InvalidModelError(f"{name}: no array that can be read ({error})") from error
