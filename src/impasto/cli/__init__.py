"""The command line: it parses, calls what is below, and shows."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from impasto.cli.program import app

__all__ = ["app", "main"]


def main() -> int:
    """Run what was typed; the exit code comes back.

    The program is imported here, so that Ctrl-C is clean from the first moment on.
    """
    try:
        from impasto.cli.program import start

        return start()
    except KeyboardInterrupt:
        sys.stderr.write("impasto: stopped\n")
        return 130


def __getattr__(name: str) -> object:
    """Load the program when it is first asked for."""
    if name != "app":
        raise AttributeError(f"module 'impasto.cli' has no attribute {name!r}")
    from impasto.cli.program import app

    return app


def __dir__() -> list[str]:
    """List the program, loaded or not."""
    return sorted(__all__)
