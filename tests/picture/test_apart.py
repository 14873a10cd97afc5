"""Decoding apart: a real process, really killed, hung and starved; only the one picture is lost."""

import io
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from PIL import Image

from impasto.errors import PictureError, SettingsError
from impasto.picture import Picture, apart_wire, fit, read
from impasto.picture.apart import Apart, Thumbnail, _thumbnail
from impasto.picture.apart_child import Child, Died
from impasto.picture.files import sha256_of
from impasto.picture.small import decode_small


@pytest.fixture(scope="module")
def reader() -> Iterator[Apart]:
    with Apart() as made:
        yield made


@pytest.fixture
def painting(tmp_path, photo_like) -> Path:
    photo_like.save(tmp_path / "painting.png")
    return tmp_path / "painting.png"


@pytest.fixture
def endless(tmp_path) -> Path:
    """A small JPEG that takes minutes: a scan of its finest bits, sent 30,000 times."""
    file = io.BytesIO()
    Image.new("RGB", (1500, 1500), "gray").save(file, "JPEG", progressive=True)
    data = file.getvalue()
    last = data[data.rindex(b"\xff\xda") : -2]
    path = tmp_path / "endless.jpg"
    path.write_bytes(data[:-2] + last * 30_000 + data[-2:])
    return path


def pid(reader: Apart) -> int:
    """The process that is asked next."""
    child = reader._places.queue[-1]
    assert child is not None
    return child._process.pid


def expected(path: Path, short: int) -> torch.Tensor:
    """The same by the ordinary reader."""
    picture = read(path)
    pixels = picture.pixels
    if picture.alpha is not None:
        pixels = pixels * picture.alpha + (1 - picture.alpha)
    small = fit(pixels, short=short) if min(picture.size) > short else pixels
    return small[0] * 255


# ---------------------------------------------------------------------- what it gives


def test_a_thumbnail_is_what_the_ordinary_reader_sees(reader, painting):
    made = reader.thumbnail(painting, shorter=32)
    assert made.pixels.shape == (3, 32, 48)
    assert made.pixels.dtype == torch.uint8
    assert (made.width, made.height) == (101, 67)
    assert made.sha256 == sha256_of(painting)
    assert (made.pixels.float() - expected(painting, 32)).abs().max() < 2


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("a.jpg", "RGB", {"quality": 95}),
        ("gray.jpg", "L", {}),
        ("print.jpg", "CMYK", {"quality": 95}),
        ("a.webp", "RGB", {"lossless": True}),
        ("clear.png", "RGBA", {}),
        ("clear-gray.png", "LA", {}),
        ("few.gif", "P", {}),
        ("bits.png", "1", {}),
        ("a.tif", "RGB", {}),
        ("clear.tif", "RGBA", {}),
        ("print.tif", "CMYK", {}),
        ("a.bmp", "RGB", {}),
    ],
)
def test_every_kind_comes_as_the_ordinary_reader_has_it(
    reader, photo_like, saved, name, mode, options
):
    image = photo_like.resize((404, 268))
    if mode in {"RGBA", "LA"}:
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    path = saved(image.convert(mode), name, **options)
    made = reader.thumbnail(path, shorter=60).pixels.float()
    assert made.shape == (3, 60, 90)
    assert (made - expected(path, 60)).abs().mean() < 1.5


def test_sixteen_bits_are_rounded_and_not_cut_off(reader, tmp_path, make):
    from impasto.picture import write

    path = tmp_path / "deep.png"
    write(make(40, 60, alpha=True, bits=16), path)
    made = reader.thumbnail(path, shorter=40)
    assert (made.pixels.float() - expected(path, 40)).abs().max() < 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_camera_held_on_its_side(reader, photo_like, saved, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(photo_like, "turned.jpg", exif=exif, quality=95)
    made = reader.thumbnail(path, shorter=64)
    assert (made.width, made.height) == read(path).size
    assert (made.pixels.float() - expected(path, 64)).abs().mean() < 1.5


def test_color_profiles_are_applied(reader, photo_like, saved):
    from impasto.picture.vips import Image as Vips

    profile = bytes(Vips.profile_load("p3"))
    path = saved(photo_like, "wide.png", icc_profile=profile)
    plain = saved(photo_like, "plain.png")
    made = reader.thumbnail(path, shorter=67).pixels.float()
    assert (made - expected(path, 67)).abs().max() < 2
    assert (made - expected(plain, 67)).abs().max() > 10


def test_small_pictures_are_not_enlarged_and_strips_end(reader, tmp_path):
    Image.new("RGB", (5, 7)).save(tmp_path / "small.png")
    assert reader.thumbnail(tmp_path / "small.png").pixels.shape == (3, 7, 5)
    Image.new("RGB", (4000, 20)).save(tmp_path / "strip.png")
    assert reader.thumbnail(tmp_path / "strip.png", shorter=20).pixels.shape == (3, 2, 320)
    wide = reader.thumbnail(tmp_path / "strip.png", shorter=20, longest=4000)
    assert wide.pixels.shape == (3, 20, 4000)


def test_a_large_jpeg_is_decoded_small(photo, tmp_path):
    path = tmp_path / "large.jpg"
    Image.open(photo).resize((4096, 4096)).save(path, quality=90)
    begun = time.process_time()
    made = decode_small(path, shorter=224, longest=3584, max_pixels=10**8)
    assert (made.width, made.height, made.pixels.shape) == (4096, 4096, (224, 224, 3))
    small = time.process_time() - begun
    begun = time.process_time()
    whole = expected(path, 224)
    assert small < (time.process_time() - begun) / 3
    difference = torch.from_numpy(made.pixels.copy()).permute(2, 0, 1) - whole
    assert difference.abs().mean() < 2


def test_a_relative_name_is_meant_from_here(reader, painting, monkeypatch):
    monkeypatch.chdir(painting.parent)
    assert reader.thumbnail(painting.name).width == 101
    with pytest.raises(PictureError, match=r"^cannot read no/such\.png: there is no such file"):
        reader.thumbnail("no/such.png")


# ---------------------------------------------------------------------- what it refuses


def test_what_is_no_file_is_refused_and_nothing_waits(reader, tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    for path, reason in [
        (tmp_path / "pipe.jpg", "a device or a pipe"),
        ("/dev/zero", "a device or a pipe"),
        (tmp_path, "a folder"),
        ("a\0b", "null byte"),
        (b"\xff\x1b[31m.png", r"cannot read \\udcff\\x1b\[31m\.png: there is no such file"),
    ]:
        with pytest.raises(PictureError, match=reason):
            reader.thumbnail(os.fsdecode(path))


def fate(look: Callable[[Path], Thumbnail | Picture], path: Path) -> tuple[int, int] | str:
    """The size of a picture, or why it is refused."""
    try:
        made = look(path)
    except PictureError as error:
        return str(error)
    return made.size if isinstance(made, Picture) else (made.width, made.height)


def test_the_corpus_of_bad_files_has_the_same_fate_as_in_process(reader, shared):
    """Every third file: the whole corpus takes 7 s."""
    files = sorted((shared / "data" / "bad-inputs").rglob("*.*"))[::3]
    assert len(files) > 200
    refused = 0
    for path in files:
        found = fate(lambda path: reader.thumbnail(path, shorter=64), path)
        assert found == fate(read, path)
        refused += isinstance(found, str)
    assert 100 < refused < len(files)


def test_too_many_pixels_and_wrong_settings(painting):
    with Apart(max_pixels=100) as reader:
        with pytest.raises(PictureError, match="the limit is 100 in all"):
            reader.thumbnail(painting)
        with pytest.raises(SettingsError, match="sides of 1 pixel or more"):
            reader.thumbnail(painting, shorter=0)
    with pytest.raises(SettingsError, match="closed"):
        reader.thumbnail(painting)
    for wrong in ({"seconds": 0}, {"memory": 0}, {"max_pixels": -1}, {"processes": 0}):
        with pytest.raises(SettingsError, match="expected seconds"):
            Apart(**wrong)


# ---------------------------------------------------------------------- what breaks it


def test_a_picture_that_never_ends_costs_only_itself(endless, painting):
    with Apart(seconds=1) as reader:
        reader.thumbnail(painting)
        first = pid(reader)
        begun = time.monotonic()
        with pytest.raises(PictureError, match=r"endless\.jpg: it was not decoded within 1 s"):
            reader.thumbnail(endless)
        assert time.monotonic() - begun < 4
        assert not Path(f"/proc/{first}").exists()
        assert reader.thumbnail(painting).width == 101
        assert pid(reader) != first


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux limits memory")
def test_a_picture_that_fills_the_memory_costs_only_itself(tmp_path, painting):
    Image.new("L", (11_000, 11_000)).save(tmp_path / "bomb.png", compress_level=1)
    assert (tmp_path / "bomb.png").stat().st_size < 1_000_000
    with Apart(memory=64 << 20) as reader:
        assert reader.thumbnail(painting).width == 101
        with pytest.raises(PictureError, match=r"bomb\.png: it needs more than the 64 MB"):
            reader.thumbnail(tmp_path / "bomb.png")
        assert reader.thumbnail(painting).width == 101


def test_killed_between_and_during_pictures(endless, painting):
    with Apart(seconds=2) as reader:
        reader.thumbnail(painting)
        os.kill(pid(reader), signal.SIGKILL)
        assert reader.thumbnail(painting).width == 101  # nobody notices
        threading.Timer(0.5, os.kill, [pid(reader), signal.SIGKILL]).start()
        with pytest.raises(PictureError, match="was not decoded within 2 s"):
            reader.thumbnail(endless)  # tried once more, by a fresh process
        assert reader.thumbnail(painting).width == 101


def test_a_fresh_process_that_ends_is_the_fault_of_the_picture(endless):
    child = Child(memory=1 << 30, seconds=30)
    threading.Timer(0.3, os.kill, [child._process.pid, signal.SIGKILL]).start()
    request = {"path": str(endless), "shorter": 9, "longest": 9, "max_pixels": 10**8}
    with pytest.raises(Died, match=r"ended by the signal SIGKILL, perhaps for want of memory; .*"):
        child.ask(request, largest=1000)
    assert not child.lives()


def test_a_stopped_process_is_hung(painting):
    with Apart(seconds=0.5) as reader:
        reader.thumbnail(painting)
        os.kill(pid(reader), signal.SIGSTOP)
        with pytest.raises(PictureError, match=r"within 0\.5 s"):
            reader.thumbnail(painting)
        assert reader.thumbnail(painting).width == 101


def test_a_process_that_cannot_start_is_said_at_once(painting, monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    with (
        Apart() as reader,
        pytest.raises(SettingsError, match="ended by itself with code 1 before"),
    ):
        reader.thumbnail(painting)


# ---------------------------------------------------------------------- who asks


def test_many_threads_ask_two_processes(shared, tmp_path, photo_like):
    paths = [tmp_path / f"{i}.png" for i in range(12)]
    for i, path in enumerate(paths):
        photo_like.resize((40 + i, 30)).save(path)
    with Apart(processes=2) as reader, ThreadPoolExecutor(6) as threads:
        widths = list(threads.map(lambda path: reader.thumbnail(path).width, paths * 4))
        assert len([child for child in reader._places.queue if child]) == 2
    assert widths == [40 + i for i in range(12)] * 4


def test_a_fork_in_the_middle_gets_a_process_of_its_own(painting):
    with Apart() as reader, ThreadPoolExecutor(2) as threads:
        reader.thumbnail(painting)
        busy = [threads.submit(reader.thumbnail, painting) for _ in range(200)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python 3.12 warns of what we do here on purpose
            forked = os.fork()
        if forked == 0:
            signal.alarm(30)
            os._exit(0 if reader.thumbnail(painting).width == 101 else 1)
        _, status = os.waitpid(forked, 0)
        assert status == 0
        assert [future.result().width for future in busy] == [101] * 200


def test_whoever_waits_while_it_is_closed_is_told(endless):
    reader = Apart(seconds=1)
    with ThreadPoolExecutor(3) as threads:
        asked = [threads.submit(reader.thumbnail, endless) for _ in range(3)]
        time.sleep(0.2)
        reader.close()
        errors = [future.exception(timeout=60) for future in asked]
    assert all(isinstance(error, PictureError | SettingsError) for error in errors)


def test_nothing_is_left_behind(painting):
    reader = Apart()
    reader.thumbnail(painting)
    gone = pid(reader)
    reader.close()
    reader.close()
    assert not Path(f"/proc/{gone}").exists()


# ---------------------------------------------------------------------- what may come back


def test_the_process_imports_no_torch():
    code = "import sys, impasto.picture.apart_worker; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ({}, b""),
        ({"height": 1, "width": 1, "whole": [1, 1], "sha256": "0" * 64}, b"12"),
        ({"height": 1, "width": 1, "whole": [1, 1], "sha256": "/etc/passwd"}, b"123"),
        ({"height": 1, "width": 1, "whole": [1], "sha256": "0" * 64}, b"123"),
        ({"height": -1, "width": -1, "whole": [1, 1], "sha256": "0" * 64}, b"123"),
        ({"height": "1", "width": None, "whole": {}, "sha256": 3}, b"123"),
    ],
)
def test_a_process_that_was_taken_over_is_not_believed(answer, body):
    with pytest.raises(PictureError, match="nonsense"):
        _thumbnail(answer, bytearray(body))


def test_what_it_says_is_harmless():
    with pytest.raises(PictureError) as caught:
        _thumbnail({"error": "\x1b[2J\n" * 5000}, bytearray())
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) <= 2000


@pytest.mark.parametrize(
    "said",
    [
        struct.pack(">I", 1 << 30),
        struct.pack(">I", 2) + b"[]",
        struct.pack(">I", 3) + b"no!",
        *(
            struct.pack(">I", len(text)) + text
            for text in (b"[" * 60_000, b'{"bytes": 11}', b'{"bytes": -1}', b'{"bytes": true}')
        ),
    ],
)
def test_garbled_messages_end_the_talk(said):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(said)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(apart_wire.Garbled):
            apart_wire.receive(ours.recv_into, largest=10)


def test_messages_arrive_as_they_were_sent():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        apart_wire.send(theirs, {"path": "\udcff"}, b"123")
        assert apart_wire.receive(ours.recv_into, largest=3) == ({"path": "\udcff"}, b"123")
        theirs.sendall(struct.pack(">I", 9))
        theirs.close()
        with pytest.raises(EOFError):
            apart_wire.receive(ours.recv_into, largest=3)
