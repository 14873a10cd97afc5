"""A texture for other programs: one step of its cells as an ONNX file."""

import os
import warnings
from importlib.util import find_spec

import torch
from jaxtyping import Float
from torch import Tensor, nn

from impasto.creation.texture.texture import Texture
from impasto.errors import SettingsError
from impasto.networks.automaton import Automaton
from impasto.picture.files import replace_atomically

NEEDED = ("onnx", "onnxscript")


class Stepped(nn.Module):
    """One step of an automaton, and what it looks like then."""

    def __init__(self, automaton: Automaton) -> None:
        super().__init__()
        self.automaton = automaton

    def forward(
        self, cells: Float[Tensor, "1 c h w"], awake: Float[Tensor, "1 1 h w"]
    ) -> tuple[Float[Tensor, "1 c h w"], Float[Tensor, "1 3 _ _"]]:
        """Act once, and paint."""
        after = self.automaton(cells, awake)
        return after, self.automaton.paint(after).clamp(0, 1)


def export_texture(texture: Texture, path: str | os.PathLike[str], *, force: bool = False) -> None:
    """Write one step of a texture as ONNX, for programs that run without Impasto.

    The model takes ``cells`` ``(1, channels, h, w)``, zeros at first, and ``awake`` ``(1, 1, h,
    w)``, each 0 or 1 by chance; it returns ``after``, the cells of the next step, and ``picture``
    ``(1, 3, 2h, 2w)`` in 0..1. Height and width are free, from 2 on.

    Raises:
        SettingsError: If the extra isn't installed.
        OutputError: If the file exists and `force` is off, or can't be written.
    """
    if not all(map(find_spec, NEEDED)):
        raise SettingsError('writing ONNX needs an extra: pip install "impasto[export]"')
    cells = texture.automaton.seed(1, 16, 24)
    free = {2: torch.export.Dim("height", min=2), 3: torch.export.Dim("width", min=2)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, about itself
        program = torch.onnx.export(
            Stepped(texture.automaton).eval(),
            (cells, torch.ones(1, 1, 16, 24)),
            input_names=["cells", "awake"],
            output_names=["after", "picture"],
            dynamic_shapes=(free, free),
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    with replace_atomically(path, force=force) as aside:
        aside.write_bytes(program.model_proto.SerializeToString())
