# SPDX-License-Identifier: MIT
"""Files that appear complete or not at all, and places that stay what they are."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from npucore.errors import InputError
from npucore.files.atomic import check_writable, remove_unfinished, replacing, scratch_folder

NOBODY = 65534


def write(path: Path | str, content: bytes = b"new") -> None:
    with replacing(path) as file:
        file.write(content)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("permissions", [0o640, 0o600, 0o755])
def test_a_file_keeps_its_mode(tmp_path: Path, permissions: int) -> None:
    (path := tmp_path / "x").write_bytes(b"old")
    path.chmod(permissions)
    write(path)
    assert (path.read_bytes(), mode(path), names(tmp_path)) == (b"new", permissions, ["x"])


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write(tmp_path / "x")
    finally:
        os.umask(old)
    assert mode(tmp_path / "x") == 0o640


def test_an_error_inside_leaves_everything_as_it_was(tmp_path: Path) -> None:
    (path := tmp_path / "x").write_bytes(b"old")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["x"])


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there" / "x")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "x").read_bytes() == b"new"


def test_a_link_to_itself_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for what in (write, check_writable):
        with pytest.raises(InputError, match="loop: cannot write it: Too many levels"):
            what(tmp_path / "loop")


def test_a_fifo_stays_one(tmp_path: Path) -> None:
    os.mkfifo(path := tmp_path / "fifo")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    check_writable(path)
    write(path)
    reader.join(20)
    assert read == [b"new"]
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert names(tmp_path) == ["fifo"]


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
def test_a_device_stays_one(device: str) -> None:
    check_writable(device)
    write(device)
    assert stat.S_ISCHR(os.stat(device).st_mode)


def test_a_full_disk_is_one_sentence() -> None:
    with pytest.raises(InputError, match="/dev/full: cannot write it: No space left on device"):
        write("/dev/full")


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        for what in (write, check_writable):
            with pytest.raises(InputError, match="socket: cannot write it: it is no regular file"):
                what(Path("socket"))
    assert names(tmp_path) == ["socket"]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    for what in (write, check_writable):
        with pytest.raises(InputError, match="cannot write it: it is a folder"):
            what(tmp_path)


def test_a_missing_folder_is_said_early(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="x: no such folder"):
        check_writable(tmp_path / "none" / "x")
    with pytest.raises(InputError, match="x: cannot write it: No such file"):
        write(tmp_path / "none" / "x")


@pytest.mark.parametrize("length", [250, 255])
def test_names_may_be_as_long_as_names_can_be(tmp_path: Path, length: int) -> None:
    write(path := tmp_path / ("n" * length))
    assert path.read_bytes() == b"new"
    with pytest.raises(InputError, match="File name too long"):
        write(tmp_path / ("n" * 256))


def said_to_nobody(path: Path, sender: Connection) -> None:
    """The error that an ordinary user gets; for a process of its own, which becomes that user."""
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    said = []
    for what in (check_writable, write):
        try:
            what(path)
        except InputError as error:
            said.append(str(error))
    sender.send(said)
    os._exit(0)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(("folder", "file"), [(0o555, 0o666), (0o777, 0o444)])
def test_what_is_protected_from_a_user_stays(tmp_path: Path, folder: int, file: int) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (path := place / "x").write_bytes(b"old")
    path.chmod(file)
    place.chmod(folder)
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(parent.stat().st_mode | 0o055)
    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=said_to_nobody, args=(path, sender))
    child.start()
    assert receiver.poll(20)
    said = receiver.recv()
    child.join(20)
    assert len(said) == 2
    assert all("cannot write it" in sentence for sentence in said)
    assert path.read_bytes() == b"old"


def half_written(path: Path) -> Path:
    """Write, and have the process told to end meanwhile; the scratch folder that was there."""
    with replacing(path) as file, scratch_folder() as folder:
        file.write(b"half")
        assert len(names(path.parent)) == 1
        remove_unfinished()
        assert names(path.parent) == []
        assert not folder.exists()
    return folder


def test_what_is_unfinished_goes_when_the_process_ends_early(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot write it"):
        half_written(tmp_path / "x")
    assert names(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_a_signal_ends_the_command_at_once(tmp_path: Path, number: signal.Signals) -> None:
    code = (
        "import os, signal, sys, npucore.cli, npucore.entry\n"
        "from npucore.files.atomic import replacing\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored in the background
        "def command():\n"
        f"    with replacing({str(tmp_path / 'x')!r}) as file:\n"
        "        file.write(b'half')\n"
        f"        os.kill(os.getpid(), {int(number)})\n"
        "        while True: pass\n"
        "npucore.cli.main = command\n"
        "sys.exit(npucore.entry.main())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (128 + number, "")
    assert names(tmp_path) == []
