"""The first lesson of the field beside Keras: the same network and recipe on MNIST, five epochs.

    python bench/lesson.py [--seeds 1,2,3] [--data FOLDER] [--keras PYTHON]

Prints the accuracy of each seed and their mean, the time to fit, and, where Keras is installed
(`pip install tensorflow-cpu` in an environment of its own, whose python `--keras` names), that of
the same program in Keras, run in the same minute in a process of its own, and the ratio. A second
recipe shows what that time can do.
Needs the four files of MNIST.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean

import impasto
from impasto.learning.settings import settings_from

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "mnist"

CLASSIC = {"network": "cnn", "optimizer": "adam", "rate": 1e-3, "batch": 32, "epochs": 5}
BETTER = {
    "network": "cnn-deep",
    "optimizer": "adamw",
    "rate": 4e-3,
    "batch": 128,
    "epochs": 3,
    "precision": "bfloat16",
}

KERAS = """
import json, sys, time
import keras, numpy as np
from keras import layers
inputs, targets, tests, truths = (np.load(sys.argv[1])[k] for k in ("a", "b", "c", "d"))
keras.utils.set_random_seed(1)
model = keras.Sequential([
    layers.Input((28, 28, 1)),
    layers.Conv2D(32, (3, 3), activation="relu"),
    layers.MaxPooling2D((2, 2)),
    layers.Flatten(),
    layers.Dense(128, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
begun = time.perf_counter()
model.fit(inputs / 255.0, targets, epochs=5, batch_size=32, verbose=0)
seconds = time.perf_counter() - begun
accuracy = model.evaluate(tests / 255.0, truths, verbose=0)[1]
print(json.dumps({"seconds": seconds, "accuracy": accuracy}))
"""


def ours(settings: dict[str, object], data: Path, seed: int) -> tuple[float, float]:
    """Seconds to fit and accuracy on the test set."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = settings_from({**settings, "data": str(data), "seed": seed})
        run = impasto.train("mnist", folder, settings=chosen)
        return run.seconds, impasto.test(folder).figures["accuracy"].value


def keras(data: Path, python: str) -> tuple[float, float] | None:
    """The same of the program in Keras, or None where it is not installed."""
    if subprocess.run([python, "-c", "import keras"], capture_output=True, check=False).returncode:
        return None
    import numpy as np

    from impasto.data.idx import mnist

    train, test = mnist(data)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "digits.npz"
        arrays = {"a": train.inputs, "b": train.targets, "c": test.inputs, "d": test.targets}
        shaped = {k: v.permute(0, 2, 3, 1) if v.ndim == 4 else v for k, v in arrays.items()}
        np.savez(file, **{k: v.numpy() for k, v in shaped.items()})
        command = [python, "-c", KERAS, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return found["seconds"], found["accuracy"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--keras", metavar="PYTHON", default=sys.executable)
    chosen = parser.parse_args()
    peer = keras(chosen.data, chosen.keras)
    for name, settings in (("the classic recipe", CLASSIC), ("the better recipe", BETTER)):
        found = [ours(settings, chosen.data, int(seed)) for seed in chosen.seeds.split(",")]
        seconds, accuracy = mean(s for s, _ in found), mean(a for _, a in found)
        each = ", ".join(f"{a:.4f}" for _, a in found)
        beside = f", {seconds / peer[0]:.2f} times Keras's" if peer else ""
        print(f"{name}: accuracy {accuracy:.4f} ({each}), {seconds:.1f} s to fit{beside}")
    if peer:
        print(f"Keras, the classic recipe: accuracy {peer[1]:.4f}, {peer[0]:.1f} s to fit")
    else:
        print("Keras is not installed; name with --keras a python that has tensorflow-cpu")


if __name__ == "__main__":
    main()
