"""The report in a real browser: quiet, offline, opened by keyboard, and no wider than a phone."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

WIDTHS = (400, 1280)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser of this machine, or playwright's own."""
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with api.sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except api.Error:
            pytest.skip("needs a chromium: from the system, or playwright install chromium")
        yield opened
        opened.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report(browser: Any, learned: Path, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((learned / "report.html").as_uri())
    many = page.locator("summary").count()
    assert many > 0
    for _ in range(2 * many + 20):
        page.keyboard.press("Tab")
        closed = "document.activeElement.matches('details:not([open]) > summary')"
        if page.evaluate(closed):
            page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == many
    assert page.evaluate("document.documentElement.scrollWidth") == width
    beyond = "e => !e.closest('.scroll') && e.getBoundingClientRect().right > innerWidth + 1"
    assert page.evaluate(f"[...document.querySelectorAll('main *')].filter({beyond}).length") == 0
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.close()
