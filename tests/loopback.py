"""A museum on loopback: a real server with manifests, pictures, and a strict image service."""

import io
import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest
from PIL import Image

Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Museum:
    """What the server gives away, and what it was asked for.

    Attributes:
        address: Its own, without a slash at the end.
        pages: Replies by path; a function is called, with the handler if it writes by itself.
        services: For the image services: version, level, size, and which sizes are ready.
        asked: Paths in order; with `headers` of each, and `times`.
    """

    address: str = ""
    pages: dict[str, Reply | Callable[[BaseHTTPRequestHandler], Reply | None]] = field(
        default_factory=dict
    )
    services: dict[str, dict] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    secure: Callable[[ssl.SSLContext], None] = lambda _: None

    def publish(self, path: str, what: object) -> str:
        """Put something under a path: bytes as they are, all else as JSON. Returns its address."""
        body = what if isinstance(what, bytes) else json.dumps(what).encode()
        self.pages[path] = 200, {"Content-Type": "application/json"}, body
        return self.address + path

    def hang(self, name: str, size: tuple[int, int] = (3000, 2000), **told: object) -> str:
        """Hang a picture that is served by an image service. Returns the service's address."""
        self.services[name] = {"size": size, "version": 2, "level": 2, **told}
        return f"{self.address}/iiif/{name}"


def jpeg(size: tuple[int, int], color: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "JPEG")
    return file.getvalue()


def fitted(asked: str, told: dict) -> tuple[int, int] | None:
    """The size that a strict server gives for what is asked; None if it may not be asked so."""
    (width, height), level, version = told["size"], told["level"], told["version"]
    most = told.get("max_width", 10**9)
    ready = told.get("sizes", [])
    if asked == ("max" if version == 3 else "full"):
        return (width, height) if width <= most and not told.get("no_full") else None
    if found := re.fullmatch(r"!(\d+),(\d+)", asked):
        box = int(found[1]), int(found[2])
        factor = min(box[0] / width, box[1] / height)
        if level < 2 or (version == 2 and factor > 1) or box[0] > most:
            return None
        return max(1, round(width * min(1, factor))), max(1, round(height * min(1, factor)))
    if found := re.fullmatch(r"(\d+),(\d*)", asked):
        listed = [size for size in ready if size[0] == int(found[1])]
        if level == 0:
            named = version == 2 or found[2] == str(listed[0][1]) if listed else False
            return listed[0] if listed and named and bool(found[2]) == (version == 3) else None
        across = int(found[1])
        if found[2] or across > min(width, most):
            return None
        return across, max(1, round(height * across / width))
    return None


def served(museum: Museum, path: str) -> Reply:
    name, _, rest = path.removeprefix("/iiif/").partition("/")
    told = museum.services.get(name)
    if told is None:
        return 404, {}, b""
    if rest == "info.json":
        return 200, {}, json.dumps(info(museum, name, told)).encode()
    region, size, turn, file = [*rest.split("/"), "", "", "", ""][:4]
    quality = "native.jpg" if told["version"] == 1 else "default.jpg"
    found = fitted(size, told) if (turn, file) == ("0", quality) else None
    if region != "full" and told["level"] == 2:
        found = tuple(int(side) for side in region.split(",")[2:])
    return (400, {}, b"") if found is None else (200, {}, jpeg(found))


def info(museum: Museum, name: str, told: dict) -> dict:
    (width, height), version = told["size"], told["version"]
    sizes = [{"width": w, "height": h} for w, h in told.get("sizes", [])]
    plain = {"width": width, "height": height, "sizes": sizes}
    address = f"{museum.address}/iiif/{name}"
    if version == 3:
        return {"id": address, "type": "ImageService3", "profile": f"level{told['level']}", **plain}
    profile = [f"http://iiif.io/api/image/2/level{told['level']}.json"]
    return {"@id": address, "profile": profile, "protocol": "http://iiif.io/api/image", **plain}


class Handler(BaseHTTPRequestHandler):
    museum: Museum

    def do_GET(self) -> None:
        museum = self.museum
        museum.asked.append(self.path)
        museum.headers.append({name.lower(): value for name, value in self.headers.items()})
        museum.times.append(time.monotonic())
        page = museum.pages.get(self.path, (404, {}, b"<html>not here"))
        if self.path.startswith("/iiif/"):
            page = served(museum, unquote(self.path))
        reply = page(self) if callable(page) else page
        if reply is not None:
            self.send_response(reply[0])
            for name, value in {"Content-Length": str(len(reply[2])), **reply[1]}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply[2])

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Visitors may hang up."""


def secure(museum: Museum, server: Server, context: ssl.SSLContext) -> None:
    """Put encryption on everything that the server says from now on."""
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    museum.address = museum.address.replace("http:", "https:")


@pytest.fixture
def museum() -> Iterator[Museum]:
    found = Museum()
    handler = type("Bound", (Handler,), {"museum": found})
    with Server(("127.0.0.1", 0), handler) as server:
        found.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        found.secure = partial(secure, found, server)
        yield found
        server.shutdown()
        thread.join()
