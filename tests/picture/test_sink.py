"""Pictures that grow row by row."""

import threading
from pathlib import Path

import pytest
import torch

from impasto.errors import OutputError, SettingsError
from impasto.picture import Sink, read, write


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "webp"])
@pytest.mark.parametrize("alpha", [False, True])
def test_rows_make_the_file_that_write_makes(make, recipe, tmp_path, suffix, alpha):
    picture = make(61, 37, alpha=alpha, recipe=recipe)
    whole = write(picture, tmp_path / f"whole.{suffix}")
    path = tmp_path / f"rows.{suffix}"
    with Sink(path, 37, 61, info=picture.info, alpha=alpha) as sink:
        for top in (0, 1, 20, 50):
            bottom = {0: 1, 1: 20, 20: 50, 50: 61}[top]
            cover = picture.alpha[:, :, top:bottom] if alpha else None
            sink.write(picture.pixels[:, :, top:bottom], cover)
        assert not path.exists()
    assert path.read_bytes() == whole.read_bytes()


def test_bytes_are_written_as_they_are(tmp_path, generator):
    rows = torch.randint(0, 256, (1, 3, 9, 5), generator=generator).to(torch.uint8)
    with Sink(tmp_path / "a.png", 5, 9) as sink:
        sink.write(rows)
    assert torch.equal((read(tmp_path / "a.png").pixels * 255).round().to(torch.uint8), rows)


def test_close_without_a_block(make, tmp_path):
    sink = Sink(tmp_path / "a.png", 21, 13)
    sink.write(make().pixels)
    sink.close()
    sink.close()
    assert read(tmp_path / "a.png").size == (21, 13)


def test_missing_rows_leave_no_file(make, tmp_path):
    with (
        pytest.raises(OutputError, match="13 of 14 rows"),
        Sink(tmp_path / "a.tif", 21, 14) as sink,
    ):
        sink.write(make().pixels)
    assert names(tmp_path) == []


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "webp"])
def test_a_block_that_fails_leaves_no_file_and_no_thread(make, tmp_path, error, suffix):
    before = threading.active_count()

    def work():
        with Sink(tmp_path / f"a.{suffix}", 21, 26) as sink:
            sink.write(make().pixels)
            raise error

    with pytest.raises(error):
        work()
    assert names(tmp_path) == []
    assert threading.active_count() == before


def test_rows_must_fit(make, tmp_path):
    with Sink(tmp_path / "a.png", 21, 13) as sink:
        with pytest.raises(SettingsError, match="expected 13 more rows of 13, got 14"):
            sink.write(torch.zeros(1, 3, 14, 21))
        with pytest.raises(SettingsError, match=r"12 columns.*21"):
            sink.write(torch.zeros(1, 3, 1, 12))
        with pytest.raises(SettingsError, match="without alpha"):
            sink.write(torch.zeros(1, 3, 1, 21), torch.zeros(1, 1, 1, 21))
        sink.write(make().pixels)


def test_a_disappearing_folder_is_one_line(make, tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    sink = Sink(folder / "a.png", 21, 13)
    sink.write(make().pixels)
    [path.unlink() for path in folder.iterdir()]
    folder.rmdir()
    with pytest.raises(OutputError, match="cannot write"):
        sink.close()


def test_large_tiffs_get_wide_offsets(make, tmp_path, monkeypatch):
    monkeypatch.setattr("impasto.picture.encode._FOUR_GB", 100)
    write(make(), tmp_path / "a.tif")
    assert (tmp_path / "a.tif").read_bytes()[:4] == b"II+\0"
    assert read(tmp_path / "a.tif").size == (21, 13)
