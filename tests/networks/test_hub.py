"""Models of the hub as encoders, as far as they are installed."""

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from impasto.errors import WeightsError
from impasto.networks.hub import HubEncoder, load_encoder
from impasto.networks.interface import Encoder

MISSING = importlib.util.find_spec("transformers") is None


class Model(nn.Module):
    """Answers as a vision model of transformers does."""

    config = SimpleNamespace(hidden_size=6)

    def __init__(self, *, pools: bool) -> None:
        super().__init__()
        self.pools = pools

    def forward(self, pixel_values: Tensor) -> SimpleNamespace:
        last = pixel_values.mean((2, 3)).repeat(1, 2)[:, None].expand(-1, 4, -1)
        return SimpleNamespace(
            pooler_output=last[:, 0] if self.pools else None, last_hidden_state=last
        )


@pytest.mark.parametrize("pools", [True, False])
def test_pictures_are_brought_to_the_models_size_and_range(pools) -> None:
    encoder = HubEncoder(Model(pools=pools), side=8, mean=[0.5] * 3, deviation=[0.25] * 3)
    features = encoder(torch.full((2, 3, 20, 30), 0.75))
    assert torch.allclose(features, torch.ones(2, 6))
    assert encoder.size == 6
    assert isinstance(encoder, Encoder)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(WeightsError, match=r"pip install 'impasto\[hub\]'"):
        load_encoder("facebook/dinov2-small")


@pytest.mark.skipif(MISSING, reason="needs transformers, which is not installed")
def test_a_model_from_a_folder(tmp_path: Path) -> None:
    import transformers

    config = transformers.ViTConfig(
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        image_size=32,
        patch_size=16,
    )
    transformers.ViTModel(config).save_pretrained(tmp_path)
    transformers.ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(tmp_path)
    encoder = load_encoder(str(tmp_path))
    assert encoder(torch.rand(2, 3, 50, 40)).shape == (2, encoder.size) == (2, 8)


@pytest.mark.skipif(MISSING, reason="needs transformers, which is not installed")
def test_a_model_that_is_not_there_is_refused() -> None:
    with pytest.raises(WeightsError, match="fetch it first"):
        load_encoder("nobody/no-such-model")
