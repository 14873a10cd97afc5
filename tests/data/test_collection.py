"""Collections: found in folders and tables, and refused in one line."""

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from impasto.data.collection import Collection, read_collection
from impasto.errors import DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b/2.PNG", "a/deep/1.jpg", "top.jpg", "a/notes.txt", ".hidden/x.jpg", "a/.y.jpg"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return tmp_path


def table(folder: Path, text: str, name: str = "labels.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_first_sub_folder_is_the_label(folder):
    found = read_collection(str(folder))
    assert found.names == ("a/deep/1.jpg", "b/2.PNG", "top.jpg")
    assert found.columns == {"label": ("a", "b", None)}
    assert found.paths[0] == folder / "a/deep/1.jpg"
    assert len(found) == 3


def test_a_flat_folder_has_no_labels(tmp_path):
    (tmp_path / "x.webp").write_bytes(b"")
    assert read_collection(tmp_path).columns == {}


def test_a_labels_table_speaks_for_its_folder(folder):
    table(folder, "path,artist\nb/2.PNG,Klee\n./top.jpg,\n")
    found = read_collection(folder)
    assert found == Collection(
        folder, (folder / "b/2.PNG", folder / "top.jpg"), {"artist": ("Klee", None)}
    )


def test_a_table_of_its_own_is_read_csv_or_parquet(folder):
    parquet.write_table(pa.table({"path": ["top.jpg"], "year": [1888]}), folder / "w.parquet")
    assert read_collection(folder / "w.parquet").columns == {"year": ("1888",)}
    assert read_collection(table(folder, "path\ntop.jpg\n", "w.csv")).names == ("top.jpg",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file;label\na;b\n", "no column 'path'.*it has: file;label"),
        ("path\ntop.jpg\n./top.jpg\n", "names 1 files more than once: top.jpg"),
        ("path\nx1\nx2\nx3\nx4\ntop.jpg\n", r"not there: 4 of 5 \(x1, x2, x3 and 1 more\)"),
        ("path\n/etc/passwd\n", "below its folder, got '/etc/passwd' in row 1"),
        ("path\ntop.jpg\n../top.jpg\n", "'../top.jpg' in row 2"),
        ("path\na/../../top.jpg\n", "below its folder"),
        ("path\nC:\\a.jpg\n", "below its folder"),
        ("path\na\\..\\..\\b.jpg\n", "below its folder"),
        ("path\n\\\\host\\a.jpg\n", "below its folder"),
        ("path\n~/a.jpg\n", "below its folder"),
        ("path\na\0.jpg\n", "below its folder"),
        ("path\n.\n", "below its folder"),
        ("path,a\n,b\n", "row 1 has no path"),
        ("path\n" + "x" * 5000 + "\n", "not there: 1 of 1"),
        ("path\n\x1b[31m.jpg\n", r"\(\\x1b\[31m.jpg\)"),
    ],
)
def test_a_bad_table_is_one_clear_line(folder, text, said):
    with pytest.raises(DataError, match=said) as caught:
        read_collection(table(folder, text, "works.csv"))
    assert str(caught.value).isprintable()


def test_an_empty_folder_says_what_was_expected(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "folder.jpg").mkdir()
    with pytest.raises(DataError, match=r"no pictures in .*sub-folder for each label"):
        read_collection(tmp_path)


@pytest.mark.parametrize("source", ["nowhere", "a\0b", "x" * 5000])
def test_nothing_there_is_said_so(source):
    with pytest.raises(DataError, match=r"there is no folder|can't be opened"):
        read_collection(source)


def test_another_file_is_no_table(folder):
    with pytest.raises(DataError, match="expected a table"):
        read_collection(folder / "top.jpg")


def test_the_shared_paintings(shared):
    found = read_collection(shared / "data" / "paintings")
    assert len(found) == 1795
    assert set(found.columns) == {"movement", "artist", "title", "year"}
    assert sum(year is not None for year in found.columns["year"]) == 1014
