import os
import subprocess
import sys
import textwrap

import pytest

from app.atomic_write import check_writable, make_folder, write_bytes, write_chunks
from app.errors import OutputNotWritten

as_anyone = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere"
)


def test_a_file_is_written_and_nothing_else_is_left(tmp_path):
    write_bytes(tmp_path / "a.txt", b"text")
    assert (tmp_path / "a.txt").read_bytes() == b"text"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_failure_half_way_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def chunks():
        yield b"new"
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        write_chunks(path, chunks())
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(OutputNotWritten, match=r"no.a\.txt could not be written: No such file"):
        write_bytes(tmp_path / "no" / "a.txt", b"")
    with pytest.raises(OutputNotWritten, match="No such file"):
        check_writable(tmp_path / "no" / "a.txt")


def test_a_folder_in_the_way_is_named(tmp_path):
    with pytest.raises(OutputNotWritten, match="could not be written"):
        write_bytes(tmp_path, b"")
    with pytest.raises(OutputNotWritten, match="it is a folder"):
        check_writable(tmp_path)


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(OutputNotWritten, match="File exists"):
        make_folder(tmp_path / "a")


def test_folders_are_made_with_their_parents(tmp_path):
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert os.listdir(tmp_path / "a" / "b") == []


@as_anyone
def test_a_folder_without_permission_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputNotWritten, match="Permission denied"):
        check_writable(tmp_path / "a.txt")


def test_checking_leaves_nothing_behind(tmp_path):
    check_writable(tmp_path / "a.txt")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and devices")
def test_a_link_stays_a_link_and_a_device_a_device(tmp_path):
    (tmp_path / "real.txt").write_bytes(b"old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    write_bytes(tmp_path / "link.txt", b"new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_bytes() == b"new"
    os.mkfifo(tmp_path / "pipe")
    check_writable(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_bytes(tmp_path / "pipe", b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert not (tmp_path / "pipe").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions differ")
def test_a_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(tmp_path):
    before = os.umask(0o022)
    try:
        write_bytes(tmp_path / "new.txt", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "new.txt").stat().st_mode & 0o777 == 0o644
    (tmp_path / "new.txt").chmod(0o600)
    write_bytes(tmp_path / "new.txt", b"")
    assert (tmp_path / "new.txt").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_a_full_disk_leaves_the_old_file(tmp_path):
    script = """
        import resource, signal, sys
        from pathlib import Path
        from app.atomic_write import write_chunks
        from app.errors import OutputNotWritten
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        try:
            write_chunks(Path(sys.argv[1]), (b"x" * 1000 for _ in range(100)))
        except OutputNotWritten as error:
            sys.exit(str(error))
    """
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), path], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "a.txt could not be written: File too large" in done.stderr
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]
