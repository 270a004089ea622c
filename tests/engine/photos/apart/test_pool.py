import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
from PIL import Image

from engine.errors import UnreadablePhoto
from engine.photos.apart.decoder_process import Limits
from engine.photos.apart.every_format import decode_any
from engine.photos.apart.pool import DecoderPool, the_pool
from engine.photos.decode import read_photo
from engine.photos.file_kind import HEAD_BYTES

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
HEIC = HERE.parent / "data" / "turned.heic"
ODD = (sys.executable, "-P", str(HERE / "odd_worker.py"))


@pytest.fixture
def odd_pool():
    pool = DecoderPool(command=ODD, most_processes=2)
    yield pool
    pool.close()


@pytest.fixture
def strict_pool():
    pools = []

    def make(**limits) -> DecoderPool:
        pools.append(DecoderPool(command=ODD, limits=Limits(**limits)))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


@pytest.fixture
def crashing_heic(tmp_path):
    """One byte of an item's type is no UTF-8; pi-heif 1.4 follows a null pointer there."""
    path = tmp_path / "crashing.heic"
    path.write_bytes(HEIC.read_bytes().replace(b"Exif", b"\xe5xif", 1))
    return path


def photo_that(asks: str, folder: Path) -> Path:
    path = folder / f"{asks.split()[0]}.heic"
    path.write_text(asks)
    return path


def reason(pool: DecoderPool, path: Path) -> str:
    with pytest.raises(UnreadablePhoto) as caught:
        pool.photo(path, "HEIF", short_side_px=None)
    assert caught.value.path == path
    return caught.value.reason


def worker_pid(pool: DecoderPool, path: Path) -> int:
    return pool.photo(path, "HEIF", short_side_px=None).width_px


def test_a_heic_that_kills_its_decoder_costs_one_photo(crashing_heic):
    for _ in range(2):
        assert read_photo(HEIC).pixels_HW3.shape == (96, 64, 3)
        with pytest.raises(UnreadablePhoto) as caught:
            read_photo(crashing_heic)
        assert caught.value.reason == ("This photo made the HEIF decoder fail. It may be damaged.")
    assert read_photo(HEIC).pixels_HW3.shape == (96, 64, 3)


def test_another_decoder_is_started_before_the_next_photo_comes(odd_pool, tmp_path):
    reason(odd_pool, photo_that("die", tmp_path))
    assert len(odd_pool._idle) == 1
    assert worker_pid(odd_pool, photo_that("good", tmp_path)) == odd_pool._idle[0].pid


@pytest.mark.parametrize("suffix", ["heic", "avif", "tif"])
@pytest.mark.parametrize("short_side_px", [None, 16, 60])
def test_the_pixels_are_those_that_the_decoders_give_here(
    tmp_path, odd_files, suffix, short_side_px
):
    path = HEIC if suffix == "heic" else tmp_path / f"photo.{suffix}"
    if suffix != "heic":
        odd_files.picture(640, 480).save(path)
    there = read_photo(path, short_side_px=short_side_px)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        here = decode_any(path, file, head, short_side_px)
    assert (there.pixels_HW3 == here.pixels_HW3).all()
    assert (there.width_px, there.height_px) == (here.width_px, here.height_px)
    assert there.pixels_HW3.flags.writeable
    assert there.pixels_HW3.flags.c_contiguous


def test_a_photo_that_burns_time_is_given_up(strict_pool, tmp_path):
    pool = strict_pool(cpu_s=2)
    assert reason(pool, photo_that("burn", tmp_path)) == (
        "The HEIF decoder worked longer than 2 s over this photo and was stopped."
    )
    assert worker_pid(pool, photo_that("good", tmp_path))


def test_a_photo_that_waits_for_ever_is_given_up(strict_pool, tmp_path):
    pool = strict_pool(wall_s=3)
    assert reason(pool, photo_that("sleep", tmp_path)) == (
        "The HEIF decoder took longer than 3 s over this photo and was stopped."
    )


def test_a_photo_that_eats_memory_is_given_up(strict_pool, tmp_path):
    pool = strict_pool(memory_bytes=200_000_000)
    assert reason(pool, photo_that("eat", tmp_path)) == (
        "The HEIF decoder wanted more than 0.2 GB of memory over this photo and was stopped."
    )


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the memory is only watched")
def test_memory_that_is_taken_at_one_stroke_is_refused_by_the_system(tmp_path):
    script = (
        "import numpy as np; from engine.photos.apart import worker; worker._limit_memory()\n"
        "np.empty(worker.MEMORY_BYTES // 2, np.uint8)\n"
        "try: np.empty(worker.MEMORY_BYTES, np.uint8)\n"
        "except MemoryError: print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "refused\n"


def test_a_photo_is_not_blamed_for_what_the_one_before_has_broken(odd_pool, tmp_path):
    first = worker_pid(odd_pool, photo_that("good", tmp_path))
    assert worker_pid(odd_pool, photo_that("die later", tmp_path)) != first


def test_a_decoder_that_went_to_rest_is_replaced(odd_pool, tmp_path):
    first = worker_pid(odd_pool, photo_that("good", tmp_path))
    assert worker_pid(odd_pool, photo_that("retire", tmp_path)) != first


def test_what_a_decoder_says_of_a_photo_is_passed_on(odd_pool, tmp_path, caplog):
    caplog.set_level("DEBUG")
    assert reason(odd_pool, photo_that("refuse", tmp_path)) == "It is odd."
    assert "ValueError: oddity" in caplog.text
    assert worker_pid(odd_pool, photo_that("good", tmp_path))


def test_what_a_decoder_prints_reaches_nobody(odd_pool, tmp_path, capfd):
    worker_pid(odd_pool, photo_that("print", tmp_path))
    assert capfd.readouterr() == ("", "")


def test_more_threads_than_decoders_wait_for_their_turn(odd_pool, tmp_path):
    path = photo_that("good", tmp_path)
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda: seen.append(worker_pid(odd_pool, path))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) <= 2


def test_large_photos_of_several_decoders_are_decoded_one_after_the_other(odd_pool, tmp_path):
    path = photo_that(f"large {tmp_path}", tmp_path)
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda: seen.append(worker_pid(odd_pool, path))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4


def test_the_decoding_process_does_without_torch(odd_pool, tmp_path):
    assert odd_pool.photo(photo_that("a", tmp_path), "HEIF", short_side_px=None).height_px is False


def test_a_decoder_that_cannot_be_started_is_said(tmp_path, expected_logs):
    nothing, empty = (str(tmp_path / "nothing here"),), (sys.executable, "-c", "")
    for command in (nothing, empty):
        pool = DecoderPool(command=command)
        assert (
            reason(pool, HEIC) == "The decoder for this format could not be started. See the log."
        )
        pool.close()
    assert len(expected_logs) == 2


def test_a_closed_pool_reads_nothing(odd_pool):
    odd_pool.close()
    assert reason(odd_pool, HEIC) == "Discern is closing."


def test_closing_ends_a_decoder_at_work(odd_pool, tmp_path):
    path = photo_that("sleep", tmp_path)
    reasons: list[str] = []
    asking = threading.Thread(target=lambda: reasons.append(reason(odd_pool, path)))
    asking.start()
    while not (odd_pool._busy and all(process.was_up for process in odd_pool._busy)):
        asking.join(0.01)
        assert asking.is_alive()
    (process,) = odd_pool._busy
    odd_pool.close()
    asking.join(10)
    assert not psutil.pid_exists(process.pid)


def test_no_code_beside_the_photos_is_run(tmp_path):
    for name in ("numpy", "PIL", "engine", "json", "pi_heif"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run')")
    (tmp_path / "a.heic").write_bytes(HEIC.read_bytes())
    script = (
        "from pathlib import Path; from engine.photos.decode import read_photo\n"
        "print(read_photo(Path('a.heic')).pixels_HW3.shape)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        capture_output=True, text=True, cwd=tmp_path, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("(96, 64, 3)\n", "")


PARENT = """
import sys, threading
from pathlib import Path
from engine.photos.apart.pool import DecoderPool
pool = DecoderPool(command=sys.argv[1].split("|"))
pool.photo(Path(sys.argv[2]), "HEIF", short_side_px=None)
path = Path(sys.argv[3])
threading.Thread(target=pool.photo, args=(path, "HEIF"), kwargs={"short_side_px": None}).start()
while not pool._busy: threading.Event().wait(0.01)
print(*(process.pid for process in [*pool._busy, *pool._idle]), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("asks", ["burn", "sleep"])
def test_no_decoder_outlives_a_killed_program(tmp_path, asks):
    shared = Path("/dev/shm")
    before = set(shared.glob("*discern*"))
    paths = [photo_that("good", tmp_path), photo_that(asks, tmp_path)]
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, "|".join(ODD), *map(str, paths)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    ) as program:  # fmt: skip
        pids = [int(pid) for pid in program.stdout.readline().split()]
        program.send_signal(signal.SIGKILL)
        assert program.stderr.read() == ""  # ends when the last who holds it has gone
    assert pids
    for pid in pids:
        try:
            psutil.Process(pid).wait(20)
        except psutil.NoSuchProcess:
            continue
    assert set(shared.glob("*discern*")) <= before


def test_a_program_that_ends_takes_its_decoders_with_it_and_is_quiet():
    script = (
        "from pathlib import Path; from engine.photos.decode import read_photo\n"
        "from engine.photos.apart.pool import the_pool; import sys\n"
        "read_photo(Path(sys.argv[1]))\n"
        "print(*(process.pid for process in the_pool()._idle))\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", script, str(HEIC)],
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.split()
    assert not any(psutil.pid_exists(int(pid)) for pid in done.stdout.split())


def test_metadata_come_as_they_are_in_the_photo(tmp_path):
    exif = Image.Exif()
    exif[271] = "Maker"
    Image.new("RGB", (64, 64)).save(tmp_path / "a.avif", exif=exif, xmp=b"<x:xmpmeta/>")
    Image.new("RGB", (64, 64)).save(tmp_path / "plain.avif")
    found = the_pool().metadata(tmp_path / "a.avif", "AVIF")
    assert found.xmp == b"<x:xmpmeta/>"
    read = Image.Exif()
    read.load(found.exif)
    assert read[271] == "Maker"
    plain = the_pool().metadata(tmp_path / "plain.avif", "AVIF")
    assert (plain.exif, plain.xmp) == (b"", b"")


def test_a_hundred_photos_leave_nothing_behind(odd_pool, tmp_path):
    path = photo_that("good", tmp_path)
    own = psutil.Process()
    worker_pid(odd_pool, path)
    files_before = own.num_fds() if hasattr(own, "num_fds") else own.num_handles()
    for _ in range(100):
        worker_pid(odd_pool, path)
    files_after = own.num_fds() if hasattr(own, "num_fds") else own.num_handles()
    assert files_after <= files_before  # another test's may close meanwhile
