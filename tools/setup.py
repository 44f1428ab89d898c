"""Set the house up on a fresh machine: Python 3.11 and the package registries are all it may count on.

Called by make, again and again: a step that is up to date says so and costs nothing.
Only the standard library is used, for nothing else is installed yet.

    python3 tools/setup.py            what `make demo` needs
    python3 tools/setup.py --tests    also what `make test` needs (Chromium)
"""

import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
DIST = ROOT / "src/tanhui/site/static/dist"
UV_VERSION = "0.13.9"
OLDEST_NODE = 20
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def say(text: str) -> None:
    print(f"  {text}", flush=True)


def run(*words: str | Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run a program; when it fails, show what it said and stop with one clear line."""
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env={**os.environ, **(env or {})}, text=True, capture_output=True
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        sys.exit(f"set-up stopped: `{' '.join(map(str, words))}` ended with {done.returncode}. Nothing is half done; mend the cause and run make again.")


def fingerprint(*paths: Path) -> str:
    """Return one digest over the contents of files, and of all files below folders."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def step(name: str, mark: Path, print_of_inputs: str, work: Callable[[], None]) -> None:
    """Do `work` unless `mark` says that it was done with these very inputs."""
    if mark.exists() and mark.read_text() == print_of_inputs:
        return
    say(f"{name} …")
    start = time.monotonic()
    work()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(print_of_inputs)
    say(f"{name}: done in {time.monotonic() - start:.0f} s")


def make_venv() -> None:
    # Debian splits ensurepip off into a package of its own, so the environment is made without pip.
    venv.EnvBuilder(with_pip=False, clear=VENV.exists(), symlinks=True).create(VENV)
    uv = BIN / "uv"
    uv.write_bytes(fetch_uv())
    uv.chmod(0o755)


def fetch_uv() -> bytes:
    """Download uv's wheel from the package index that the user has chosen and take the program out of it."""
    index = (os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple").rstrip("/")
    request = urllib.request.Request(f"{index}/uv/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    wanted = wheel_name()
    found = next((file for file in files if file["filename"] == wanted), None)
    if found is None:
        sys.exit(f"set-up stopped: the package index {index} has no {wanted}. Install uv {UV_VERSION} by hand into .venv/bin.")
    with urllib.request.urlopen(urllib.request.urljoin(f"{index}/uv/", found["url"]), timeout=300) as answer:
        wheel = answer.read()
    if hashlib.sha256(wheel).hexdigest() != found["hashes"]["sha256"]:
        sys.exit(f"set-up stopped: {wanted} arrived damaged. Run make again.")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        return archive.read(f"uv-{UV_VERSION}.data/scripts/uv")


def wheel_name() -> str:
    machine = platform.machine().lower().replace("amd64", "x86_64").replace("arm64", "aarch64")
    if sys.platform == "darwin":
        arm = machine == "aarch64"
        return f"uv-{UV_VERSION}-py3-none-macosx_{'11_0_arm64' if arm else '10_12_x86_64'}.whl"
    musl = "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "")
    libc = "musllinux_1_1" if musl else f"manylinux_2_17_{machine}.manylinux2014"
    return f"uv-{UV_VERSION}-py3-none-{libc}_{machine}.whl"


def uv_settings() -> dict[str, str]:
    """Hand pip's index and certificate settings on to uv, which does not read them by itself."""
    settings = {"UV_PROJECT_ENVIRONMENT": str(VENV), "UV_PYTHON": str(BIN / "python")}
    if "UV_DEFAULT_INDEX" not in os.environ and "PIP_INDEX_URL" in os.environ:
        settings["UV_DEFAULT_INDEX"] = os.environ["PIP_INDEX_URL"]
    return settings


def install_packages() -> None:
    run(BIN / "uv", "sync", "--frozen", "--inexact", "--quiet", env=uv_settings())


def node_folder() -> Path:
    """Return the folder of a Node that is new enough: the machine's own, or one from the package index."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], text=True, capture_output=True).stdout
        if int(version.strip().lstrip("v").split(".")[0] or 0) >= OLDEST_NODE:
            return Path(node).parent
    if not (BIN / "npm").exists():
        say("no Node on this machine: taking it from the package index …")
        run(BIN / "uv", "sync", "--frozen", "--inexact", "--quiet", "--group", "node", env=uv_settings())
    return BIN


def build_assets() -> None:
    path = {"PATH": f"{node_folder()}{os.pathsep}{os.environ.get('PATH', '')}"}
    assets = ROOT / "assets"
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", env=path, cwd=assets)
    run("npm", "run", "--silent", "build", env=path, cwd=assets)


def compile_catalogues() -> None:
    run(BIN / "python", ROOT / "tools/catalogue.py", "compile")


def chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def find_chromium() -> None:
    """Make sure that the browser tests find a browser: the machine's own, else Debian's."""
    if chromium():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("no Chromium on this machine: installing Debian's …")
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", env={"DEBIAN_FRONTEND": "noninteractive"})
        return
    sys.exit(
        "The browser tests need Chromium, and this machine has none. Either\n"
        "  sudo apt-get install chromium\n"
        "or name one you have: CHROMIUM=/path/to/chrome make test"
    )


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit(f"Python 3.11 or newer is needed; this is {platform.python_version()}.")
    os.chdir(ROOT)
    step("Python environment", VENV / ".made", f"{UV_VERSION} {sys.version}", make_venv)
    step("Python packages", VENV / ".packages", fingerprint(ROOT / "uv.lock", ROOT / "pyproject.toml"), install_packages)
    sources = fingerprint(*(ROOT / "assets" / name for name in ("package-lock.json", "src", "build.mjs")))
    step("pages: styles, scripts, fonts", DIST / ".built", sources, build_assets)
    step("languages", VENV / ".languages", fingerprint(ROOT / "src/tanhui/site/locale"), compile_catalogues)
    if "--tests" in sys.argv:
        find_chromium()


if __name__ == "__main__":
    main()
