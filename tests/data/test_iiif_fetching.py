"""The pictures of manifests, from an image service that refuses what it need not do."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from impasto.data.fetch import Fetcher
from impasto.data.iiif import Fetched, Manifest, Service, fetch_canvases, read_manifest
from impasto.errors import DataError, OutputError, SettingsError
from impasto.picture.files import sha256_of

FOLDER = Path(__file__).parent / "iiif"


def fetcher(**settings) -> Fetcher:
    return Fetcher(**{"pause": 0, "tries": 1, "allow_private": {"127.0.0.1"}, **settings})


@pytest.fixture
def shape(museum) -> Callable[[str], Manifest]:
    """Publishes a museum's manifest on loopback and reads it from there."""

    def publish(name: str) -> Manifest:
        text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
        data = text.replace("http://MUSEUM", museum.address).encode()
        return read_manifest(museum.publish(f"/{name}.json", data), fetcher=fetcher())

    return publish


def size(found: Fetched) -> tuple[int, int]:
    assert found.path is not None, found.reason
    with Image.open(found.path) as image:
        return image.size


# ---------------------------------------------------------------------- sizes


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ({"level": 2}, "full/!1024,1024/0/default.jpg"),
        ({"level": 2, "version": 3}, "full/!1024,1024/0/default.jpg"),
        ({"level": 2, "version": 1}, "full/!1024,1024/0/native.jpg"),
        ({"level": 2, "max_width": 800}, "full/!800,800/0/default.jpg"),
        ({"level": 2, "max_width": 800, "max_height": 600}, "full/!800,600/0/default.jpg"),
        ({"level": 2, "max_area": 250_000}, "full/!500,500/0/default.jpg"),
        ({"level": 2, "width": 500, "height": 400}, "full/!500,400/0/default.jpg"),
        ({"level": 1, "width": 3000, "height": 2000}, "full/1024,/0/default.jpg"),
        ({"level": 1, "width": 2000, "height": 3000}, "full/682,/0/default.jpg"),
        ({"level": 1, "width": 500, "height": 400}, "full/500,/0/default.jpg"),
        ({"level": 1, "width": 3000, "height": 2000, "max_width": 600}, "full/600,/0/default.jpg"),
        ({"level": 1, "confined": True}, "full/!1024,1024/0/default.jpg"),
        (
            {"level": 0, "sizes": ((500, 300), (2000, 1200), (4000, 2400))},
            "full/2000,/0/default.jpg",
        ),
        (
            {"level": 0, "version": 3, "sizes": ((500, 300), (900, 540))},
            "full/900,540/0/default.jpg",
        ),
        (
            {"level": 0, "version": 3, "sizes": ((900, 540),), "width": 900, "height": 540},
            "full/max/0/default.jpg",
        ),
        ({"level": 0, "width": 900, "height": 540}, "full/full/0/default.jpg"),
        ({"level": 0, "version": 3, "width": 900, "height": 540}, "full/max/0/default.jpg"),
    ],
)
def test_services_are_asked_in_the_words_they_know(told, asked):
    service = Service(id="https://a/b", **told)
    assert service.address(side=1024) == f"https://a/b/{asked}"


@pytest.mark.parametrize(
    ("told", "vague"),
    [
        ({}, True),
        ({"level": 2}, False),
        ({"level": 1}, True),
        ({"level": 1, "width": 9, "height": 9}, False),
        ({"level": 0}, True),
        ({"level": 0, "width": 9, "height": 9}, True),
        ({"level": 0, "sizes": ((9, 9),)}, False),
        ({"sizes": ((9, 9),)}, False),
        ({"confined": True}, False),
    ],
)
def test_services_that_say_too_little_are_looked_at(told, vague):
    assert Service(id="https://a/b", **told).is_vague is vague


# ---------------------------------------------------------------------- museums


def test_bodleian_level_1(museum, shape, tmp_path):
    museum.hang("leaf1", level=1)
    museum.hang("leaf2", level=1)
    found = fetch_canvases(shape("bodleian_v2"), tmp_path, fetcher=fetcher())
    assert [size(one) for one in found] == [(1024, 683)] * 2
    assert museum.asked[1:] == [f"/iiif/leaf{i}/full/1024,/0/default.jpg" for i in (1, 2)]


def test_wellcome_with_a_limit_and_with_a_login(museum, shape, tmp_path):
    museum.hang("b18035723_0001.JP2", max_width=800)
    museum.pages["/iiif/restricted"] = 401, {}, b""
    found = fetch_canvases(shape("wellcome_v2"), tmp_path, fetcher=fetcher())
    assert size(found[0]) == (800, 533)
    assert found[1].path is None
    assert found[1].reason is not None
    assert "404" in found[1].reason


def test_wellcome_version_3(museum, shape, tmp_path):
    museum.hang("b28047345_0001.jp2", level=1)
    found = fetch_canvases(shape("wellcome_v3"), tmp_path, fetcher=fetcher())
    assert size(found[0]) == (1024, 683)
    assert found[1].reason == "it is a video, not a picture"


def test_getty_and_harvard(museum, shape, tmp_path):
    museum.hang("irises")
    museum.hang("natural", version=3)
    museum.hang("47174896", version=1)
    museum.publish("/plain/day.jpg", jpeg_of((30, 20)))
    found = fetch_canvases(shape("getty_v3"), tmp_path, fetcher=fetcher())
    found += fetch_canvases(shape("harvard_v2"), tmp_path, fetcher=fetcher())
    assert [size(one) for one in found] == [(1024, 683)] * 3 + [(30, 20)]


def test_ecodices(museum, shape, tmp_path):
    museum.hang("csg-0390_e001.jp2")
    found = fetch_canvases(shape("ecodices_v2"), tmp_path, fetcher=fetcher())
    assert size(found[0]) == (1024, 683)
    assert found[1].reason == "the manifest names no picture for it"


def test_micrio_level_0_has_only_its_own_sizes(museum, shape, tmp_path):
    ready = [(375, 250), (750, 500), (1500, 1000)]
    museum.hang("dzzLm", level=0, version=3, sizes=ready, no_full=True)
    museum.hang("detail", level=0, sizes=ready[:2], no_full=True)
    found = fetch_canvases(shape("micrio_v3"), tmp_path, fetcher=fetcher())
    assert [size(one) for one in found] == [(1500, 1000), (750, 500)]
    assert "/iiif/detail/info.json" in museum.asked  # the manifest lists no sizes of this one


def test_pictures_without_a_service(museum, shape, tmp_path):
    museum.publish("/plain/a%20b.jpg", jpeg_of((30, 20)))
    museum.publish("/plain/bare.png", jpeg_of((31, 20)))  # its name lies
    museum.publish("/plain/first.jpg", jpeg_of((32, 20)))
    museum.hang("part", version=3)
    museum.publish("/plain/page.html", b"<html>Please log in")
    found = fetch_canvases(shape("plain_v3"), tmp_path, fetcher=fetcher())
    assert [size(one) for one in found[:4]] == [(30, 20), (31, 20), (32, 20), (500, 400)]
    assert {one.path.suffix for one in found[:4] if one.path} == {".jpg"}
    reasons = [one.reason or "" for one in found[4:]]
    expected = ["JPEG 2000", "another file", "a web page or text", "404"]
    assert all(part in reason for part, reason in zip(expected, reasons, strict=True))
    assert f"{museum.address}/plain/page.html" in reasons[2]
    assert len(list(tmp_path.iterdir())) == 4


def jpeg_of(size: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, "JPEG")
    return file.getvalue()


# ---------------------------------------------------------------------- fetching


def many(museum, count: int, *, address: str | None = None, kept: range | None = None) -> Manifest:
    """A manifest of pictures that stand alone.

    Only those that are kept are named in it, and of these every tenth is gone.
    """
    base, kept = address or museum.address, range(count) if kept is None else kept
    picture = jpeg_of((8, 6))
    canvases = []
    for i in range(count):
        if i in kept and (i // kept.step) % 10:
            museum.pages[f"/{i}.jpg"] = 200, {}, picture
        body = {"id": f"{base}/{i}.jpg", "type": "Image"} if i in kept else None
        items = [{"items": [{"body": body}]}]
        canvases.append({"id": f"{museum.address}/canvas/{i}", "items": items})
    what = {"id": f"{museum.address}/m", "type": "Manifest", "items": canvases}
    return read_manifest(museum.publish("/m", what), fetcher=fetcher())


def test_all_of_a_thousand_are_here_or_listed(museum, tmp_path):
    manifest, steps = many(museum, 1000, kept=range(0, 1000, 20)), []
    found = fetch_canvases(
        manifest, tmp_path / "out", fetcher=fetcher(), on_step=lambda step: steps.append(step.done)
    )
    assert steps == list(range(1, 1001))
    assert [one.canvas.number for one in found] == steps
    assert sum(one.path is not None for one in found) == 45
    assert all((one.path is None) == bool(one.reason) for one in found)
    assert len([one for one in found if "404" in (one.reason or "")]) == 5
    assert len(list((tmp_path / "out").iterdir())) == 45


def test_what_is_here_is_not_fetched_again(museum, tmp_path):
    manifest = many(museum, 20)
    stopped = fetch_canvases(
        manifest, tmp_path, fetcher=fetcher(), on_step=lambda step: step.done == 8
    )
    assert [one.path is not None for one in stopped] == [False] + [True] * 7 + [False] * 12
    assert stopped[8].reason == "not fetched: stopped before it"
    museum.asked.clear()
    found = fetch_canvases(manifest, tmp_path, fetcher=fetcher())
    assert museum.asked == [f"/{i}.jpg" for i in (0, *range(8, 20))]
    assert [one.path for one in found[:8]] == [one.path for one in stopped[:8]]
    assert found[1].address == ""
    assert found[9].address == f"{museum.address}/9.jpg"
    assert all(one.sha256 == sha256_of(one.path) for one in found if one.path)


def test_pictures_in_private_networks_are_not_fetched(museum, tmp_path):
    port = museum.address.rpartition(":")[2]
    manifest = many(museum, 3, address=f"http://localhost:{port}")
    museum.asked.clear()
    found = fetch_canvases(manifest, tmp_path, fetcher=fetcher())
    assert all("private network" in (one.reason or "") for one in found)
    assert museum.asked == []


def test_a_redirect_to_loopback_costs_that_picture_only(museum, tmp_path):
    manifest = many(museum, 3)
    port = museum.address.rpartition(":")[2]
    museum.pages["/1.jpg"] = 302, {"Location": f"http://localhost:{port}/2.jpg"}, b""
    found = fetch_canvases(manifest, tmp_path, fetcher=fetcher())
    assert "private network" in (found[1].reason or "")
    assert found[2].path is not None


def test_a_service_that_refuses_is_passed_by(museum, shape, tmp_path):
    """The file that the manifest names is taken; its refusal is not what is told."""
    museum.pages["/iiif/irises/full/full/0/default.jpg"] = 200, {}, b""
    museum.hang("irises", level=0)
    found = fetch_canvases(shape("getty_v3"), tmp_path, fetcher=fetcher())
    assert size(found[0]) == (3000, 2000)
    assert found[1].reason is not None
    assert "!1024,1024" in found[1].reason


def test_names_from_a_manifest_never_become_names_of_files(museum, tmp_path):
    museum.publish("/a.jpg", jpeg_of((8, 6)))
    hostile = ["../../evil", "/etc/passwd", "a\0b", "\x1b[2J", "\ud800", "a" * 5000, "CON"]
    canvases = [
        {
            "id": name,
            "label": {"en": [name]},
            "items": [{"items": [{"body": f"{museum.address}/a.jpg"}]}],
        }
        for name in hostile
    ]
    what = {"id": "../x", "type": "Manifest", "items": canvases}
    (tmp_path / "m.json").write_text(json.dumps(what))
    out = tmp_path / "a" / "b" / "out"
    found = fetch_canvases(read_manifest(tmp_path / "m.json"), out, fetcher=fetcher())
    assert len({one.path for one in found}) == len(hostile)
    assert all(one.path and one.path.parent == out for one in found)
    assert all(one.path and one.path.stem.isalnum() for one in found)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "m.json"]
    assert [one.canvas.id for one in found][:3] == ["../../evil", "/etc/passwd", "a?b"]


def test_a_bad_info_json_is_a_reason(museum, tmp_path):
    museum.publish("/s/info.json", b"<html>")
    body = {
        "id": "",
        "type": "Image",
        "service": {"id": f"{museum.address}/s", "type": "ImageService3"},
    }
    what = {"type": "Manifest", "id": "x", "items": [{"items": [{"items": [{"body": body}]}]}]}
    (tmp_path / "m.json").write_text(json.dumps(what))
    (found,) = fetch_canvases(read_manifest(tmp_path / "m.json"), tmp_path, fetcher=fetcher())
    assert found.reason == "the image service's info.json is no JSON; ask the museum"


def test_outputs_and_settings_that_cannot_be(museum, tmp_path):
    manifest = many(museum, 2)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        fetch_canvases(manifest, tmp_path / "file", fetcher=fetcher())
    with pytest.raises(SettingsError, match="side of 1 pixel"):
        fetch_canvases(manifest, tmp_path, side=0)
    with pytest.raises(DataError, match="private network"):
        read_manifest(f"{museum.address}/m")
