# SPDX-License-Identifier: MIT
from __future__ import annotations

from pathlib import Path

import pytest

from npucore.errors import InputError
from npucore.vision.labels import load_labels, parse_labels


def test_a_line_is_a_name() -> None:
    assert parse_labels("cat\ndog\n") == {0: "cat", 1: "dog"}


@pytest.mark.parametrize("text", ["0  person\n2  car", "0: person\n2: car", "0:person\n2\tcar"])
def test_a_line_may_begin_with_its_number(text: str) -> None:
    assert parse_labels(text) == {0: "person", 2: "car"}


@pytest.mark.parametrize("mark", ["n/a", "???"])
def test_a_number_without_a_class_is_absent(mark: str) -> None:
    assert parse_labels(f"person\n{mark}\ncar") == {0: "person", 2: "car"}


def test_names_may_begin_with_a_number_themselves() -> None:
    assert parse_labels("2 of hearts\n2 of spades") == {0: "2 of hearts", 1: "2 of spades"}


def test_digits_are_names() -> None:
    assert parse_labels("0\n1\n2") == {0: "0", 1: "1", 2: "2"}


def test_what_follows_an_empty_line_is_a_remark() -> None:
    assert parse_labels("cat\ndog\n\nand 255 is ignored") == {0: "cat", 1: "dog"}


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbfcat\r\ndog\r\n", b"cat\ndog", b"cat\r\ndog\r\n \r\na remark"],
    ids=["windows", "unix", "remark"],
)
def test_line_ends_do_not_matter(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "labels.txt").write_bytes(content)
    assert load_labels(tmp_path / "labels.txt") == {0: "cat", 1: "dog"}


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe"], ids=["empty", "blank", "binary"])
def test_a_file_without_names_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "labels.txt").write_bytes(content)
    with pytest.raises(InputError, match=r"labels\.txt: "):
        load_labels(tmp_path / "labels.txt")


@pytest.mark.parametrize(
    ("file", "count", "index", "name"),
    [
        ("coco_labels.txt", 80, 89, "toothbrush"),
        ("coco80_labels.txt", 80, 79, "toothbrush"),
        ("imagenet_labels.txt", 1001, 286, "Egyptian cat"),
        ("pascal_voc_segmentation_labels.txt", 21, 20, "tvmonitor"),
    ],
)
def test_public_lists_are_understood(
    shared: Path, file: str, count: int, index: int, name: str
) -> None:
    labels = load_labels(shared / "models" / "labels" / file)
    assert (len(labels), labels[index]) == (count, name)
