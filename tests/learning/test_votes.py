"""Shares of votes are learned from any features: those of a hundred raters a photograph."""

from pathlib import Path

import torch

from impasto.data.tables import read_table
from impasto.data.targets import votes_of
from impasto.losses.graded import earth_movers
from impasto.metrics.distributions import emd
from impasto.networks.head import Head
from impasto.training.loop import Losses, Plan, train

VOTES = ["c1", "c2", "c3", "c4", "c5"]


def test_a_head_learns_how_votes_are_divided(shared: Path, tmp_path: Path) -> None:
    table = read_table(shared / "data" / "ratings" / "koniq_votes.csv.gz")
    found = votes_of(table, VOTES, names=table["image_name"])
    columns = [[float(table[name][i]) for i in found.indices.tolist()] for name in ("MOS", "SD")]
    features, targets = torch.tensor(columns).T, found.targets
    head, known = Head(2, 5, hidden=16), slice(0, 8000)
    head.fit_scale(features[known])

    def losses(network: Head, step: int, generator: torch.Generator) -> Losses:
        some = torch.randint(8000, (256,), generator=generator)
        return {"loss": earth_movers(network(features[some]), targets[some])}

    learned = train(head, losses, Plan(steps=200, rate=2e-2, average=None), tmp_path)
    said = learned(features[8000:]).softmax(1).detach().numpy()
    mean = targets[known].mean(0).expand(len(targets) - 8000, -1).numpy()
    truth = targets[8000:].numpy()
    assert len(targets) == 10_073
    assert emd(said, truth) < 0.3 * emd(mean, truth)
