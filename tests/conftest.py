"""What all tests share.

Shapes and types are checked while the tests run: `--jaxtyping-packages` in pyproject.toml puts
jaxtyping and beartype on every function of the package.
"""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported, and for subprocesses

import pytest
import torch

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure() -> None:
    """Fix the thread count: the same threads give the same pixels, and workers share the cores.

    Ctrl-C is heard, too: a shell tells what it starts in the background to ignore it.
    """
    torch.set_num_threads(1)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every test an empty home, so that nobody's own styles are read or changed."""
    monkeypatch.setenv("IMPASTO_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    """Undo what a test does to torch's threads."""
    yield
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of large files beside the repository; without it the test is skipped."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"needs the folder {os.path.relpath(folder, ROOT)}, which is not here")
    return folder


@pytest.fixture(scope="session")
def photo() -> Path:
    """A photograph on disk: 512 × 512, RGB, scikit-image's astronaut."""
    skimage = pytest.importorskip("skimage")
    return Path(skimage.__file__).parent / "data" / "astronaut.png"


@pytest.fixture
def generator() -> torch.Generator:
    """The source of every random choice in a test."""
    return torch.Generator().manual_seed(0)
