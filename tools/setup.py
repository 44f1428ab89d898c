"""Set the house up on a fresh machine: Python 3.11 and the package registries are all it may count on.

Called by make, again and again: a step that is up to date costs nothing.
Only the standard library is used, for nothing else is installed yet.

    python3 tools/setup.py            what `make demo` needs
    python3 tools/setup.py --tests    also what `make test` needs (Chromium, Go)
"""

from __future__ import annotations  # so that an older Python gets as far as the sentence that says which one is needed

import configparser
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
import urllib.error
import urllib.request
import venv
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urljoin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
DIST = ROOT / "src/tanhui/site/static/dist"
UV_VERSION = "0.13.9"
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11", "python3.14")
OLDEST_NODE = 20
OLDEST_GO = [1, 24]
DOWNLOAD_TRIES = 3
PYPI = "https://pypi.org/simple"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PIP_FILES = ("~/.config/pip/pip.conf", "~/.pip/pip.conf", "/etc/pip.conf")
ASSET_SOURCES = ("package.json", "package-lock.json", "build.mjs", "css", "js")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def say(text: str) -> None:
    print(f"  {text}", flush=True)


def stop(why: str) -> NoReturn:
    sys.exit(f"set-up stopped: {why}")


def run(*words: str | Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run a program; when it fails, show what it said and stop with one clear line."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        said = " ".join(map(str, words))
        stop(f"`{said}` ended with {done.returncode}. Mend the cause and run make again; it goes on from here.")


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
    index = chosen_index()
    wanted = wheel_name()
    files = json.loads(download(f"{index}/uv/", accept="application/vnd.pypi.simple.v1+json"))["files"]
    found = next((file for file in files if file["filename"] == wanted), None)
    if found is None:
        stop(f"the package index {index} has no {wanted}. Choose another: PIP_INDEX_URL={PYPI} make")
    return program_of(download(urljoin(f"{index}/uv/", found["url"])), found["hashes"]["sha256"])


def program_of(wheel: bytes, sha256: str) -> bytes:
    """Take the program out of uv's wheel, if the wheel is what the index says it is."""
    if hashlib.sha256(wheel).hexdigest() != sha256:
        stop("the wheel of uv arrived damaged. Run make again.")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        return archive.read(f"uv-{UV_VERSION}.data/scripts/uv")


def download(url: str, accept: str = "*/*") -> bytes:
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310 - the index the user has chosen
    for left in range(DOWNLOAD_TRIES - 1, -1, -1):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the same
                content: bytes = answer.read()
                return content
        except OSError as error:
            if not left or isinstance(error, urllib.error.HTTPError):
                stop(f"{url} cannot be reached: {error}. Is a proxy or a mirror needed? (HTTPS_PROXY, PIP_INDEX_URL)")
    raise AssertionError("unreachable")


def chosen_index() -> str:
    """Return the package index from uv's or pip's settings, else PyPI."""
    named = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or pip_setting("index-url") or PYPI
    return named.rstrip("/")


def pip_setting(name: str) -> str | None:
    """Read a setting of pip: mirrors and certificates of a house are usually written there."""
    settings = configparser.ConfigParser(interpolation=None)
    named = os.environ.get("PIP_CONFIG_FILE")
    settings.read([named] if named else [Path(path).expanduser() for path in reversed(PIP_FILES)])
    return settings.get("global", name, fallback=None)


def wheel_name() -> str:
    machine = platform.machine().lower().replace("amd64", "x86_64").replace("arm64", "aarch64")
    if sys.platform == "darwin":
        arm = machine == "aarch64"
        return f"uv-{UV_VERSION}-py3-none-macosx_{'11_0_arm64' if arm else '10_12_x86_64'}.whl"
    musl = "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "")
    libc = "musllinux_1_1" if musl else f"manylinux_2_17_{machine}.manylinux2014"
    return f"uv-{UV_VERSION}-py3-none-{libc}_{machine}.whl"


def uv_settings() -> dict[str, str]:
    """Hand the machine's certificates and this environment on to uv, which reads no settings of pip."""
    settings = {"UV_PROJECT_ENVIRONMENT": str(VENV), "UV_PYTHON": str(BIN / "python"), "VIRTUAL_ENV": str(VENV)}
    settings["UV_COMPILE_BYTECODE"] = "1"  # else every start compiles anew where Python may not write: seconds each
    certificates = os.environ.get("SSL_CERT_FILE") or os.environ.get("PIP_CERT") or pip_setting("cert")
    if certificates or CERTIFICATES.exists():
        settings["SSL_CERT_FILE"] = certificates or str(CERTIFICATES)
    return settings


def install_packages(*words: str) -> None:
    """Install what uv.lock names, with its hashes: from PyPI, or from the index that the user has chosen."""
    uv, settings = BIN / "uv", uv_settings()
    if chosen_index() == PYPI:
        run(uv, "sync", "--frozen", "--inexact", "--quiet", *words, env=settings)
        return
    # The lock file names PyPI's own addresses, so for a mirror it is turned into names and hashes first.
    wanted = VENV / "packages.txt"
    run(uv, "export", "--frozen", "--quiet", "--no-emit-project", *words, "--output-file", wanted, env=settings)
    mirror = ("--quiet", "--default-index", chosen_index())
    run(uv, "pip", "install", *mirror, "--require-hashes", "--requirement", wanted, env=settings)
    run(uv, "pip", "install", *mirror, "--no-deps", "--editable", ROOT, env=settings)


def node_folder() -> Path:
    """Return the folder of a Node that is new enough: the machine's own, or one from the package index."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], text=True, capture_output=True, check=False).stdout
        if int(version.strip().lstrip("v").split(".")[0] or 0) >= OLDEST_NODE:
            return Path(node).parent
    if not (BIN / "npm").exists():
        say("no Node on this machine: taking it from the package index …")
        install_packages("--group", "node")
    return BIN


def build_assets() -> None:
    folder, assets = node_folder(), ROOT / "assets"
    surroundings = {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    certificates = uv_settings().get("SSL_CERT_FILE")
    if certificates:
        surroundings["NODE_EXTRA_CA_CERTS"] = os.environ.get("NODE_EXTRA_CA_CERTS") or certificates
    npm = folder / "npm"
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", env=surroundings, cwd=assets)
    run(npm, "run", "--silent", "build", env=surroundings, cwd=assets)


def compile_sources() -> None:
    """Compile the house's own modules, for the same reason as the packages."""
    run(BIN / "python", "-m", "compileall", "-q", ROOT / "src")


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
        words = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")
        run(*words, env={"DEBIAN_FRONTEND": "noninteractive"})
        return
    sys.exit(
        "The browser tests need Chromium, and this machine has none. Either\n"
        "  sudo apt-get install chromium\n"
        "or name one you have: CHROMIUM=/path/to/chrome make test"
    )


def go() -> Path | None:
    """Return a Go new enough for what the tests build of others: the machine's own, or the package index's."""
    for named in (os.environ.get("GO"), BIN / "go", shutil.which("go"), "/usr/local/go/bin/go"):
        if named and Path(named).exists():
            said = subprocess.run([str(named), "env", "GOVERSION"], text=True, capture_output=True, check=False).stdout
            numbers = said.strip().removeprefix("go").split(".")
            if [int(part) for part in numbers[:2] if part.isdecimal()] >= OLDEST_GO:
                return Path(named)
    return None


def find_go() -> None:
    """Make sure that the tests can build a foreign witness and a foreign reader of our log."""
    if go() is None:
        say("no Go on this machine: taking it from the package index …")
        try:
            install_packages("--group", "go")
        except SystemExit as fault:
            say(f"no Go: the tests with tools of others are skipped. {fault}")


def use_newer_python() -> None:
    """Go on with a newer Python of this machine when `python3` is too old."""
    newer = next(filter(None, map(shutil.which, NEWER_PYTHONS)), None)
    if newer is None:
        stop(f"Python 3.11 or newer is needed; this is {platform.python_version()}. Name one: make PYTHON=/path/to/it")
    os.execv(newer, [newer, *sys.argv])  # noqa: S606 - this program again, under another Python


def main() -> None:
    if sys.version_info < OLDEST_PYTHON:
        use_newer_python()
    os.chdir(ROOT)
    step("Python environment", VENV / ".made", f"{UV_VERSION} {sys.version}", make_venv)
    packages = fingerprint(ROOT / "uv.lock", ROOT / "pyproject.toml")
    step("Python packages", VENV / ".packages", f"{packages} compiled", install_packages)
    step("bytecode", VENV / ".bytecode", fingerprint(*sorted((ROOT / "src").rglob("*.py"))), compile_sources)
    sources = fingerprint(*(ROOT / "assets" / name for name in ASSET_SOURCES))
    step("pages: styles, scripts, fonts", DIST / ".built", sources, build_assets)
    catalogues = fingerprint(*sorted((ROOT / "src/tanhui").glob("*/locale/*/LC_MESSAGES/*.po")))
    step("languages", VENV / ".languages", catalogues, compile_catalogues)
    if "--tests" in sys.argv:
        find_chromium()
        find_go()


if __name__ == "__main__":
    main()
