"""The verb `embed`: pictures of any kind and shape become unit vectors, in their order."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from impasto.errors import PictureError
from impasto.jobs.embedding import LONGEST, SIDE, embed, prepared
from impasto.picture import Picture
from impasto.progress import Step


def picture(seed: int, height: int = 48, width: int = 64) -> Tensor:
    return torch.rand(3, height, width, generator=torch.Generator().manual_seed(seed))


def test_unit_vectors_in_order() -> None:
    shapes = [(40, 60), (60, 40), (40, 60), (300, 300), (40, 60)]
    given = [picture(i, *shape) for i, shape in enumerate(shapes)]
    seen = embed(given)
    assert seen.shape == (5, 384)
    torch.testing.assert_close(seen.norm(dim=1), torch.ones(5), atol=1e-2, rtol=0)
    for i, one in enumerate(given):  # batched with others, or alone: the same
        assert float((embed(one)[0] * seen[i]).sum()) > 0.995


def test_what_is_alike_lies_close() -> None:
    dots = picture(1, 96, 96)
    ramp = torch.linspace(0, 1, 96).expand(3, 96, 96)
    seen = embed([dots, (0.97 * dots + 0.01).clamp(0, 1), ramp])
    assert float(seen[0] @ seen[1]) > float(seen[0] @ seen[2]) + 0.2


def test_a_path_a_picture_and_pixels_are_the_same(tmp_path: Path) -> None:
    image = Image.fromarray((picture(2) * 255).byte().permute(1, 2, 0).numpy())
    image.save(tmp_path / "a.png")
    whole = Picture.from_pil(image)
    seen = embed([tmp_path / "a.png", str(tmp_path / "a.png"), image, whole, whole.pixels])
    torch.testing.assert_close(seen, seen[:1].expand(5, -1), atol=1e-3, rtol=0)


def test_what_is_transparent_is_white() -> None:
    hidden = Picture.from_tensor(picture(3), alpha=torch.zeros(1, 48, 64))
    torch.testing.assert_close(embed(hidden), embed(torch.ones(3, 48, 64)))


@pytest.mark.parametrize(
    ("height", "width", "expected"),
    [
        (100, 200, (SIDE, 2 * SIDE)),
        (1, 1, (SIDE, SIDE)),
        (1000, 100, (4 * SIDE, 90)),
        (3, 6000, (1, LONGEST)),
    ],
)
def test_no_shape_is_squashed(height: int, width: int, expected: tuple[int, int]) -> None:
    shown = prepared(torch.rand(3, height, width))
    assert tuple(shown.shape[2:]) == expected
    assert embed(torch.rand(3, height, width)).isfinite().all()


def test_steps_and_stopping() -> None:
    told: list[Step] = []

    def listen(step: Step) -> bool:
        told.append(step)
        return step.done == 2

    seen = embed([picture(i) for i in range(4)], on_step=listen)
    assert [(step.done, step.total) for step in told] == [(1, 4), (2, 4)]
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "got none"),
        (torch.zeros(2, 3, 8, 8), "expected a tensor of shape"),
        (torch.zeros(3, 8, 8, dtype=torch.uint8), "divide by 255"),
        ("missing.png", "missing.png"),
    ],
)
def test_what_is_no_picture(given: object, says: str) -> None:
    with pytest.raises(PictureError, match=says):
        embed(given)  # type: ignore[arg-type]
