"""Import a manifest of 1,000 canvases through `collection add`: each is there, or listed with why.

    python bench/iiif.py [--canvases 1000] [--stop 300]

A server on loopback publishes the manifest. Of every 50 canvases one picture is gone (404), one is
broken, one is a web page, one is a video, and one canvas has none. The import is stopped on its
way, goes on, and is begun a third time, when only what failed may be asked for again. The bar:
imported + listed = all.

Needs the eye's weights. The seconds are for two quiet cores.
"""

import argparse
import io
import json
import re
import tempfile
import threading
import time
from argparse import RawTextHelpFormatter as Raw
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from PIL import Image

from impasto.analysis.collection.adding import Added, add
from impasto.analysis.collection.gallery import open_gallery
from impasto.analysis.collection.store import Entry

KINDS = ("gone", "broken", "page", "video", "none")


def kind(number: int) -> str:
    """What a canvas shows: mostly a picture."""
    return KINDS[number % 50] if number % 50 < len(KINDS) else "picture"


def manifest(address: str, count: int) -> dict[str, object]:
    canvases = []
    for number in range(count):
        what = "Video" if kind(number) == "video" else "Image"
        body = {"id": f"{address}/{number}.jpg", "type": what}
        page = [] if kind(number) == "none" else [{"items": [{"body": body}]}]
        canvas = {"id": f"{address}/canvas/{number}", "type": "Canvas", "items": page}
        canvases.append({**canvas, "label": {"none": [str(number)]}})
    name = {"id": f"{address}/manifest.json", "type": "Manifest", "label": {"en": ["A bench"]}}
    return {**name, "items": canvases}


def picture(number: int) -> bytes:
    """Draw soft spots, different ones for each number."""
    spots = np.random.default_rng(number).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(spots).resize((512, 384), Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()


def reply(address: str, path: str, count: int) -> tuple[int, bytes]:
    if path == "/manifest.json":
        return 200, json.dumps(manifest(address, count)).encode()
    number = int(path.strip("/").removesuffix(".jpg"))
    whole = picture(number)
    given = {"gone": b"", "broken": whole[: len(whole) // 2], "page": b"<html>Please log in"}
    return (404 if kind(number) == "gone" else 200), given.get(kind(number), whole)


@contextmanager
def museum(count: int, asked: list[str]) -> Iterator[str]:
    """Serve the manifest and its pictures; notes what it is asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, body = reply(f"http://127.0.0.1:{server.server_port}", self.path, count)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/manifest.json"
        server.shutdown()


def told(what: str, added: Added, asked: list[str], start: float) -> None:
    print(
        f"{what}: {added.new} new, {added.known} known, {len(added.failed)} listed, "
        f"{added.left} left; {len(asked) - 1} pictures asked for; "
        f"{time.perf_counter() - start:.1f} s",
        flush=True,
    )
    asked.clear()


def plain(entry: Entry) -> str:
    """Why, without whose it is and where it lies."""
    return re.sub(r"http\S+|\(.*", "", entry.reason.partition(": ")[2])[:60]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=Raw)
    parser.add_argument("--canvases", type=int, default=1000)
    parser.add_argument("--stop", type=int, default=300)
    given = parser.parse_args()
    asked: list[str] = []
    with tempfile.TemporaryDirectory() as folder, museum(given.canvases, asked) as address:
        for what, stop in (("stopped", given.stop), ("gone on", -1), ("again", -1)):
            start = time.perf_counter()
            added = add(
                Path(folder) / "museum",
                address,
                pause=0,
                allow_private=True,
                on_step=lambda step, stop=stop: step.done == stop,
            )
            told(what, added, asked, start)
        works = len(open_gallery(Path(folder) / "museum"))
        for reason, count in Counter(map(plain, added.failed)).items():
            print(f"  {count} × {reason}")
        print(f"{works} imported + {len(added.failed)} listed = {works + len(added.failed)}")
        assert works + len(added.failed) == given.canvases, "a canvas is neither"


if __name__ == "__main__":
    main()
