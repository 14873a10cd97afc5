"""Networks built to be filled: nothing drawn, nothing imported that takes a second."""

import subprocess
import sys

import torch
from torch import nn

from impasto.networks.unfilled import Unfilled


def test_the_random_state_stays_and_what_is_no_draw_happens() -> None:
    torch.manual_seed(0)
    before = torch.get_rng_state()
    with Unfilled():
        layer, linear = nn.Conv2d(3, 8, 3), nn.Linear(4, 4)
        nn.init.kaiming_normal_(layer.weight)
        nn.init.trunc_normal_(tensor=linear.weight)
        filled = torch.empty(3).fill_(2.0)
    assert torch.equal(torch.get_rng_state(), before)
    assert filled.tolist() == [2, 2, 2]
    assert layer.weight.shape == (8, 3, 3, 3)
    nn.init.normal_(layer.weight)
    assert not torch.equal(torch.get_rng_state(), before)


def test_filling_a_network_leaves_the_compiler_alone() -> None:
    """Its import takes as long as all else that a cold start needs."""
    program = (
        "import sys; from impasto.networks import catalog; "
        "[catalog.load(row) for row in catalog.CATALOG]; "
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
