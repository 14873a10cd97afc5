"""The command `stylize` on a folder: what is bad is named, what is done is kept."""

import signal
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

STYLE = ("--style", "great-wave")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def made(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_bad_picture_is_named_and_the_rest_is_done(impasto: Any, photos: Path, out: Path) -> None:
    outcome = impasto("stylize", photos, *STYLE, "-o", out)
    assert outcome.code == 1
    assert outcome.line.count(str(photos / "bad.png")) == 1
    assert outcome.out.splitlines() == [
        *(str(out / name) for name in ("a.png", "b.jpg", "sub/c.png")),
        f"3 painted, 1 failed; {out / 'failed.csv'} says why",
    ]
    assert made(out) == ["a.png", "b.jpg", "failed.csv", "sub/c.png"]
    assert "bad.png" in (out / "failed.csv").read_text()


def test_going_on_skips_what_is_done(impasto: Any, photos: Path, out: Path, draw: Any) -> None:
    impasto("stylize", photos, *STYLE, "-o", out)
    before = (out / "a.png").stat().st_mtime_ns
    refused = impasto("stylize", photos, *STYLE, "-o", out)
    assert (refused.code, "--resume" in refused.line) == (1, True)
    draw(photos / "bad.png")
    resumed = impasto("stylize", photos, *STYLE, "-o", out, "--resume")
    assert (resumed.code, resumed.err) == (0, "")
    assert resumed.out.splitlines() == [str(out / "bad.png"), "1 painted, 3 skipped"]
    assert (out / "a.png").stat().st_mtime_ns == before
    assert made(out) == ["a.png", "b.jpg", "bad.png", "sub/c.png"]


def test_one_ending_for_all(impasto: Any, photos: Path, out: Path) -> None:
    (photos / "bad.png").unlink()
    assert impasto("stylize", photos, *STYLE, "-o", out, "--suffix", ".webp").code == 0
    assert made(out) == ["a.webp", "b.webp", "sub/c.webp"]


def test_outputs_do_not_collide(impasto: Any, photos: Path, out: Path, draw: Any) -> None:
    draw(photos / "a.jpg")
    outcome = impasto("stylize", photos, *STYLE, "-o", out, "--suffix", ".png")
    assert outcome.code == 1
    assert "would both become" in outcome.line
    assert not out.exists()


def test_output_inside_input(impasto: Any, photos: Path) -> None:
    outcome = impasto("stylize", photos, *STYLE, "-o", photos / "out")
    assert (outcome.code, "outside it" in outcome.line) == (1, True)


def test_an_unknown_style_is_said_once(impasto: Any, photos: Path, out: Path) -> None:
    outcome = impasto("stylize", photos, "--style", "grate-wave", "-o", out)
    assert (outcome.code, "great-wave" in outcome.line) == (1, True)
    assert not out.exists()


def test_an_empty_folder(impasto: Any, tmp_path: Path, out: Path) -> None:
    (tmp_path / "photos").mkdir()
    outcome = impasto("stylize", tmp_path / "photos", *STYLE, "-o", out)
    assert (outcome.code, "holds no pictures" in outcome.line) == (1, True)


def test_another_run_in_the_folder(impasto: Any, photos: Path, out: Path) -> None:
    from impasto.jobs.lock import claim

    with claim(out):
        outcome = impasto("stylize", photos, *STYLE, "-o", out)
    assert (outcome.code, "another run" in outcome.line) == (1, True)


def test_ctrl_c_keeps_what_is_done(begin: Any, draw: Any, tmp_path: Path, out: Path) -> None:
    for i in range(60):
        draw(tmp_path / "photos" / f"{i:02}.png", seed=i)
    with begin("stylize", tmp_path / "photos", *STYLE, "-o", out) as run:
        first = run.stdout.readline()
        time.sleep(0.1)
        run.send_signal(signal.SIGINT)
        rest, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert err == "impasto: stopped; what was finished is kept\n"
    *paths, summary = [first.rstrip("\n"), *rest.splitlines()]
    assert summary.endswith("left; --resume goes on")
    assert made(out) == [Path(path).name for path in paths]
    assert 1 <= len(paths) < 60
    for path in paths:
        with Image.open(path) as picture:
            picture.load()


def test_a_table_of_somebody_else_is_noticed_before_painting(
    impasto: Any, photos: Path, out: Path
) -> None:
    out.mkdir()
    (out / "failed.csv").write_text("my,own\n")
    outcome = impasto("stylize", photos, *STYLE, "-o", out)
    assert (outcome.code, "move it away" in outcome.line) == (1, True)
    assert made(out) == ["failed.csv"]


def test_a_painting_among_the_outputs_is_not_painted_over(
    impasto: Any, photos: Path, out: Path, draw: Any
) -> None:
    (photos / "bad.png").unlink()
    out.mkdir()
    draw(out / "a.png")
    before = (out / "a.png").read_bytes()
    outcome = impasto("stylize", photos, "--style", out / "a.png", "-o", out, "--force")
    assert outcome.code == 1
    assert "is an input" in outcome.line
    assert (out / "a.png").read_bytes() == before
    assert (out / "b.jpg").exists()
