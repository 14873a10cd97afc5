"""Style vectors on disk: they come back bit for bit, and nothing else comes in."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from impasto.data.vectors import StyleVector, load_vectors, save_vectors
from impasto.errors import OutputError, StyleError


def test_they_come_back_as_they_were(tmp_path: Path) -> None:
    styles = [StyleVector(n, torch.randn(5), "f" * 64, seed) for n, seed in (("b", 7), ("a", None))]
    save_vectors(tmp_path / "s.safetensors", styles)
    back = load_vectors(tmp_path / "s.safetensors")
    assert [v.name for v in back] == ["a", "b"]
    assert torch.equal(back[1].values, styles[0].values)
    assert back[0].weights == "f" * 64
    assert [v.seed for v in back] == [None, 7]


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    style = StyleVector("a", torch.zeros(3), "")
    save_vectors(tmp_path / "s.safetensors", [style])
    with pytest.raises(OutputError, match="exists"):
        save_vectors(tmp_path / "s.safetensors", [style])


def test_what_is_no_style_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.safetensors"
    with pytest.raises(StyleError, match="can't be read"):
        load_vectors(path)
    path.write_bytes(b"\x80\x04pickle")
    with pytest.raises(StyleError, match="can't be read"):
        load_vectors(path)
    save_file({"a": torch.zeros(3)}, path)
    with pytest.raises(StyleError, match="no styles"):
        load_vectors(path)
    save_file({"a": torch.full((3,), float("nan"))}, path, {"kind": "impasto-styles"})
    with pytest.raises(StyleError, match="finite"):
        load_vectors(path)
