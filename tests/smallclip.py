"""A CLIP as small as it gets, made and saved by transformers itself: no network is asked."""

import importlib
from pathlib import Path
from typing import Any

import torch

SIDE, TOKENS = 32, 8

WORDS = ("red", "green", "navy")
"""What it can learn to tell apart, as colors of CSS."""


def save(folder: Path, *, steps: int = 0) -> Path:
    """Save a CLIP whose weights are drawn at random, and that has learned colors if asked.

    Args:
        folder: Where to; it is made.
        steps: How long it learns that pictures of the colors go with their names.
    """
    library: Any = importlib.import_module("transformers")
    before = torch.random.get_rng_state()
    torch.manual_seed(0)
    tokenizer = _tokenizer(library)
    model = library.CLIPModel(_config(library, tokenizer))
    if steps:
        _teach(model, tokenizer, steps)
    torch.random.set_rng_state(before)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    eyes = library.CLIPImageProcessorPil(
        size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}
    )
    eyes.save_pretrained(folder)
    return folder


def _tokenizer(library: Any) -> Any:
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    tokens = [
        "<|startoftext|>",
        "<|endoftext|>",
        *letters,
        *(f"{letter}</w>" for letter in letters),
    ]
    return library.CLIPTokenizer(vocab={token: i for i, token in enumerate(tokens)}, merges=[])


def _config(library: Any, tokenizer: Any) -> Any:
    small = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }
    text = {
        "vocab_size": len(tokenizer),
        "max_position_embeddings": TOKENS,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "pad_token_id": 1,
    }
    vision = {"image_size": SIDE, "patch_size": 16}
    return library.CLIPConfig(
        text_config={**small, **text}, vision_config={**small, **vision}, projection_dim=12
    )


def _teach(model: Any, tokenizer: Any, steps: int) -> None:
    """Let pictures of one color and its name come close, as CLIP was taught."""
    from PIL import ImageColor

    colors = torch.tensor([ImageColor.getrgb(word) for word in WORDS]).float() / 255
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073])
    deviation = torch.tensor([0.26862954, 0.26130258, 0.27577711])
    shown = ((colors - mean) / deviation)[..., None, None].expand(-1, -1, SIDE, SIDE)
    said = tokenizer(list(WORDS), padding="max_length", max_length=TOKENS, return_tensors="pt")
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(steps):
        optimizer.zero_grad()
        model(pixel_values=shown, **said, return_loss=True).loss.backward()
        optimizer.step()
