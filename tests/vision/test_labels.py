# SPDX-License-Identifier: MIT
from __future__ import annotations

from pathlib import Path

import pytest

from npucore.errors import InputError
from npucore.metadata import Metadata
from npucore.vision.kinds import Answer, Classes, Objects, Segments
from npucore.vision.labels import choose, load_alphabet, load_labels, parse_labels
from npucore.vision.labels.known import FORMS, Form, names

CAT_AND_DOG = {0: "cat", 1: "dog"}

SAME = {
    "plain": "cat\ndog\n",
    "carriage returns": "cat\rdog\r",
    "windows": "cat\r\ndog\r\n",
    "blank lines around": "\n\ncat\ndog\n\n\n",
    "a comment": "# mine\ncat\ndog\n",
    "quoted": '"cat"\n"dog"\n',
    "a Python list by lines": "'cat',\n'dog',\n",
    "numbered": "0 cat\n1 dog\n",
    "numbered backwards": "1 dog\n0 cat\n",
    "with colons": "0: cat\n1:dog\n",
    "with tabs": "0\tcat\n1\tdog\n",
    "with equals signs": "0=cat\n1 = dog\n",
    "numbered, a line between": "0 cat\n\n1 dog\n",
    "csv": "0,cat\n1,dog\n",
    "csv with a heading": "id,name\n0,cat\n1,dog\n",
    "csv, name first": 'name,index\ncat,0\n"dog",1\n',
    "AudioSet's": 'index,mid,display_name\n0,/m/09x0r,"cat"\n1,/m/0ytgt,dog\n',
    "csv, quoted": '"0","cat"\n"1","dog"\n',
    "csv, name first, no heading": "cat,0\ndog,1\n",
    "csv with semicolons": "class;class_index\ndog;1\ncat;0\n",
    "csv with another heading": "class_index,class_name\n1,dog\n0,cat\n",
    "yaml list alone": "# x\n- cat\n- dog\n",
    "WordNet's": "n02123045 cat\nn02084071 dog\n",
    "JSON list": '["cat", "dog"]',
    "JSON by number": '{"0": "cat", "1": "dog"}',
    "JSON by name": '{"cat": 0, "dog": 1}',
    "JSON of ImageNet": '{"0": ["n02123045", "cat"], "1": ["n02084071", "dog"]}',
    "Hugging Face": '{"a": 1, "id2label": {"0": "cat", "1": "dog"}}',
    "JSON objects": '[{"id": 1, "name": "dog"}, {"id": 0, "name": "cat"}]',
    "Python dict": "{0: 'cat', 1: 'dog'}",
    "pbtxt": "item {\n  name: \"cat\"\n  id: 0\n}\nitem { id: 1 display_name: 'dog' }\n",
    "yaml list": "nc: 2\nnames:\n- cat\n- dog\nval: x\n",
    "yaml list, indented": "names:\n  - 'cat'\n  - dog # my own\n",
    "yaml map": "path: x\nnames:\n  0: cat\n  1: dog\n",
    "yaml in brackets": "names: ['cat', \"dog\"]\nnc: 2",
    "yaml in brackets, long": "names: [cat,\n  dog]\nnc: 2",
    "yaml map in braces": "names: {0: cat, 1: dog}",
}


@pytest.mark.parametrize("form", SAME)
def test_a_file_is_read_as_what_it_is(tmp_path: Path, form: str) -> None:
    (tmp_path / "x").write_bytes(SAME[form].encode())
    assert load_labels(tmp_path / "x") == CAT_AND_DOG


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_told_by_their_bytes(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "x").write_bytes("vélo\nauto\n".encode(encoding))
    assert load_labels(tmp_path / "x") == {0: "vélo", 1: "auto"}


def test_what_is_no_utf_8_is_latin(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes("vélo\nauto\n".encode("latin-1"))
    assert load_labels(tmp_path / "x") == {0: "vélo", 1: "auto"}


@pytest.mark.parametrize("text", ["0  person\n2  car", "0: person\n2: car", "0:person\n2\tcar"])
def test_numbers_may_leave_some_out(text: str) -> None:
    assert parse_labels(text) == {0: "person", 2: "car"}


@pytest.mark.parametrize("mark", ["n/a", "N/A", "???"])
def test_a_number_without_a_class_is_absent(mark: str) -> None:
    assert parse_labels(f"person\n{mark}\ncar") == {0: "person", 2: "car"}


@pytest.mark.parametrize(
    "lines", [["2 of hearts", "2 of spades"], ["16 gauge wire", "18 gauge wire"], ["0", "1"]]
)
def test_names_may_begin_with_a_number_themselves(lines: list[str]) -> None:
    assert parse_labels("\n".join(lines)) == dict(enumerate(lines))


GAP = "cat\ndog\n\nbird\n"


def test_an_empty_line_between_names_is_no_guess() -> None:
    with pytest.raises(InputError, match="line 3 is empty between names: write n/a"):
        parse_labels(GAP)


def test_the_number_of_classes_says_what_an_empty_line_is() -> None:
    assert parse_labels(GAP, 3) == {0: "cat", 1: "dog", 2: "bird"}
    assert parse_labels(GAP, 4) == {0: "cat", 1: "dog", 3: "bird"}
    assert parse_labels(GAP, 2) == CAT_AND_DOG


def test_prose_behind_an_empty_line_is_a_remark() -> None:
    assert parse_labels("cat\ndog\n \nand 255 marks what is ignored\n") == CAT_AND_DOG


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\xff\xfe",
        b"\x89PNG\0\0\0",
        b"{not json",
        b"<labels>\ncat\n",
        b"x {\n cat\n}\n",
        b"names:\n- id: 0\n  name: cat\n",
        b"[]",
        b'{"a": [1]}',
        b"names:\n",
    ],
)
def test_a_file_without_names_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "labels.txt").write_bytes(content)
    with pytest.raises(InputError, match=r"labels\.txt: "):
        load_labels(tmp_path / "labels.txt")


def test_an_alphabet_keeps_its_spaces_and_marks(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("#\n \n'\na\n")
    assert load_alphabet(tmp_path / "x") == ("#", " ", "'", "a")


@pytest.mark.parametrize(
    ("answer", "first", "last"),
    [
        (Classes((), 1000), "tench", "toilet tissue"),
        (Classes((), 1001), "background", "toilet tissue"),
        (Objects((), 0.5, total=80), "person", "toothbrush"),
        (Objects((), 0.5, total=90), "person", "toothbrush"),
        (Objects((), 0.5, total=91), "background", "toothbrush"),
        (Segments((), None, 21), "background", "tvmonitor"),  # type: ignore[arg-type]
    ],
)
def test_known_sets_are_taken_if_their_number_fits(answer: Answer, first: str, last: str) -> None:
    found = choose(answer, Metadata())
    assert isinstance(answer, Classes | Objects | Segments)
    assert answer.total is not None
    assert (found.labels[0], found.labels[answer.total - 1]) == (first, last)
    assert "which fit" in found.note


def test_a_number_that_no_set_has_gets_no_names() -> None:
    assert choose(Classes((), 80), Metadata()).labels == {}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.kind}-{form.total}")
def test_every_known_form_has_the_numbers_that_it_says(form: Form) -> None:
    assert max(names(form)) == form.total - 1


def chosen(tmp_path: Path, text: str, answer: Answer, name: str = "x.txt") -> tuple[object, str]:
    (tmp_path / name).write_text(text)
    found = choose(answer, Metadata(), tmp_path / name)
    return dict(found.labels), found.note


def test_a_number_of_names_that_differs_is_said(tmp_path: Path) -> None:
    labels, note = chosen(tmp_path, "cat\ndog\n", Classes((), 5))
    assert labels == CAT_AND_DOG
    assert note == "x.txt names 2 classes, the network has 5: names may be wrong"


def test_a_number_that_fits_is_not_worth_a_word(tmp_path: Path) -> None:
    assert chosen(tmp_path, "cat\ndog\n", Classes((), 2)) == (CAT_AND_DOG, "")


def test_a_known_set_in_another_form_is_recognised(tmp_path: Path) -> None:
    closed = next(form for form in FORMS if form.closed)
    text = "\n".join(names(closed).values())
    labels, note = chosen(tmp_path, text, Objects((), 0.5, total=90))
    assert isinstance(labels, dict)
    assert labels[89] == "toothbrush"
    assert note == "x.txt names 80 classes, the network has 90: COCO's 90 numbers are taken"


def test_a_label_map_counts_from_1(tmp_path: Path) -> None:
    text = 'item { id: 1 name: "cat" }\nitem { id: 2 name: "dog" }'
    labels, note = chosen(tmp_path, text, Objects((), 0.5, total=2), "map.pbtxt")
    assert labels == CAT_AND_DOG
    assert "counts from 1" in note


@pytest.mark.parametrize(
    "metadata",
    [Metadata({"names": "{0: 'cat', 1: 'dog'}"}), Metadata(labels="cat\ndog\n")],
    ids=["ultralytics", "tflite"],
)
def test_the_files_own_names_are_taken(metadata: Metadata) -> None:
    assert choose(Classes((), 2), metadata).labels == CAT_AND_DOG


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


WANTED = {0: "background", 1: "person", 2: "car"}
OTHERS = {
    "clock.txt": {1: "one o clock", 2: "two", 3: "three"},
    "digits.txt": {0: "0", 1: "1", 2: "2"},
    "latin1.txt": {0: "fond", 1: "vélo", 2: "car"},
    "numnames.txt": {0: "zero", 1: "one", 2: "two"},
    "pbtxt.pbtxt": {1: "person", 2: "car"},
    "sixteen.txt": {0: "16 gauge wire", 1: "18 gauge wire", 2: "20 gauge wire"},
    "synset.txt": {0: "tench, Tinca tinca", 1: "goldfish", 2: "shark"},
    "teach.txt": {0: "Class A", 1: "Class B", 2: "Class C"},
}


def test_label_files_from_the_field_are_understood(shared: Path) -> None:
    folder = shared / "cases" / "2026-11" / "labels"
    if not folder.is_dir():
        pytest.skip("there are no cases of label files")
    for path in sorted(folder.iterdir()):
        if path.name not in ("case.json", "midblank.txt"):
            assert load_labels(path) == OTHERS.get(path.name, WANTED), path.name
    with pytest.raises(InputError, match="line 3"):
        load_labels(folder / "midblank.txt")
    assert load_labels(folder / "midblank.txt", 3) == WANTED
