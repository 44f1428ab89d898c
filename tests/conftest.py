"""What all tests share: a home of their own, so that no test ever meets a developer's database or keys."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
HOME = CHECKOUT / "build" / "test-home"
SHARED = CHECKOUT.parent / "shared" / "data"

os.environ["TANHUI_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs beside the live server
for name in ("TANHUI_MODE", "TANHUI_SECRET", "TANHUI_HOSTS", "TANHUI_URL", "TANHUI_REGISTRY"):
    os.environ.pop(name, None)
HOME.mkdir(parents=True, exist_ok=True)
