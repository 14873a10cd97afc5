"""Manifests of the shapes that museums publish, and of those that nobody should."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from impasto.data.fetch import Fetcher
from impasto.data.iiif import Manifest, read_manifest, shown, words
from impasto.errors import DataError

FOLDER = Path(__file__).parent / "iiif"
SHAPES = sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.fixture
def shape(tmp_path) -> Callable[[str], Manifest]:
    """Reads a museum's manifest from a file."""
    return lambda name: read_manifest(FOLDER / f"{name}.json")


def fetcher() -> Fetcher:
    return Fetcher(pause=0, tries=1, allow_private={"127.0.0.1"})


# ---------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1r", {"none": ("1r",)}),
        (["a", "b"], {"none": ("a", "b")}),
        ({"@value": "Hund", "@language": "de"}, {"de": ("Hund",)}),
        ([{"@value": "Hund", "@language": "de"}, {"@value": "dog"}, "x"],
         {"de": ("Hund",), "none": ("dog", "x")}),
        ({"@value": ["a", "b"], "@language": "en"}, {"en": ("a", "b")}),
        ({"en": ["dog"], "none": ["1r"]}, {"en": ("dog",), "none": ("1r",)}),
        ({"en": "dog", "@none": ["x"]}, {"en": ("dog",), "none": ("x",)}),
        (1888, {"none": ("1888",)}),
        ({"en": [1888, None, True]}, {"en": ("1888",)}),
        *((nothing, {}) for nothing in (None, "", "  ", [], {}, True, [[["a"]]], {"en": None})),
    ],
)  # fmt: skip
def test_labels_in_every_form(written, read):
    assert words(written) == read


def test_every_table_can_hold_what_is_read():
    (found,) = read({"items": [{"id": "a\ud800\0", "label": {"\ud800": ["\udfff<b>x"]}}]}).canvases
    assert found.id == "a??"
    assert found.label == {"?": ("?<b>x",)}
    assert all(text is None or text.encode() for text in found.row().values())


def test_one_language_is_chosen():
    found = {"de": ("Hund",), "en-GB": ("dog", "hound"), "none": ("1r",)}
    assert shown(found) == "dog; hound"
    assert shown(found, languages=["fr", "DE"]) == "Hund"
    assert shown(found, languages=["fr"]) == "1r"
    assert shown({"ja": ("犬",)}) == "犬"
    assert shown({}) == ""
    assert shown({"none": ("<b>R&amp;D</b><br/>a\n b", "<script>x</script>")}) == "R&D a b; x"
    assert shown({"none": ("<" * 50_000,)}) == "<" * 50_000


# ---------------------------------------------------------------------- museums


@pytest.mark.parametrize("name", SHAPES)
def test_every_canvas_has_a_picture_or_a_reason(shape, name):
    found = shape(name)
    published = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert len(found.canvases) == published.count('Canvas"')
    assert [canvas.number for canvas in found.canvases] == list(range(1, len(found.canvases) + 1))
    for canvas in found.canvases:
        assert (canvas.origin is None) == (canvas.missing is not None)
        assert canvas.manifest == found.id != ""
        assert canvas.work == found.label
        assert json.loads(canvas.row()["iiif"] or "")["work"]


def test_bodleian(shape):
    first, second = shape("bodleian_v2").canvases
    assert first.label == {"none": ("fol. 1r",)}
    assert first.rights == ("https://creativecommons.org/licenses/by-nc/4.0/",)
    assert second.rights == ("https://creativecommons.org/publicdomain/mark/1.0/",)
    assert "<a href=" in first.attribution["none"][0]
    assert first.metadata[1] == (
        {"none": ("Date",)},
        {"none": ("13th century, early", "c. 1201–1225")},
    )
    row = first.row()
    assert row["attribution"] == "Images © Bodleian Libraries, University of Oxford."
    assert (row["title"], row["page"], row["provider"]) == (
        "Bodleian Library MS. Ashmole 1511",
        "fol. 1r",
        None,
    )


def test_wellcome_of_both_versions(shape):
    old, new = shape("wellcome_v2"), shape("wellcome_v3")
    assert old.label == {"de": ("Wunderzeichenbuch",), "en": ("Book of miracles",)}
    assert old.canvases[0].row(languages=["de"])["title"] == "Wunderzeichenbuch"
    assert old.canvases[0].attribution == {"en": ("Wellcome Collection",)}
    assert old.canvases[0].metadata[1][1] == {"none": ("123",)}
    assert old.canvases[1].origin.service.id.endswith("/iiif/restricted")
    assert new.canvases[0].rights == ("http://creativecommons.org/licenses/by/4.0/",)
    assert new.canvases[0].provider == {"en": ("Wellcome Collection", "183 Euston Road")}
    assert len(new.canvases[0].attribution["en"]) == 2
    assert new.canvases[0].metadata[0][0] == {"en": ("Reference",), "fr": ("Référence",)}
    assert new.canvases[1].missing == "it is a video, not a picture"


def test_choices_take_the_first_and_say_so(shape):
    getty, harvard = shape("getty_v3").canvases[1], shape("harvard_v2").canvases[1]
    assert getty.origin.service.id.endswith("/iiif/natural")
    assert getty.notes == ("a choice of 2 pictures; the first is taken: Natural light",)
    assert harvard.origin.address.endswith("/plain/day.jpg")
    assert harvard.notes == ("a choice of 2 pictures; the first is taken: Natural light",)
    assert "first is taken" in json.loads(getty.row()["iiif"])["notes"][0]


def test_a_canvas_has_its_own_metadata_after_that_of_the_whole(shape):
    pairs = shape("getty_v3").canvases[0].metadata
    assert [shown(name) for name, _ in pairs] == ["Artist / Maker", "View"]


def test_what_stands_without_a_service(shape):
    found = {canvas.id.rpartition("/")[2]: canvas for canvas in shape("plain_v3").canvases}
    assert found["1"].origin.address.endswith("/plain/a b.jpg")
    assert found["2"].origin.address.endswith("/plain/bare.png")
    assert found["3"].notes == ("2 pictures on one canvas; the first that can be is taken",)
    assert found["4"].origin.region == "100,100,500,400"
    assert found["5"].missing == "it is JPEG 2000, and no image service turns it into a JPEG"
    assert found["6"].missing == "its pictures are listed in another file, which is not read"
    lost = shape("ecodices_v2").canvases[1]
    assert lost.missing == "the manifest names no picture for it"


def test_a_second_sequence_adds_only_what_is_new():
    manifest = json.loads((FOLDER / "bodleian_v2.json").read_text(encoding="utf-8"))
    other = [*reversed(manifest["sequences"][0]["canvases"]), {"@id": "http://a/new"}]
    manifest["sequences"].append({"canvases": other})
    found = read(manifest)
    assert [canvas.id.rpartition("/")[2] for canvas in found.canvases] == ["1", "2", "new"]


def read(manifest: object) -> Manifest:
    from impasto.data.iiif.canvases import canvases_of

    assert isinstance(manifest, dict)
    return Manifest("", {}, tuple(canvases_of(manifest)))


@pytest.mark.parametrize(
    "canvas",
    [
        {},
        "http://a/1",
        {"images": "http://a/1"},
        {"images": [{"resource": 7}]},
        {"images": [{"resource": {"@type": ["oa:Choice"], "default": None}}]},
        {"images": [{"resource": {"@type": "oa:Choice", "default": {"@type": "oa:Choice"}}}]},
        {"items": [{"items": [{"body": {"type": "Image", "id": 7}}]}]},
        {"items": [{"items": [{"motivation": "tagging", "body": "http://a/1.jpg"}]}]},
        {"items": {"items": {"body": {"type": "Choice", "items": []}}}, "label": [[]], "rights": 7},
        {"items": [{"items": [{"body": {"source": {"source": "x"}, "selector": "s"}}]}]},
    ],
)  # fmt: skip
def test_odd_canvases_are_listed_with_a_reason(canvas):
    (found,) = read({"items": [canvas]}).canvases
    assert found.origin is None
    assert found.missing
    assert found.id


def test_a_thousand_canvases(tmp_path):
    pages = [{"id": f"http://a/{i}", "items": [] if i % 7 else [page(i)]} for i in range(1000)]
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"type": "Manifest", "id": "http://a", "items": pages}))
    found = read_manifest(path).canvases
    assert len(found) == len({canvas.id for canvas in found}) == 1000
    assert sum(canvas.origin is not None for canvas in found) == 143


def page(i: int) -> dict:
    return {"items": [{"motivation": "painting", "body": {"id": f"http://a/{i}.jpg"}}]}


# ---------------------------------------------------------------------- sources


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (b"<html>", "is no JSON"),
        (b"[]", "but a list"),
        (b"[" * 100_000, "is no JSON"),
        (b"\xff\xfe\x00", "is no JSON"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "is no JSON"),
        (b"{}", "got JSON of another kind"),
        (b'{"type": "Range\\u001b[31m", "items": []}', r"of the type range\\x1b\[31m"),
        (b'{"protocol": "http://iiif.io/api/image"}', "got the description of a single picture"),
    ],
)
def test_what_is_no_manifest_is_one_clear_line(museum, tmp_path, what, reason):
    (tmp_path / "a.json").write_bytes(what)
    for source in (tmp_path / "a.json", museum.publish("/a.json", what)):
        with pytest.raises(DataError, match=reason) as caught:
            read_manifest(source, fetcher=fetcher())
        assert str(caught.value).isprintable()


def test_what_is_no_file(tmp_path):
    for source in (tmp_path, tmp_path / "no.json", "a\0b", "/dev/zero"):
        with pytest.raises(DataError, match=r"no file|can't be opened"):
            read_manifest(source)
    for source in ("file:///etc/passwd", "ftp://museum.org/manifest.json"):
        with pytest.raises(DataError, match="expected http or https"):
            read_manifest(source)


def test_from_the_web_as_from_a_file(museum, tmp_path):
    data = (FOLDER / "getty_v3.json").read_bytes().replace(b"http://MUSEUM", b"http://a")
    (tmp_path / "bom.json").write_bytes(b"\xef\xbb\xbf" + data)
    address = museum.publish("/manifest.json", data)
    assert read_manifest(address, fetcher=fetcher()) == read_manifest(tmp_path / "bom.json")
    assert "presentation/3/context.json" in museum.headers[0]["accept"]
    with pytest.raises(DataError, match="private network"):
        read_manifest(address)


# ---------------------------------------------------------------------- collections


def collection(museum, path: str, members: list, **more: object) -> str:
    what = {"id": museum.address + path, "type": "Collection", "label": {"en": [path]}}
    return museum.publish(path, {**what, "items": members, **more})


def manifest(museum, path: str, count: int = 1) -> dict:
    """Publishes a manifest of so many canvases and returns a link to it."""
    what = {"id": museum.address + path, "type": "Manifest", "label": {"en": [path]}}
    canvases = [{"id": f"{museum.address}{path}/{i}", "type": "Canvas"} for i in range(count)]
    museum.publish(path, {**what, "items": canvases})
    return what


def link(address: str) -> dict:
    return {"id": address, "type": "Collection"}


def names(found: Manifest) -> list[str]:
    return [canvas.id.split("/", 3)[3] for canvas in found.canvases]


def test_collections_in_collections_come_in_order_and_circles_end(museum):
    inner = collection(museum, "/inner", [manifest(museum, "/b"), link(f"{museum.address}/top")])
    top = collection(
        museum,
        "/top",
        [manifest(museum, "/a", 2), link(inner), manifest(museum, "/c"), link(f"{inner}#again")],
    )
    steps = []
    found = read_manifest(top, fetcher=fetcher(), on_step=lambda step: steps.append(step.label))
    assert names(found) == ["a/0", "a/1", "b/0", "c/0"]
    assert [canvas.number for canvas in found.canvases] == [1, 2, 3, 4]
    assert found.skipped == ()
    assert steps == ["/top", "/a", "/inner", "/b", "/c"]
    assert sorted(museum.asked) == ["/a", "/b", "/c", "/inner", "/top"]


def test_what_a_collection_names_and_cannot_be_had_is_listed(museum):
    gone = {"id": f"{museum.address}/gone", "type": "Manifest", "label": {"en": ["Gone"]}}
    secret = {"id": "http://localhost/secret", "type": "Manifest"}
    file = {"id": "file:///etc/passwd", "type": "Manifest"}
    odd = {"id": museum.publish("/odd", {"type": "Range"})}
    top = collection(museum, "/top", [gone, secret, file, odd, {}, 7, manifest(museum, "/a")])
    found = read_manifest(top, fetcher=fetcher())
    assert names(found) == ["a/0"]
    reasons = [skipped.reason for skipped in found.skipped]
    assert [skipped.label for skipped in found.skipped] == ["Gone", "", "", "", ""]
    for reason, part in zip(
        reasons, ["404", "private", "no address", "type range", "no address"], strict=True
    ):
        assert part in reason


def test_depth_and_number_have_limits(museum):
    deep = collection(museum, "/deep", [manifest(museum, "/a")])
    top = collection(museum, "/top", [link(deep), manifest(museum, "/b"), manifest(museum, "/c")])
    found = read_manifest(top, fetcher=fetcher(), depth=1)
    assert names(found) == ["b/0", "c/0"]
    assert [skipped.address for skipped in found.skipped] == [f"{museum.address}/a"]
    assert "more than 1 collections deep" in found.skipped[0].reason
    found = read_manifest(top, fetcher=fetcher(), most=3)
    assert names(found) == ["a/0"]
    assert [skipped.reason[:20] for skipped in found.skipped] == ["3 manifests are read"] * 2


def test_whoever_listens_may_stop(museum):
    members = [manifest(museum, f"/{i}") for i in range(5)]
    top = collection(museum, "/top", members)
    found = read_manifest(top, fetcher=fetcher(), on_step=lambda step: step.done == 3)
    assert names(found) == ["0/0", "1/0"]
    assert [skipped.reason for skipped in found.skipped] == ["stopped before it"] * 3


def test_version_2_has_many_words_for_members_and_comes_in_pages(museum):
    at = museum.address
    old = {"@type": "sc:Manifest", "sequences": [{"canvases": [{"@id": f"{at}/z/0"}]}]}
    pages = 60
    for i in range(pages):
        museum.publish(
            f"/page/{i}",
            {
                "@id": f"{at}/page/{i}",
                "@type": "sc:Collection",
                "manifests": [{**old, "@id": f"{at}/page/{i}/m"}],
                "next": f"{at}/page/{(i + 1) % pages}",
            },
        )
    top = {
        "@id": f"{at}/top",
        "@type": "sc:Collection",
        "members": [{"@id": f"{at}/a", "@type": "sc:Manifest"}],
        "manifests": [{"@id": f"{at}/a", "@type": "sc:Manifest"}],
        "first": f"{at}/page/0",
    }
    manifest(museum, "/a")
    found = read_manifest(museum.publish("/top", top), fetcher=fetcher(), depth=1)
    assert len(found.canvases) == 1 + pages
    assert found.skipped == ()
    assert museum.asked.count("/a") == 1
