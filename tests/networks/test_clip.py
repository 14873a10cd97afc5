"""Pictures and words in one place: a small CLIP, made, saved and loaded by transformers itself."""

import importlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from impasto.errors import SettingsError, WeightsError
from impasto.networks.clip import DEFAULT, Clip, load_clip, squares
from impasto.picture import Picture
from smallclip import SIDE, TOKENS, save

MISSING = not all(map(importlib.util.find_spec, ("transformers", "huggingface_hub")))
needed = pytest.mark.skipif(MISSING, reason="needs transformers, which is not installed")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that has learned nothing."""
    return save(tmp_path_factory.mktemp("clip"))


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def without(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Have Python find no such module, as where it isn't installed."""
    monkeypatch.setitem(sys.modules, module, None)


@pytest.mark.parametrize("module", ["transformers", "huggingface_hub"])
def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    without(monkeypatch, module)
    with pytest.raises(WeightsError, match=r"pip install 'impasto\[hub\]'") as caught:
        load_clip()
    assert "\n" not in str(caught.value)


@needed
@pytest.mark.parametrize("name", [DEFAULT, "nobody/no-such-model", "no such / model", ""])
def test_a_model_that_is_not_here(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    constants: Any = importlib.import_module("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(WeightsError, match="is not on this computer") as caught:
        load_clip(name)
    assert f"fetch it once from huggingface.co: hf download {name} --include" in str(caught.value)
    assert "\n" not in str(caught.value)


@needed
def test_a_model_that_was_fetched(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    constants: Any = importlib.import_module("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    kept, commit = tmp_path / "models--me--small", "0123456789abcdef0123456789abcdef01234567"
    shutil.copytree(folder, kept / "snapshots" / commit)
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text(commit)
    assert load_clip("me/small").sha256 == load_clip(str(folder)).sha256


@needed
def test_it_sees_and_reads_as_transformers_does(folder: Path) -> None:
    library: Any = importlib.import_module("transformers")
    model, clip = library.CLIPModel.from_pretrained(folder).eval(), load_clip(str(folder))
    eyes = library.CLIPImageProcessorPil.from_pretrained(folder)
    tokenizer = library.AutoTokenizer.from_pretrained(folder)
    g = torch.Generator().manual_seed(0)
    image = Image.fromarray(torch.randint(0, 256, (8, 9, 3), generator=g).byte().numpy())
    image = image.resize((72, 64), Image.Resampling.BICUBIC)  # shrunk by two: as Pillow does
    with torch.inference_mode():
        given = tokenizer(["red", "a b"], padding=True, return_tensors="pt")
        theirs = model(**given, **eyes(images=image, return_tensors="pt"))
        picture = Picture.from_pil(image).pixels
        torch.testing.assert_close(clip.read(["red", "a b"]), theirs.text_embeds)
        apart = (clip(picture) - theirs.image_embeds).abs().max()
    assert apart < 5e-3  # they round to 256 levels between


@needed
def test_what_it_returns(folder: Path) -> None:
    clip = load_clip(str(folder))
    assert (clip.side, len(clip.sha256)) == (SIDE, 64)
    pictures = [
        torch.rand(1, 3, *size) for size in ((40, 50), (3, 3), (20, 200), (300, 32), (1, 9))
    ]
    seen = clip.see(pictures)
    assert seen.shape == (5, 12)
    torch.testing.assert_close(seen.norm(dim=1), torch.ones(5))
    for one, vector in zip(pictures, seen, strict=True):
        torch.testing.assert_close(clip(one)[0], vector)
    words = clip.read(["red", "a", ""])
    torch.testing.assert_close(words.norm(dim=1), torch.ones(3))
    torch.testing.assert_close(clip.read(["a"])[0], words[1])
    assert not any(each.requires_grad for each in clip.parameters())


@needed
def test_a_text_that_is_too_long(folder: Path) -> None:
    clip = load_clip(str(folder))
    clip.read(["abcdef"])  # with its beginning and its end just what there is room for
    with pytest.raises(SettingsError, match=rf"texts of {TOKENS} tokens at most, this one has 9"):
        clip.read(["abcdefg"])


def test_squares() -> None:
    wide = torch.linspace(0, 1, 64).expand(1, 3, 16, 64)
    four = squares(wide, side=16)
    assert four.shape == (4, 3, 16, 16)
    torch.testing.assert_close(torch.cat(list(four), 2)[None], wide)  # all of it is seen
    assert torch.equal(squares(wide.mT, side=16), four.mT)
    assert torch.equal(squares(wide[..., :20], side=16)[0], wide[0, ..., 2:18])  # the middle
    assert squares(torch.rand(1, 3, 16, 26), side=16).shape[0] == 2
    assert squares(torch.rand(1, 3, 5, 500), side=16).shape[0] == 4
    assert squares(torch.rand(1, 3, 1, 1), side=16).shape == (1, 3, 16, 16)
    ends = squares(torch.rand(1, 3, 16, 200), side=16)
    assert len(ends) == 4


@needed
def test_the_sum_names_the_files(folder: Path, copied: Path) -> None:
    before = load_clip(str(folder)).sha256
    assert load_clip(str(copied)).sha256 == before
    (copied / "README.md").write_text("not read")
    assert load_clip(str(copied)).sha256 == before
    weights = load_file(copied / "model.safetensors")
    weights["logit_scale"] += 1
    save_file(weights, copied / "model.safetensors", {"format": "pt"})
    assert load_clip(str(copied)).sha256 != before


@needed
def test_a_pickle_is_never_opened(copied: Path, tmp_path: Path) -> None:
    (copied / "model.safetensors").unlink()
    touch = f"cos\nsystem\n(S'touch {tmp_path / 'touched'}'\ntR."  # a pickle that runs a command
    (copied / "pytorch_model.bin").write_bytes(touch.encode())
    with pytest.raises(WeightsError, match=r"can't be used .*weights in safetensors"):
        load_clip(str(copied))
    assert not (tmp_path / "touched").exists()


@needed
def test_code_that_comes_with_a_model_is_never_run(copied: Path, tmp_path: Path) -> None:
    code = f"from pathlib import Path\nPath({str(tmp_path / 'touched')!r}).touch()\n"
    (copied / "mine.py").write_text(code)
    config = json.loads((copied / "config.json").read_text())
    config |= {"auto_map": {"AutoModel": "mine.Model", "AutoConfig": "mine.Config"}}
    (copied / "config.json").write_text(json.dumps(config | {"model_type": "mine"}))
    with pytest.raises(WeightsError, match="can't be used") as caught:
        load_clip(str(copied))
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "touched").exists()


@needed
@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("config.json", b""),
        ("config.json", b"{}"),
        ("config.json", b"[1]"),
        ("model.safetensors", b""),
        ("model.safetensors", b"x" * 5000),
        ("preprocessor_config.json", b"{"),
        ("tokenizer.json", b"{}"),
    ],
)
def test_a_damaged_file(copied: Path, file: str, content: bytes) -> None:
    (copied / file).write_bytes(content)
    with pytest.raises(WeightsError, match="can't be used") as caught:
        load_clip(str(copied))
    assert "\n" not in str(caught.value)


@needed
def test_weights_that_are_missing_are_not_drawn_at_random(copied: Path) -> None:
    weights = load_file(copied / "model.safetensors")
    del weights["text_projection.weight"]
    save_file(weights, copied / "model.safetensors", {"format": "pt"})
    with pytest.raises(WeightsError, match="some of its weights are missing"):
        load_clip(str(copied))


@needed
def test_a_model_that_reads_nothing(tmp_path: Path) -> None:
    library: Any = importlib.import_module("transformers")
    config = library.ViTConfig(
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        image_size=32,
        patch_size=16,
    )
    library.ViTModel(config).save_pretrained(tmp_path)
    with pytest.raises(WeightsError, match="it doesn't see pictures and read words"):
        load_clip(str(tmp_path))


@needed
def test_it_is_silent(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logging: Any = importlib.import_module("transformers").utils.logging
    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    assert isinstance(load_clip(str(folder)), Clip)
    assert capfd.readouterr() == ("", "")
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == before
