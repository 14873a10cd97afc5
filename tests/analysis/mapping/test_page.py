"""The page: one file, strict about what may run in it, whatever stands in titles and labels."""

import base64
import hashlib
import io
import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from impasto.analysis.mapping import MapSettings, making, map_works
from impasto.analysis.mapping.page import link, module
from impasto.errors import DataError, OutputError

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m{{script}}&amp;"


def block(page: str, name: str) -> str:
    found = re.search(rf'<script type="[a-z/]+" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found
    return found[1]


def data(page: str) -> Any:
    return json.loads(block(page, "data"))


def array(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind)


def test_a_page_is_one_file(some: Any, tmp_path: Path) -> None:
    made = map_works(some(40, files=True), tmp_path / "map.html")
    page = made.page.read_text()
    assert (made.folder, made.folder_bytes, made.failures, made.new) == (None, 0, (), 40)
    assert made.page_bytes == len(page.encode())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["map.html", "scans"]
    bare = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"(src|href)\s*=", bare)
    assert "http" not in re.sub(r"https\?:", "", module())


def test_only_our_own_script_and_style_may_run(some: Any, tmp_path: Path) -> None:
    page = map_works(some(5, files=True), tmp_path / "map.html").page.read_text()
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1])
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag, source in (('script type="module" async', "script-src"), ("style", "style-src")):
        text = re.search(rf"<{tag}>(.*?)</{tag.split()[0]}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{source} 'sha256-{digest}'" in policy


def test_what_comes_from_outside_is_data(some: Any, tmp_path: Path) -> None:
    works = some(12, files=True)
    evil = replace(
        works,
        titles=(EVIL, *works.titles[1:]),
        columns={EVIL: [EVIL] * 6 + ["fine"] * 6},
    )
    title = MapSettings(title=EVIL)
    page = map_works(evil, tmp_path / "map.html", settings=title).page.read_text()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "\x1b" not in page
    found, shown = data(page), EVIL.replace("\x1b", r"\x1b")
    assert shown in found["titles"]
    assert found["columns"][0] == {
        "name": shown[:80] if len(shown) <= 80 else found["columns"][0]["name"],
        "kind": "category",
        "values": [shown, "fine"],
        "codes": found["columns"][0]["codes"],
    }
    assert unescape(re.search("<title>(.*?)</title>", page)[1]) == shown


def test_everything_is_in_the_order_of_titles(some: Any, tmp_path: Path) -> None:
    works = some(30, files=True)
    turned = replace(works, titles=tuple(reversed(works.titles)))
    made = map_works(turned, tmp_path / "map.html")
    found = data(made.page.read_text())
    assert found["titles"] == sorted(works.titles)
    assert found["links"][0] == "./scans/id-29.png"
    artist = next(c for c in found["columns"] if c["name"] == "artist")
    named = [artist["values"][code] for code in artist["codes"]]
    assert named == list(reversed(works.columns["artist"]))
    cells = array(found["cells"], "<i4").reshape(-1, 2)
    assert np.array_equal(cells, made.layout.cells[::-1] * [1, -1])
    assert found["years"] == list(reversed(works.columns["year"]))


@pytest.mark.parametrize("kind", ["large", "small"])
def test_each_work_has_its_own_picture(some: Any, tmp_path: Path, kind: str) -> None:
    works = some(30, files=True)
    page = map_works(works, tmp_path / "map.html").page.read_text()
    found, shape = data(page), data(page)[kind]
    sheet = Image.open(io.BytesIO(base64.b64decode(block(page, f"{kind}-0")))).convert("RGB")
    sizes = array(found["sizes"], "<u2").reshape(-1, 2)
    for work, tile in enumerate(array(found["tiles"], "<i4").tolist()):
        with Image.open(works.paths[work]) as file:
            assert tuple(sizes[work]) == file.size
            wanted = file.getpixel((20, 20))
        row, column = divmod(tile, shape["across"])
        there = sheet.getpixel((column * shape["side"] + 8, row * shape["side"] + 8))
        assert np.abs(np.subtract(there, wanted)).max() < 24
        mean = array(found["means"], "u1").reshape(-1, 3)[work]
        assert np.abs(mean.astype(int) - wanted).max() < 4


def test_many_works_keep_their_pictures_beside_the_page(
    some: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "WITHIN", 20)
    made = map_works(some(30, files=True), tmp_path / "my map.html")
    found = data(made.page.read_text())
    assert made.folder == tmp_path / "my map_works"
    (name,) = found["large"]["files"]
    assert name.startswith("./my%20map_works/large-0000-")
    assert [p.name for p in made.folder.iterdir()] == [name.rpartition("/")[2]]
    assert made.folder_bytes == sum(p.stat().st_size for p in made.folder.iterdir())
    older = made.folder / "large-0007-01234567.webp"
    older.write_bytes(b"")
    map_works(some(30), tmp_path / "my map.html", force=True)
    assert not older.exists()


def test_a_work_that_cannot_be_read_is_listed(some: Any, tmp_path: Path) -> None:
    works = some(10, files=True)
    works.paths[3].write_text("no picture")
    works.paths[4].unlink()
    made = map_works(works, tmp_path / "map.html")
    assert {path for path, _ in made.failures} == {works.paths[3], works.paths[4]}
    assert all(reason for _, reason in made.failures)
    assert len(data(made.page.read_text())["titles"]) == 10


def test_small_pictures_are_kept(some: Any, tmp_path: Path) -> None:
    works, thumbs = some(6, files=True), tmp_path / "thumbs"
    first = map_works(works, tmp_path / "a.html", thumbs=thumbs).page.read_text()
    kept = sorted(thumbs.rglob("*.webp"))
    assert len(kept) == 6
    stamps = [path.stat().st_mtime_ns for path in kept]
    assert (
        map_works(works, tmp_path / "b.html", thumbs=thumbs).page.read_text()[:500] == first[:500]
    )
    assert [path.stat().st_mtime_ns for path in kept] == stamps
    kept[0].write_bytes(b"broken")
    assert map_works(works, tmp_path / "c.html", thumbs=thumbs).failures == ()


def test_works_stay_where_they_were(some: Any, tmp_path: Path) -> None:
    places = tmp_path / "map.safetensors"
    first = map_works(some(40, files=True), tmp_path / "map.html", places=places)
    again = map_works(some(50, files=True), tmp_path / "map2.html", places=places)
    assert (first.new, again.new) == (40, 10)
    assert np.array_equal(again.layout.cells[:40], first.layout.cells)
    anew = map_works(some(50), tmp_path / "map3.html", places=places, again=True)
    assert anew.new == 50


def test_what_cannot_be_is_refused_before_any_work(some: Any, tmp_path: Path) -> None:
    page = tmp_path / "map.html"
    page.write_text("mine")
    with pytest.raises(OutputError, match="--force"):
        map_works(some(3), page)
    wrong = {"color": "note", "names": "nobody", "year": "never"}
    for field, value in wrong.items():
        with pytest.raises(DataError, match=value):
            map_works(some(30), page, settings=MapSettings(**{field: value}), force=True)
    assert page.read_text() == "mine"


def test_stopping_keeps_what_is_done(some: Any, tmp_path: Path) -> None:
    made = map_works(some(20, files=True), tmp_path / "map.html", on_step=lambda s: s.done == 5)
    assert len(made.failures) == 15
    assert made.page.is_file()


@pytest.mark.parametrize("name", ["javascript:alert(1).png", 'a" onclick="x.png', "été #?.png"])
def test_a_name_leads_to_its_file_and_nowhere_else(tmp_path: Path, name: str) -> None:
    made = link(tmp_path / name, tmp_path)
    assert made.startswith("./")
    assert not set(made) & set("\"'<>:?# ")


def test_the_modules_make_one(tmp_path: Path) -> None:
    """No name is used twice on the top level, and none is imported that is not there."""
    names = re.findall(r"^(?:const|let|function) (\w+)", module(), re.MULTILINE)
    assert len(names) == len(set(names))
    assert "import " not in re.sub(r"//.*", "", module())
    folder = Path(making.__file__).parent / "page_files"
    for file in folder.glob("*.js"):
        for wanted, source in re.findall(
            r'^import \{([^}]*)\} from "\./(\w+\.js)";', file.read_text(), re.MULTILINE
        ):
            there = (folder / source).read_text()
            for name in map(str.strip, wanted.split(",")):
                exported = rf"^export const (\{{[^}}]*)?\b{name}\b"
                assert re.search(exported, there, re.MULTILINE), (file, name)
