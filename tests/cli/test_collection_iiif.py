"""A manifest comes into a collection, as a curator types it."""

import io
import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from impasto.errors import WeightsError
from impasto.networks import catalog
from loopback import Museum, museum

__all__ = ["museum"]

ADD = ("collection", "add", "art")
QUICK = ("--allow-private", "--pause", "0")


@pytest.fixture(autouse=True)
def _the_eye() -> None:
    """Skip where the eye doesn't ship."""
    try:
        catalog.row("eye")
    except WeightsError:
        pytest.skip("needs the eye's weights, which are not here")


def picture(seed: int) -> bytes:
    spots = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(spots).resize((32, 24), Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()


def published(museum: Museum, count: int, *, gone: int = -1) -> str:
    """Publish an album of so many pages, of which one picture may be gone."""
    canvases = []
    for number in range(count):
        if number != gone:
            museum.publish(f"/{number}.jpg", picture(number))
        body = {"type": "Image", "id": f"{museum.address}/{number}.jpg"}
        name = {"id": f"{museum.address}/canvas/{number}", "type": "Canvas"}
        items = [{"items": [{"body": body}]}]
        canvases.append({**name, "label": {"none": [f"{number}\x1b[31m"]}, "items": items})
    what = {"id": f"{museum.address}/m.json", "type": "Manifest", "label": {"de": ["Album"]}}
    said = {"requiredStatement": {"label": "Credit", "value": "Gift of <b>a friend</b>"}}
    return museum.publish("/m.json", {**what, **said, "items": canvases})


def test_a_manifest_is_added_listed_and_removed(museum: Museum, impasto: Any) -> None:
    address = published(museum, 3, gone=1)
    outcome = impasto(*ADD, address, *QUICK, "--language", "de,en", "--side", "512")
    assert (outcome.code, outcome.out) == (1, "2 new works, 1 failed\n")
    assert outcome.line.startswith("impasto: canvas 2, Album, 1\\x1b[31m: cannot fetch http")
    assert "404" in outcome.line
    listed = impasto("collection", "list", "art").out
    assert listed.count("Gift of a friend") == 2
    assert "requiredStatement" not in listed + impasto("search", "art", "--color", "red").out
    assert "\x1b" not in listed
    assert '"de"' not in listed
    shown = impasto("collection", "show", "art")
    assert address in shown.out
    assert "iiif" not in shown.out
    assert shown.line == outcome.line
    works = json.loads(impasto("collection", "list", "art", "--format", "json").out)
    assert json.loads(works[0]["iiif"])["work"] == {"de": ["Album"]}
    done = impasto("collection", "remove", "art", works[0]["path"]).out
    assert done == "1 work forgotten and 1 fetched picture deleted; your own are left\n"
    assert not Path(works[0]["path"]).exists()
    assert impasto(*ADD, address, *QUICK).out == "1 new work, 1 known already, 1 failed\n"


def test_a_map_tells_what_must_be_said(museum: Museum, impasto: Any, tmp_path: Path) -> None:
    assert impasto(*ADD, published(museum, 12), *QUICK).code == 0
    assert impasto("map", "art", "-o", tmp_path / "map.html").code == 0
    assert "Gift of a friend" in (tmp_path / "map.html").read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("MUSEUM/m.json",), 1, "--allow-private"),
        (("MUSEUM/none.json", *QUICK), 1, "404"),
        (("http://127.0.0.1:1/m.json", *QUICK), 1, "cannot fetch http://127.0.0.1:1/m.json"),
        (("ftp://a/m.json",), 1, "expected http or https"),
        (("MUSEUM/m.json", "--side", "1"), 2, "side"),
        (("MUSEUM/m.json", "--language", "de;en"), 2, "language"),
        (("MUSEUM/m.json", *QUICK[:1], "--pause", "-1"), 2, "pause"),
    ],
)
def test_what_cannot_be_is_one_line(
    museum: Museum,
    impasto: Any,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)  # between tries
    published(museum, 1)
    outcome = impasto(*ADD, *(word.replace("MUSEUM", museum.address) for word in words))
    assert (outcome.code, outcome.out) == (code, "")
    assert said in outcome.line


def test_control_c_keeps_what_was_fetched(
    museum: Museum, begin: Callable[..., subprocess.Popen[str]], impasto: Any
) -> None:
    address = published(museum, 400)
    adding = begin(*ADD, address, "--allow-private", "--pause", "0.02")
    while adding.poll() is None and "/20.jpg" not in museum.asked:
        time.sleep(0.01)
    adding.send_signal(signal.SIGINT)
    out, err = adding.communicate(timeout=120)
    assert adding.returncode == 130, err
    done = int(out.split(" new works")[0].split()[-1])
    assert 0 < done < 400
    assert f"{400 - done} left" in out
    published(museum, done + 12)
    museum.asked.clear()
    assert impasto(*ADD, address, *QUICK).out.endswith(f"{done} known already\n")
    assert not {f"/{number}.jpg" for number in range(done)} & set(museum.asked)
