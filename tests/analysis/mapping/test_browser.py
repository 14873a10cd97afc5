"""The page in a real browser: silent, asking nobody, walked through by keyboard, accessible."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.mapping.chromium import Browser, Tab, program
from impasto.analysis.mapping import MapSettings, Works, making, map_works

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(program() is None, reason="needs a Chromium, which is not installed"),
]

AXE = "axe-core@4.14.1"
EVIL = "</script><script>globalThis.hurt=1</script><img src=x onerror=globalThis.hurt=1>"
COUNT = 60
DRAWN = "document.documentElement?.dataset.drawn === 'true'"
CHOSEN = "impasto.marked.chosen"
ACTIVE = "document.activeElement.id"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found


@pytest.fixture
def works(some: Any) -> Works:
    made = some(COUNT, files=True)
    return replace(made, titles=(EVIL, *made.titles[1:]))


@pytest.fixture
def page(works: Works, tmp_path: Path) -> Path:
    return map_works(works, tmp_path / "map.html", settings=MapSettings(title="Test")).page


def opened(browser: Browser, page: Path, **how: Any) -> Tab:
    tab = browser.open(page.as_uri(), **how)
    tab.wait(DRAWN)
    return tab


def text(tab: Tab, name: str) -> str:
    return tab.run(f"document.getElementById('{name}').textContent")


def choose(tab: Tab, name: str, value: str, event: str) -> None:
    tab.run(
        f"{{ const e = document.getElementById('{name}'); e.value = {json.dumps(value)};"
        f" e.dispatchEvent(new Event('{event}', {{bubbles: true}})) }}"
    )


def test_it_is_silent_and_asks_nobody(browser: Browser, page: Path) -> None:
    tab = opened(browser, page)
    for key in ("Home", "Enter", "Escape", "+", "+", "+", "+", "ArrowLeft", "0"):
        tab.run("document.getElementById('map').focus()")
        tab.key(key)
    browser.listen(0.5)
    assert tab.complaints == []
    assert tab.requests == []


def test_pictures_beside_the_page_are_found(
    browser: Browser, works: Works, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "WITHIN", 20)
    made = map_works(works, tmp_path / "many works.html")
    tab = opened(browser, made.page)
    tab.run("document.getElementById('map').focus()")
    tab.key("Home")
    tab.key("Enter")
    browser.listen(0.5)
    assert made.folder is not None
    assert set(tab.requests) == {path.as_uri() for path in made.folder.iterdir()}
    assert tab.heard("Network.loadingFailed") == []
    assert tab.complaints == []


def test_labels_cannot_run(browser: Browser, page: Path) -> None:
    tab = opened(browser, page)
    tab.run("document.getElementById('map').focus()")
    tab.key("Home")
    tab.key("Enter")
    assert text(tab, "name") == EVIL
    assert tab.run("globalThis.hurt === undefined")
    assert tab.run("document.images.length") == 0


def test_page_down_goes_through_every_work(browser: Browser, page: Path) -> None:
    tab, seen = opened(browser, page, still=True), []
    tab.run("document.getElementById('map').focus()")
    for _ in range(COUNT):
        tab.key("PageDown")
        seen.append(tab.run(CHOSEN))
    assert sorted(seen) == list(range(COUNT))
    tab.key("PageUp")
    assert tab.run(CHOSEN) == seen[-2]


REACH = """(() => {
  const keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], least = [];
  for (let begin = 0; begin < impasto.count; begin++) {
    const seen = new Set([begin]), queue = [begin];
    while (queue.length) {
      const i = queue.pop();
      for (const key of keys) {
        const j = impasto.neighbor(i, key, impasto.shown);
        if (j >= 0 && !seen.has(j)) { seen.add(j); queue.push(j); }
      }
    }
    least.push(seen.size);
  }
  return Math.min(...least);
})()"""


def test_arrows_lead_from_every_work_to_every_other(browser: Browser, page: Path) -> None:
    tab = opened(browser, page, still=True)
    assert tab.run(REACH) == COUNT
    tab.run("document.getElementById('map').focus()")
    tab.key("Home")
    for key, sign in (("ArrowRight", 1), ("ArrowLeft", -1)):
        before = tab.run(CHOSEN)
        tab.key(key)
        after = tab.run(CHOSEN)
        if after != before:
            assert sign * tab.run(f"impasto.cells[2*{after}] - impasto.cells[2*{before}]") > 0
    assert text(tab, "said")


def test_enter_opens_and_escape_comes_back(browser: Browser, page: Path) -> None:
    tab = opened(browser, page)
    tab.run("document.getElementById('map').focus()")
    tab.key("End")
    assert "Work 0059" in text(tab, "said")
    tab.key("Enter")
    assert tab.run(ACTIVE) == "name"
    assert text(tab, "name") == "Work 0059"
    assert "nobody wrote this twice" in text(tab, "known")
    href = tab.run("document.querySelector('#open a').href")
    assert href.endswith("/scans/id-59.png")
    assert tab.run("document.querySelectorAll('#alike button').length") == 6
    tab.key("Escape")
    assert tab.run("document.getElementById('work').hidden")
    assert tab.run(ACTIVE) == "map"


def test_it_is_searched_filtered_and_brushed(browser: Browser, page: Path, works: Works) -> None:
    tab = opened(browser, page)
    shown = "impasto.shown.reduce((a, b) => a + b)"
    choose(tab, "search", "munter", "input")  # without the dots, too
    artists, years = works.columns["artist"], works.columns["year"]
    tab.wait(f"{shown} === {artists.count('Münter')}", seconds=5)
    choose(tab, "search", "", "input")
    tab.wait(f"{shown} === {COUNT}", seconds=5)
    choose(tab, "color", "0", "change")
    tab.run("document.querySelector('#legend input').click()")
    value = tab.run("document.querySelector('#legend label span').textContent")
    assert tab.run(shown) == artists.count(value)
    tab.run("document.querySelector('#chips button').click()")
    assert tab.run(shown) == COUNT
    choose(tab, "from", "1900", "input")
    assert tab.run(shown) == sum(year >= 1900 for year in years)
    assert text(tab, "count") == f"{sum(year >= 1900 for year in years)} of {COUNT} works"
    tab.run("document.getElementById('ever').click()")
    left, right = tab.run(
        "(({left, top, width}) => [[left + 2, top + 9], [left + width / 2, top + 9]])"
        "(document.getElementById('bars').getBoundingClientRect())"
    )
    tab.drag(left, right)
    middle = (min(years) + max(years)) / 2
    assert abs(tab.run(shown) - sum(year <= middle for year in years)) <= 2
    choose(
        tab, "color", str(next(i for i, n in enumerate(works.columns) if n == "width")), "change"
    )
    choose_limit = "document.querySelectorAll('.limits input')[0]"
    tab.run("document.getElementById('ever').click()")
    told = "dispatchEvent(new Event('input', {bubbles: true}))"
    tab.run(f"{choose_limit}.value = 40; {choose_limit}.{told}")
    assert tab.run(shown) == sum(width >= 40 for width in works.columns["width"])


def test_a_pointer_opens_what_it_touches(browser: Browser, page: Path) -> None:
    tab = opened(browser, page)
    x, y = tab.run("impasto.at(7)")
    tab.click(x, y)
    assert text(tab, "name") == tab.run("impasto.titles[7]")
    before = tab.run("impasto.view.scale")
    tab.wheel(700, 300, -300)
    tab.wait(f"impasto.view.scale > {before}", seconds=5)


def test_those_who_want_no_motion_get_none(browser: Browser, page: Path) -> None:
    jump = (
        "(() => { impasto.zoomAt(700, 300, 4); impasto.everything(); return impasto.view.scale })()"
    )
    still, moving = (opened(browser, page, still=still) for still in (True, False))
    end = still.run("impasto.view.scale")
    assert still.run(jump) == pytest.approx(end)
    assert moving.run(jump) > 2 * end
    moving.wait(f"Math.abs(impasto.view.scale - {end}) < 0.01", seconds=10)


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> str:
    """axe-core (MPL-2.0), from the npm registry; kept in pytest's cache, part of nothing."""
    folder = request.config.cache.mkdir("axe-core")
    file = folder / "package" / "axe.min.js"
    npm = shutil.which("npm")
    if not file.is_file() and npm:
        subprocess.run([npm, "pack", AXE], cwd=folder, capture_output=True, check=False)
        for archive in folder.glob("*.tgz"):
            shutil.unpack_archive(archive, folder, filter="data")
    if not file.is_file():
        pytest.skip(f"needs {AXE} from the npm registry, which can't be had here")
    return file.read_text()


STATES = {
    "begin": "0",
    "work": "document.getElementById('list').querySelector('button').click()",
    "legend": "{ const c = document.getElementById('color'); c.value = '0';"
    " c.dispatchEvent(new Event('change')) }",
    "number": "{ const c = document.getElementById('color'); c.value = '2';"
    " c.dispatchEvent(new Event('change')) }",
    "found": "document.getElementById('find').click()",
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("how", [{}, {"dark": True}, {"width": 390, "height": 844}])
def test_axe_finds_nothing(browser: Browser, page: Path, axe: str, state: str, how: Any) -> None:
    tab = opened(browser, page, still=True, **how)
    tab.run(STATES[state])
    tab.run(axe + "; 0")
    found = tab.run("axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes[0].html]))")
    assert found == []


def test_a_phone_scrolls_nothing_sideways(browser: Browser, page: Path) -> None:
    tab = opened(browser, page, width=390, height=844, dense=2, touch=True)
    assert tab.run("document.documentElement.scrollWidth") == 390
    tab.run("document.getElementById('find').click()")
    assert tab.run("document.getElementById('panel').getBoundingClientRect().width") == 390
