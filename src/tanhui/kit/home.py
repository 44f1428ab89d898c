"""Where this installation keeps what is its own: database, keys, papers. One folder of the user's choice."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]


def home() -> Path:
    """Return the folder of this installation: TANHUI_HOME, else `.home` in the checkout. It is made when missing."""
    folder = Path(os.environ.get("TANHUI_HOME") or CHECKOUT / ".home").expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder
