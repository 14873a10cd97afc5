"""A museum's manifest comes into a collection: every canvas is there, or listed with its reason."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from analysis.collection.conftest import drawn
from impasto.analysis.collection import adding
from impasto.analysis.collection.adding import Added
from impasto.analysis.collection.exporting import export
from impasto.analysis.collection.finding import search
from impasto.analysis.collection.gallery import Gallery, open_gallery
from impasto.analysis.collection.keeping import Removed, check, rebuild, remove
from impasto.analysis.collection.manifests import is_manifest
from impasto.analysis.collection.places import place
from impasto.analysis.collection.seeing import Sight
from impasto.errors import DataError, SettingsError
from loopback import Museum

JPEG = {"Content-Type": "image/jpeg"}


@pytest.fixture
def add(sight: Sight) -> Any:
    """Add as usual, from loopback and without waiting."""

    def call(source: object, name: object = "art", **how: object) -> Added:
        usual = {"sight": sight, "pause": 0, "allow_private": True}
        return adding.add(str(name), str(source), **{**usual, **how})  # type: ignore[arg-type]

    return call


def picture(seed: int, *, side: int = 64) -> bytes:
    file = io.BytesIO()
    drawn(seed, size=(side, side)).save(file, "JPEG", quality=95)
    return file.getvalue()


def canvas(museum: Museum, number: object, body: object = None, **more: object) -> dict:
    usual = {"type": "Image", "id": f"{museum.address}/{number}.jpg"}
    items = [{"items": [{"body": usual if body is None else body}]}]
    name = f"{museum.address}/canvas/{number}"
    return {"type": "Canvas", "id": name, "label": {"none": [f"{number}r"]}, "items": items, **more}


def manifest(museum: Museum, canvases: Iterable[dict], *, name: str = "m", **more: object) -> str:
    """Publish one; returns its address."""
    what = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{museum.address}/{name}.json",
        "type": "Manifest",
        "label": {"en": ["Irises"], "de": ["Schwertlilien"]},
        "rights": "https://creativecommons.org/publicdomain/zero/1.0/",
        "requiredStatement": {"label": "Credit", "value": {"en": ["Gift of a friend"]}},
        "metadata": [
            {"label": {"en": ["Date"], "de": ["Datierung"]}, "value": {"none": ["May 1889"]}},
            {"label": {"en": ["Artist"]}, "value": {"none": ["Vincent van Gogh"]}},
            {"label": {"en": ["Path"]}, "value": {"none": ["/etc/passwd"]}},
        ],
        "items": list(canvases),
        **more,
    }
    return museum.publish(f"/{name}.json", what)


@pytest.fixture
def book(museum: Museum) -> str:
    """Four pages; of the third the picture is gone, of the fourth it is broken."""
    for number in (0, 1):
        museum.pages[f"/{number}.jpg"] = 200, JPEG, picture(number)
    museum.pages["/3.jpg"] = 200, JPEG, picture(3)[:300]
    return manifest(museum, (canvas(museum, number) for number in range(4)))


def by_page(gallery: Gallery) -> dict[object, Path]:
    return {gallery.known(i).get("page"): gallery.paths[i][0] for i in range(len(gallery))}


def fetched() -> list[Path]:
    return sorted((place("art") / "fetched").iterdir())


def asked(museum: Museum) -> list[str]:
    """What pictures it was asked for since the last time."""
    found = [path for path in museum.asked if path.endswith(".jpg")]
    museum.asked.clear()
    return found


def test_every_canvas_is_imported_or_listed_with_its_reason(book: str, add: Any) -> None:
    steps: list[tuple[int, int]] = []
    added = add(book, on_step=lambda step: steps.append((step.done, step.total)))
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert (added.new, added.known, added.left) == (2, 0, 0)
    gone, broken = (entry.reason for entry in added.failed)
    assert gone.startswith("canvas 3, Irises, 2r: cannot fetch http")
    assert "404" in gone
    assert broken.startswith("canvas 4, Irises, 3r: the file is broken")
    assert {path.parent for path in by_page(open_gallery("art")).values()} == {
        place("art") / "fetched"
    }
    assert len(fetched()) == 2


def test_what_the_museum_says_are_labels(book: str, add: Any, museum: Museum) -> None:
    add(book)
    gallery = open_gallery("art")
    known = gallery.known([*by_page(gallery)].index("0r"))
    everything = json.loads(str(known.pop("iiif")))
    assert known == {
        "title": "Irises",
        "page": "0r",
        "rights": "https://creativecommons.org/publicdomain/zero/1.0/",
        "attribution": "Gift of a friend",
        "canvas": f"{museum.address}/canvas/0",
        "manifest": book,
        "date": "May 1889",
        "year": 1889,
        "artist": "Vincent van Gogh",
    }
    assert everything["work"] == {"en": ["Irises"], "de": ["Schwertlilien"]}
    hits = search("art", where="year < 1900 and page = 1r").hits
    assert [hit.labels["artist"] for hit in hits] == ["Vincent van Gogh"]
    assert add(book, language="de,en").new == 0
    assert {"Schwertlilien"} == set(open_gallery("art").labels["title"].values())
    assert {"May 1889"} == set(open_gallery("art").labels["datierung"].values())


def test_only_what_is_missing_is_fetched_again(book: str, add: Any, museum: Museum) -> None:
    add(book)
    assert asked(museum) == [f"/{number}.jpg" for number in range(4)]
    museum.pages["/3.jpg"] = 200, JPEG, picture(3)
    fetched()[0].unlink()
    (place("art") / "fetched" / ".impasto-0123456789ab.tmp").write_bytes(b"half")  # of a power cut
    added = add(book)
    assert (added.new, added.known, len(added.failed)) == (1, 2, 1)
    assert len(asked(museum)) == 3  # the one that was deleted, the one that is gone, the broken one
    assert set(by_page(open_gallery("art"))) == {"0r", "1r", "3r"}
    assert len(fetched()) == 3
    entries = open_gallery("art").store.entries().values()
    assert [entry.reason[:10] for entry in entries if not entry.id] == ["canvas 3, "]


def test_a_stopped_import_goes_on_where_it_was(book: str, add: Any, museum: Museum) -> None:
    for number in range(40):
        museum.pages[f"/{number}.jpg"] = 200, JPEG, picture(number, side=24)
    manifest(museum, (canvas(museum, number) for number in range(40)))
    stopped = add(book, on_step=lambda step: step.done == 5)
    assert (stopped.new, stopped.left, len(stopped.failed)) == (5, 35, 0)
    first = asked(museum)
    assert 5 <= len(first) < 20
    added = add(book)
    assert (added.new, added.known, added.left) == (35, 5, 0)
    assert sorted(first + asked(museum)) == sorted(f"/{number}.jpg" for number in range(40))


def test_a_canvas_is_known_by_its_id(book: str, add: Any, museum: Museum, tmp_path: Path) -> None:
    """Its picture may be exchanged; what a person noted of it stays."""
    add(book)
    table = tmp_path / "mine.csv"
    rows = [("canvas", "room"), (f"{museum.address}/canvas/0", "7"), ("nowhere", "8")]
    table.write_text("\n".join(map(",".join, rows)))
    added = add(book, labels=table)
    assert "the labels speak of 1 file that was not found: nowhere" in added.lines[-1]
    museum.publish("/new.jpg", picture(50))
    body = {"type": "Image", "id": f"{museum.address}/new.jpg"}
    manifest(museum, [canvas(museum, 0, body), canvas(museum, 1)])
    before = by_page(open_gallery("art"))
    added = add(book)
    assert (added.new, added.known, added.changed) == (1, 1, 1)
    gallery = open_gallery("art")
    after = by_page(gallery)
    assert after["1r"] == before["1r"]
    assert not before["0r"].exists()
    assert list(gallery.labels["room"].values()) == [7]
    assert len(gallery.store.entries()) == 4  # with two that failed


def test_another_size_takes_the_place_of_the_first(add: Any, museum: Museum) -> None:
    service = {"id": museum.hang("irises"), "type": "ImageService2", "profile": "level2"}
    body = {"type": "Image", "id": "", "service": [service]}
    address = manifest(museum, [canvas(museum, 0, body)])
    add(address, side=100)
    assert open_gallery("art").sizes == ((100, 67),)
    assert add(address, side=150).changed == 1
    assert open_gallery("art").sizes == ((150, 100),)
    assert len(fetched()) == 1


def test_canvases_of_one_id_are_all_there(add: Any, museum: Museum) -> None:
    for number in range(3):
        museum.publish(f"/{number}.jpg", picture(number))
    address = manifest(museum, (canvas(museum, i, id="urn:same") for i in range(3)))
    assert add(address).new == 3
    assert (add(address).known, len(open_gallery("art"))) == (3, 3)


def test_nameless_manifests_do_not_take_each_others_place(
    add: Any, museum: Museum, tmp_path: Path
) -> None:
    for number in range(2):
        museum.publish(f"/{number}.jpg", picture(number))
        one = {"type": "Manifest", "items": [{**canvas(museum, number), "id": ""}]}
        (tmp_path / f"{number}.json").write_text(json.dumps(one))
        assert add(tmp_path / f"{number}.json").new == 1
    assert len(open_gallery("art")) == 2


def test_fetched_pictures_go_with_their_works(
    book: str, add: Any, museum: Museum, scans: Path
) -> None:
    add(book)
    add(scans)
    mine = place("art") / "fetched" / "mine.jpg"
    mine.write_bytes(picture(9))
    assert check("art").fine == 6
    path = by_page(open_gallery("art"))["0r"]
    assert remove("art", [path]) == Removed(works=1, pictures=1)
    assert not path.exists()
    assert remove("art", [scans / "sub"]) == Removed(works=1, pictures=0)
    assert (scans / "sub" / "d.png").is_file()
    asked(museum)
    assert (add(book).new, "/0.jpg" in asked(museum)) == (1, True)
    assert remove("art") == Removed(works=5, pictures=2)
    assert sorted(mine.parent.iterdir()) == [mine]
    mine.unlink()
    add(book)
    remove("art")
    assert [path.name for path in place("art").iterdir()] == [".impasto.lock"]


def test_check_and_rebuild_know_fetched_pictures(book: str, add: Any, sight: Sight) -> None:
    add(book)
    path = by_page(open_gallery("art"))["1r"]
    path.unlink()
    assert check("art").gone == (path,)
    count, failed = rebuild("art", sight=Sight(sight.see, "b" * 64))
    assert (count, [entry.path for entry in failed]) == (1, [path])
    assert add(book, sight=Sight(sight.see, "b" * 64)).new == 1
    assert check("art").gone == ()


def test_a_collection_of_manifests_comes_whole(add: Any, museum: Museum) -> None:
    for number in range(2):
        museum.publish(f"/{number}.jpg", picture(number))
        manifest(museum, [canvas(museum, number)], name=f"book{number}")
    items = [
        {"type": "Manifest", "id": f"{museum.address}/{name}.json", "label": {"none": [name]}}
        for name in ("book0", "lost", "book1")
    ]
    what = {"id": f"{museum.address}/all", "type": "Collection", "items": items}
    address = museum.publish("/all", what)
    added = add(address)
    assert (added.new, len(added.failed)) == (2, 1)
    assert added.failed[0].reason.startswith("the manifest lost: cannot fetch")
    assert added.lines[0] == "2 manifests name 2 canvases"
    stopped = add(address, name="other", on_step=lambda step: step.total == 4)
    assert (stopped.new, stopped.left, stopped.failed) == (0, 0, ())


def test_names_from_a_manifest_lead_nowhere(add: Any, museum: Museum, tmp_path: Path) -> None:
    names = ["../../evil", "/etc/passwd", "\x1b[2J", "=cmd()", "<script>alert(1)</script>", "a\0b"]
    canvases = []
    for number, name in enumerate(names):
        museum.publish(f"/{number}.jpg", picture(number))
        pair = {"label": {"en": [name]}, "value": {"en": [name]}}
        words = {"label": {"en": [name]}, "metadata": [pair]}
        canvases.append(canvas(museum, number, **{**words, "id": name}))
    canvases.append(canvas(museum, "\x1b[31mgone", label={"en": ["\x1b[31m\n"]}))
    home = tmp_path / "home" / "art"
    added = add(manifest(museum, canvases, id="../x"), name=f"{home}")
    assert added.new == len(names)
    assert added.failed[0].reason.isprintable()
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert [path.name for path in home.parent.iterdir()] == ["art"]
    assert all(path.stem.isalnum() for path in (home / "fetched").iterdir())
    export(home, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        (head, *rows) = csv.reader(file)
    assert not any(cell.startswith("=") or "\x1b" in cell for row in (head, *rows) for cell in row)


def test_many_kinds_of_metadata_stay_in_one_column(add: Any, museum: Museum) -> None:
    museum.publish("/0.jpg", picture(0))
    pairs = [{"label": f"kind {i}", "value": str(i)} for i in range(500)]
    add(manifest(museum, [canvas(museum, 0)], metadata=pairs))
    labels = open_gallery("art").labels
    assert len(labels) < 80
    assert "kind 499" in str(labels["iiif"])


def test_private_addresses_are_refused_unless_allowed(
    book: str, add: Any, museum: Museum, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="private network"):
        add(book, allow_private=False)
    (tmp_path / "m.json").write_bytes(museum.pages["/m.json"][2])  # type: ignore[index]
    added = add(tmp_path / "m.json", allow_private=False)
    assert all("private network" in entry.reason for entry in added.failed)
    assert (added.new, len(added.failed), museum.asked) == (0, 4, [])


@pytest.mark.parametrize(
    ("name", "held", "said"),
    [
        ("m.json", {"type": "Manifest", "id": "x", "items": []}, "names no canvases"),
        ("m.json", {"type": "AnnotationPage"}, "of the type annotationpage"),
        ("m.json", {"path": "a.jpg"}, "JSON of another kind"),
        ("m.json", [{"path": "a.jpg", "year": 1889}], "save it as CSV or Parquet"),
        ("m.json", "path,year\na.jpg,1889\n", "a table's name ends in .csv"),
        ("m.csv", [{"path": "a.jpg", "year": 1889}], "save it as CSV or Parquet"),
        ("m.csv", {"type": "Manifest", "id": "x", "items": []}, "names no canvases"),
        ("m.csv", "[id],year\n1,1889\n", "no column 'path'"),
    ],
)
def test_what_is_no_manifest_is_told_by_its_content(
    add: Any, tmp_path: Path, name: str, held: object, said: str
) -> None:
    (tmp_path / name).write_text(held if isinstance(held, str) else json.dumps(held))
    with pytest.raises(DataError) as caught:
        add(tmp_path / name)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()


def test_what_cannot_be_had_is_one_line(add: Any, museum: Museum, tmp_path: Path) -> None:
    museum.publish("/page", b"<html>")
    for address, said in [
        (f"{museum.address}/none.json", "404"),
        (f"{museum.address}/page", "not the page that shows it"),
        ("ftp://museum.example/m.json", "expected http or https"),
    ]:
        with pytest.raises(DataError, match=said):
            add(address)
    table = tmp_path / "t.csv"
    table.write_text("path,year\na,1\n")
    with pytest.raises(DataError, match="no column 'canvas'"):
        add(manifest(museum, [canvas(museum, 0)]), labels=table)
    with pytest.raises(SettingsError, match="language"):
        add(tmp_path, language="de;en")


def test_what_a_manifest_is(tmp_path: Path, scans: Path) -> None:
    (tmp_path / "m").write_text(' \n{ "id": 1}')
    assert is_manifest(str(tmp_path / "m"))
    assert is_manifest("HTTPS://museum.example/manifest")
    assert is_manifest("https://museum.example/" + "long" * 200)
    assert is_manifest("file:///etc/passwd")
    assert not any(is_manifest(str(p)) for p in (scans, scans / "a.png", scans / "none.json"))
