"""From a collection on disk to a page and a poster, in Python and on the command line."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
import typer
from torch import Tensor
from typer.main import get_command

from impasto.analysis.collection.adding import add
from impasto.analysis.collection.seeing import Sight
from impasto.analysis.mapping import MapSettings, map_collection
from impasto.analysis.mapping.gathering import gather
from impasto.cli.map import MapCommand, map_
from impasto.errors import DataError, OutputError, SettingsError

pytest.importorskip("lancedb", reason="needs lancedb, which is not installed")


def by_color(pictures: Iterable[Tensor]) -> Tensor:
    """See works by their mean colors."""
    means = torch.stack([picture.mean((0, 2, 3)) for picture in pictures])
    return F.normalize(F.pad(means - 0.5, (0, 381)) + 1e-3, dim=1)


SIGHT = Sight(by_color, "0" * 64)


@pytest.fixture
def museum(some: Any, tmp_path: Path) -> Path:
    """A folder of twelve works with labels; the collection `museum` made of it."""
    works = some(12, files=True)
    rows = zip(works.ids, works.columns["artist"], works.columns["year"], strict=True)
    lines = [f'{name}.png,"<b>{name}</b>",{artist},{year}' for name, artist, year in rows]
    labels = tmp_path / "scans" / "labels.csv"
    labels.write_text("\n".join(["path,title,artist,year", *lines]))
    for number, path in enumerate(works.paths):  # of two files with the same bytes one is a work
        path.write_bytes(path.read_bytes() + bytes(number))
    add("museum", labels.parent, sight=SIGHT)
    return labels.parent


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command as the program does."""
    app = typer.Typer()
    app.command(name="map", cls=MapCommand)(map_)

    def call(*words: object) -> tuple[int, str, str]:
        main = get_command(app)
        code = main.main([str(word) for word in words], "map", standalone_mode=False)
        return int(code or 0), *capsys.readouterr()

    return call


def test_a_collection_becomes_works(museum: Path) -> None:
    works, folder = gather("museum")
    assert len(works) == 12
    assert works.eye == "0" * 64
    assert "<b>id-3</b>" in works.titles
    assert {"artist", "year", "folder"} <= set(works.columns)
    assert folder.is_dir()


def test_a_page_and_a_poster(museum: Path, tmp_path: Path) -> None:
    page, wall = tmp_path / "map.html", tmp_path / "map.png"
    settings = MapSettings(poster_side=600)
    mapped = map_collection("museum", page, poster=wall, settings=settings)
    assert (mapped.works, mapped.new, mapped.failures, mapped.poster) == (12, 12, (), wall)
    assert "<title>museum</title>" in page.read_text()
    assert wall.is_file()
    again = map_collection("museum", page, settings=settings, force=True)
    assert again.new == 0


def test_what_cannot_be_is_refused(museum: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="a page"):
        map_collection("museum")
    with pytest.raises(SettingsError, match=r"ends in \.html"):
        map_collection("museum", tmp_path / "map.pdf")
    with pytest.raises(DataError, match="museum"):
        map_collection("musem", tmp_path / "map.html")
    with pytest.raises(OutputError, match="folder"):
        map_collection("museum", tmp_path / "nowhere" / "map.html")


def test_the_command_says_what_lies_where(museum: Path, tmp_path: Path, command: Any) -> None:
    page, wall = tmp_path / "map.html", tmp_path / "map.png"
    words = ("museum", "-o", page, "--poster", wall, "--poster-side", "500", "--color", "artist")
    code, out, err = command(*words)
    assert (code, err) == (0, "")
    size = f"{max(page.stat().st_size / 1e6, 0.1):.1f} MB"
    assert out.splitlines() == [
        f"{page} ({size}), complete in itself",
        str(wall),
        "12 works, 12 new on the map",
    ]
    assert "stay where they were" in command("museum", "-o", page, "--force")[1]


def test_a_missing_file_is_named(museum: Path, tmp_path: Path, command: Any) -> None:
    (museum / "id-5.png").unlink()
    code, out, err = command("museum", "-o", tmp_path / "map.html")
    assert code == 1
    assert "id-5.png" in err
    assert "12 works" in out


def test_a_page_or_a_poster_has_to_be_named(museum: Path, command: Any) -> None:
    with pytest.raises(typer.BadParameter, match="--poster"):
        command("museum")
    with pytest.raises(SettingsError, match="thumb"):
        command("museum", "-o", "map.html", "--thumb", "5")
