"""Tables: cells as text, and one line for whatever is wrong with a file."""

import datetime as dt
import gzip
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from impasto.data.tables import column_of, few, read_table
from impasto.errors import DataError


def written(folder: Path, text: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_csv_becomes_columns_with_none_for_empty_cells(tmp_path):
    path = written(tmp_path, '\ufeffpath,year\r\n"a,1.jpg",1888\r\n\r\nb.jpg,\r\n')
    assert read_table(path) == {"path": ("a,1.jpg", "b.jpg"), "year": ("1888", None)}


def test_a_packed_csv_is_read_too(tmp_path):
    path = written(tmp_path, gzip.compress(b"a\n1\n"), "t.csv.gz")
    assert read_table(path) == {"a": ("1",)}


def test_parquet_becomes_the_same_texts(tmp_path):
    table = pa.table(
        {
            "path": ["a", "b"],
            "year": [1888.0, float("nan")],
            "share": [0.25, None],
            "day": [dt.date(1888, 1, 2), None],
            "kind": pa.array(["x", "x"]).dictionary_encode(),
        }
    )
    parquet.write_table(table, tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet") == {
        "path": ("a", "b"),
        "year": ("1888", None),
        "share": ("0.25", None),
        "day": ("1888-01-02", None),
        "kind": ("x", "x"),
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("a,b\n", "holds no rows"),
        ("a,a\n1,2\n", "names a column twice: a"),
        ("a,b\n1,2\n1\n", "line 3 has 1 cells"),
        ('a\n"x\n', "is no CSV"),
        (b"a\n\xff\n", r"not UTF-8 \(line 2\)"),
        ("a\n1\n".encode("utf-16"), "not UTF-8"),
    ],
)
def test_bad_csv_is_one_clear_line(tmp_path, text, said):
    with pytest.raises(DataError, match=said) as caught:
        read_table(written(tmp_path, text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        (b"no parquet", "t.parquet", "broken Parquet"),
        (b"", "t.parquet", "broken Parquet"),
        (b"PAR1" + b"\xff" * 40 + b"PAR1", "t.parquet", "broken Parquet"),
        (b"\x1f\x8b\x08\0broken", "t.csv.gz", "broken or incomplete"),
        (b"plain", "t.csv.gz", "broken or incomplete"),
        (b"a", "t.xlsx", "expected a table"),
    ],
)
def test_broken_files_are_one_clear_line(tmp_path, text, name, said):
    with pytest.raises(DataError, match=said) as caught:
        read_table(written(tmp_path, text, name))
    assert "\n" not in str(caught.value)


def test_a_damaged_parquet_is_refused_or_read(tmp_path):
    parquet.write_table(pa.table({"path": ["a"] * 50}), tmp_path / "t.parquet")
    whole = (tmp_path / "t.parquet").read_bytes()
    for cut in (10, len(whole) // 2, len(whole) - 9):
        with pytest.raises(DataError, match="broken Parquet"):
            read_table(written(tmp_path, whole[:cut], "cut.parquet"))


def test_nested_columns_are_refused(tmp_path):
    parquet.write_table(pa.table({"path": ["a"], "box": [[1, 2]]}), tmp_path / "t.parquet")
    with pytest.raises(DataError, match="column 'box', got list"):
        read_table(tmp_path / "t.parquet")


def test_duplicate_columns_in_parquet_are_refused(tmp_path):
    table = pa.Table.from_arrays([pa.array(["a"])] * 2, names=["x", "x"])
    parquet.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(DataError, match="names a column twice: x"):
        read_table(tmp_path / "t.parquet")


def test_a_missing_table_is_said_so(tmp_path):
    for name in ("t.csv", "t.parquet"):
        with pytest.raises(DataError, match="No such file"):
            read_table(tmp_path / name)


def test_a_missing_column_lists_the_others():
    with pytest.raises(DataError, match="no column 'year'; choose one of: artist, title"):
        column_of({"artist": (), "title": ()}, "year")
    assert column_of({"a": ("1",)}, "a") == ("1",)


def test_few_escapes_and_counts():
    assert few(["a\x1b", "b"]) == "a\\x1b, b"
    assert few(range(5), most=1) == "0 and 4 more"


cells = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_the_csv_module_writes_is_read_back(tmp_path_factory, rows):
    import csv

    path = tmp_path_factory.mktemp("csv") / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["a", "b"], *rows])
    columns = read_table(path)
    assert [list(row) for row in zip(columns["a"], columns["b"], strict=True)] == rows


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_raise_one_line(tmp_path_factory, data):
    for name in ("t.csv", "t.csv.gz", "t.parquet"):
        path = written(tmp_path_factory.mktemp("any"), data, name)
        said = ""
        try:
            read_table(path)
        except DataError as error:
            said = str(error)
        assert said.isprintable()
