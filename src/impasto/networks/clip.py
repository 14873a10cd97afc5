"""Pictures and words in one place, by models of the Hugging Face hub, through the extra `hub`."""

import hashlib
import importlib
import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from impasto.errors import SettingsError, WeightsError, printable
from impasto.networks.hub import side_of
from impasto.picture import resize
from impasto.picture.files import sha256_of

DEFAULT = "laion/CLIP-ViT-B-32-laion2B-s34B-b79K"
"""The model that is asked unless another is named: MIT license, 0.6 GB, 512 numbers a work."""

LONGEST = 4
"""Squares that a long picture is looked at in, at most."""

FILES = ("model*.safetensors", "*.json", "*.txt", "*.model")
"""What is taken of a model's files: nothing else is read, and pickle never."""

Tokenize = Callable[[Sequence[str]], Mapping[str, Tensor]]


class Clip(nn.Module):
    """Say of pictures and of words where they lie, so that a picture lies near its description.

    Accepts pictures ``(b, 3, h, w)`` in 0..1 of any size and returns unit vectors ``(b, d)``;
    `read` does the same for words. The product of two is their cosine: more fits better, and even
    what fits well is far from 1, so that cosines tell something only beside each other.

    Args:
        model: Of `transformers`, with `get_image_features` and `get_text_features`.
        tokenize: Turns texts into what the model reads; raises `SettingsError` for those too long.
        side: Side in pixels of the squares that it takes.
        mean: What is taken from each color,
        deviation: and by what it is divided.
        sha256: Of the model's files.

    Notes:
        Radford et al. 2021, arXiv:2103.00020. Differs: of a picture the paper takes the middle
        square. Of one that is at least half again as long as high, or as high as long, several
        squares are looked at, side by side, and their vectors added, so that no end of a scroll is
        left out.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(
        self,
        model: nn.Module,
        tokenize: Tokenize,
        *,
        side: int,
        mean: list[float],
        deviation: list[float],
        sha256: str = "",
    ) -> None:
        super().__init__()
        self.model, self.tokenize = model.eval().requires_grad_(False), tokenize
        self.side, self.sha256 = side, sha256
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(deviation).view(1, 3, 1, 1))

    def forward(self, picture: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b d"]:
        """Look at pictures of one size."""
        return self.see([one[None] for one in picture])

    def see(self, pictures: Sequence[Float[Tensor, "1 3 _ _"]]) -> Float[Tensor, "n d"]:
        """Look at pictures, each of its own size, all at once."""
        parts = [squares(picture, side=self.side) for picture in pictures]
        shown = (torch.cat(parts) - self.mean) / self.deviation
        seen = F.normalize(_pooled(self._of("get_image_features")(pixel_values=shown)))
        means = [part.mean(0) for part in torch.split(seen, [len(part) for part in parts])]
        return F.normalize(torch.stack(means))

    def read(self, texts: Sequence[str]) -> Float[Tensor, "n d"]:
        """Read words.

        Raises:
            SettingsError: If a text is longer than the model reads.
        """
        return F.normalize(_pooled(self._of("get_text_features")(**self.tokenize(texts))))

    def _of(self, name: str) -> Callable[..., object]:
        found: Callable[..., object] = getattr(self.model, name)
        return found


def squares(picture: Float[Tensor, "1 3 _ _"], *, side: int) -> Float[Tensor, "k 3 s s"]:
    """Cut a picture into squares along its longer side, evenly: one, unless it is long."""
    height, width = picture.shape[2:]
    scale = side / min(height, width)
    high, wide = max(side, round(height * scale)), max(side, round(width * scale))
    count = min(LONGEST, max(1, round(max(high, wide) / side)))
    small = resize(picture, size=(high, wide))
    free = max(high, wide) - side
    starts = [free // 2] if count == 1 else [free * i // (count - 1) for i in range(count)]
    axis = 2 if high > wide else 3
    return torch.cat([small.narrow(axis, start, side) for start in starts])


def _pooled(found: object) -> Float[Tensor, "n d"]:
    """Take the vectors out of what a model answers."""
    vectors: Tensor = getattr(found, "pooler_output", found)  # type: ignore[arg-type]
    return vectors.float()


def load_clip(name: str = DEFAULT) -> Clip:
    """Load a model that sees pictures and reads words; what isn't on this computer isn't fetched.

    Args:
        name: Of the hub, such as ``openai/clip-vit-large-patch14``, or a folder with the files.

    Raises:
        WeightsError: If `transformers` is not installed, if there is no such model here, or it
            reads no words; the message says what to install or to fetch.
    """
    if not all(map(importlib.util.find_spec, ("transformers", "huggingface_hub"))):
        raise WeightsError(
            "searching by words needs the extra hub; install it: pip install 'impasto[hub]'"
        )
    folder = _folder(name)
    with _quiet() as library:
        model = _model(library, name, folder)
        eyes, tokenize = _senses(library, name, folder, _longest(model))
    return Clip(
        model,
        tokenize,
        side=side_of(eyes),
        mean=list(eyes.image_mean),
        deviation=list(eyes.image_std),
        sha256=_sum_of(folder),
    )


def _folder(name: str) -> Path:
    """Find a model's files on this computer."""
    if name and Path(name).is_dir():
        return Path(name)
    hub: Any = importlib.import_module("huggingface_hub")
    try:
        return Path(hub.snapshot_download(name, local_files_only=True))
    except (OSError, ValueError) as error:
        raise _absent(name) from error


def _absent(name: str) -> WeightsError:
    wanted = " ".join(f'--include "{pattern}"' for pattern in FILES)
    return WeightsError(
        f"the model {printable(name)} is not on this computer; fetch it once from huggingface.co: "
        f"hf download {printable(name)} {wanted}; or name another, or a folder, with --model"
    )


def _model(library: Any, name: str, folder: Path) -> nn.Module:  # noqa: ANN401 - may be missing
    try:
        model, told = library.AutoModel.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            dtype=torch.float32,
            output_loading_info=True,
        )
    except Exception as error:
        raise _unusable(name, error) from error
    if told["missing_keys"]:
        raise _unusable(name, "some of its weights are missing")
    if not (hasattr(model, "get_text_features") and hasattr(model, "get_image_features")):
        raise _unusable(name, "it doesn't see pictures and read words, as CLIP does")
    found: nn.Module = model
    return found


def _senses(
    library: Any,  # noqa: ANN401 - transformers may be missing
    name: str,
    folder: Path,
    longest: int,
) -> tuple[Any, Tokenize]:
    """Load what says how pictures and words are brought to a model."""
    try:
        eyes = library.AutoImageProcessor.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        tokenizer = library.AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
    except Exception as error:
        raise _unusable(name, error) from error

    def tokenize(texts: Sequence[str]) -> Mapping[str, Tensor]:
        long = max(len(ids) for ids in tokenizer(list(texts))["input_ids"])
        if long > longest:
            raise SettingsError(
                f"the model reads texts of {longest} tokens at most, this one has {long}; make it "
                "shorter"
            )
        found: Mapping[str, Tensor] = tokenizer(
            list(texts), padding="max_length", max_length=longest, return_tensors="pt"
        )
        return found

    return eyes, tokenize


def _longest(model: nn.Module) -> int:
    """Say how many tokens a model reads."""
    config: Any = model.config
    return int(getattr(config, "text_config", config).max_position_embeddings)


def _unusable(name: str, error: object) -> WeightsError:
    reason = (str(error).splitlines() or ["nobody knows why"])[0]
    return WeightsError(
        f"the model {printable(name)} can't be used ({printable(reason)}); it must be a CLIP with "
        f"its weights in safetensors, such as {DEFAULT}"
    )


def _sum_of(folder: Path) -> str:
    """Add up a model's files: whatever it saw is named by this sum."""
    total = hashlib.sha256()
    for path in sorted({path for pattern in FILES for path in folder.glob(pattern)}):
        total.update(f"{path.name} {sha256_of(path)}\n".encode())
    return total.hexdigest()


@contextmanager
def _quiet() -> Iterator[Any]:
    """Have `transformers` load without telling the terminal of it."""
    library: Any = importlib.import_module("transformers")
    logging: Any = library.utils.logging
    level, shown = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield library
    finally:
        logging.set_verbosity(level)
        if shown:
            logging.enable_progress_bar()
