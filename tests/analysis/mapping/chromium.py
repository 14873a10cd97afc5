"""A real browser, driven through its DevTools pipe with nothing but the standard library."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # in containers we are root
    "--disable-gpu",  # software rendering everywhere, so that figures compare
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "about:blank",
]
# The browser reads orders from file 3 and answers on file 4.
START = (
    "import os,sys; a=sys.argv; os.dup2(int(a[1]),3); os.dup2(int(a[2]),4); os.execvp(a[3],a[3:])"
)


def program() -> str | None:
    """Where a Chromium is installed, if one is."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A browser for the time of a `with` block."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, self.orders = self._pipe()
        self.answers, theirs_out = self._pipe()
        found = program()
        assert found
        command = [sys.executable, "-c", START, str(theirs_in), str(theirs_out), found]
        self.process = subprocess.Popen(
            [*command, *FLAGS, f"--user-data-dir={self.folder.name}"],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.number = 0
        self.rest = b""
        self.events: list[dict[str, Any]] = []

    @staticmethod
    def _pipe() -> tuple[int, int]:
        ends = os.pipe()
        high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
        for end in ends:
            os.close(end)
        return high[0], high[1]

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self.send("Browser.close")
        except (OSError, TimeoutError):
            self.process.kill()
        self.process.wait(20)
        os.close(self.orders)
        os.close(self.answers)
        self.folder.cleanup()

    def cpu(self) -> float:
        """CPU seconds that the browser's processes took so far."""
        parents, spent = {}, {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(") ")[2].split()
            except OSError:
                continue  # it ended meanwhile
            number = int(path.parent.name)
            parents[number] = int(fields[1])
            spent[number] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
        ours = {self.process.pid}
        while more := {n for n, p in parents.items() if p in ours} - ours:
            ours |= more
        return sum(spent.get(number, 0) for number in ours)

    def send(self, method: str, session: str = "", **parts: Any) -> dict[str, Any]:
        """Give an order and wait for its answer."""
        self.number += 1
        order: dict[str, Any] = {"id": self.number, "method": method, "params": parts}
        if session:
            order["sessionId"] = session
        os.write(self.orders, json.dumps(order).encode() + b"\0")
        while (said := self._next(120)).get("id") != self.number:
            self.events.append(said)
        if "error" in said:
            raise OSError(f"{method}: {said['error']['message']}")
        return said["result"]

    def listen(self, seconds: float) -> None:
        """Collect what the browser tells by itself."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                self.events.append(self._next(left))
            except TimeoutError:
                return

    def _next(self, seconds: float) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while b"\0" not in self.rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.answers], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            data = os.read(self.answers, 1 << 20)
            if not data:
                raise OSError("the browser is gone")
            self.rest += data
        line, _, self.rest = self.rest.partition(b"\0")
        return json.loads(line)

    def open(
        self,
        address: str,
        *,
        width: int = 1280,
        height: int = 800,
        dense: float = 1,
        dark: bool = False,
        still: bool = False,
        touch: bool = False,
    ) -> "Tab":
        """Open a page in a window of this size."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            tab.send(f"{domain}.enable")
        tab.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=dense,
            mobile=touch,
        )
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"},
        ]
        tab.send("Emulation.setEmulatedMedia", features=features)
        tab.send("Page.navigate", url=address)
        return tab


KEYS = {
    "ArrowRight": 39,
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowDown": 40,
    "Enter": 13,
    "Escape": 27,
    "PageDown": 34,
    "PageUp": 33,
    "Home": 36,
    "End": 35,
    "Tab": 9,
}


class Tab:
    """A page that is open."""

    def __init__(self, browser: Browser, session: str) -> None:
        self.browser, self.session = browser, session

    def send(self, method: str, **parts: Any) -> dict[str, Any]:
        return self.browser.send(method, self.session, **parts)

    def run(self, script: str) -> Any:
        """Evaluate an expression in the page; a promise is waited for."""
        made = self.send(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in made, made["exceptionDetails"]
        return made["result"].get("value")

    def wait(self, script: str, *, seconds: float = 60) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + seconds
        while not self.run(script):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.02)

    def key(self, key: str, *, shift: bool = False) -> None:
        """Press a key and let it go."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        parts = {"key": key, "modifiers": 8 if shift else 0}
        parts["windowsVirtualKeyCode"] = KEYS.get(key) or ord(key.upper())
        self.send(
            "Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **parts
        )
        self.send("Input.dispatchKeyEvent", type="keyUp", **parts)

    def type(self, text: str) -> None:
        self.send("Input.insertText", text=text)

    def click(self, x: float, y: float) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        (x, y), parts = start, {"button": "left", "clickCount": 1}
        self.send("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, **parts)
        for t in (0.3, 0.6, 1):
            x, y = (a + (b - a) * t for a, b in zip(start, end, strict=True))
            self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, **parts)
        self.send("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=y, **parts)

    def wheel(self, x: float, y: float, turn: float) -> None:
        self.send("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=turn)

    def picture(self, path: Path) -> Path:
        """Save what can be seen."""
        path.write_bytes(
            base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])
        )
        return path

    def heard(self, method: str) -> list[dict[str, Any]]:
        """What the page told of one kind so far."""
        self.browser.listen(0.05)
        events = (e for e in self.browser.events if e.get("sessionId") == self.session)
        return [event["params"] for event in events if event["method"] == method]

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings in the console."""
        logged = [entry["entry"]["text"] for entry in self.heard("Log.entryAdded")]
        thrown = [e["exceptionDetails"]["text"] for e in self.heard("Runtime.exceptionThrown")]
        called = self.heard("Runtime.consoleAPICalled")
        return (
            logged + thrown + [str(c["args"]) for c in called if c["type"] in {"error", "warning"}]
        )

    @property
    def requests(self) -> list[str]:
        """Addresses that the page asked for, its own and data in it not counted."""
        sent = self.heard("Network.requestWillBeSent")
        return [
            event["request"]["url"]
            for event in sent
            if event.get("type") != "Document"
            and not event["request"]["url"].startswith(("data:", "blob:"))
        ]
