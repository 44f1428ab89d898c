"""Set-up and catalogue: what can be tested of them without a network. `make demo` on a bare machine shows the rest."""

import hashlib
import importlib.util
import io
import os
import platform
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def tool(name):
    described = importlib.util.spec_from_file_location(name, ROOT / f"tools/{name}.py")
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


@pytest.fixture
def setup():
    return tool("setup")


@pytest.fixture
def catalogue():
    return tool("catalogue")


@pytest.fixture
def no_pip_settings(monkeypatch, tmp_path):
    for name in ("UV_DEFAULT_INDEX", "PIP_INDEX_URL", "PIP_CERT", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    return tmp_path / "pip.conf"


@pytest.mark.parametrize(
    ("system", "libc", "ending"),
    [
        ("linux x86_64", "x86_64-pc-linux-gnu", "manylinux_2_17_x86_64.manylinux2014_x86_64"),
        ("linux AMD64", "x86_64-linux-gnu", "manylinux_2_17_x86_64.manylinux2014_x86_64"),
        ("linux aarch64", "aarch64-unknown-linux-gnu", "manylinux_2_17_aarch64.manylinux2014_aarch64"),
        ("linux x86_64", "x86_64-alpine-linux-musl", "musllinux_1_1_x86_64"),
        ("linux x86_64", None, "manylinux_2_17_x86_64.manylinux2014_x86_64"),
        ("darwin arm64", None, "macosx_11_0_arm64"),
        ("darwin x86_64", None, "macosx_10_12_x86_64"),
    ],
)
def test_the_wheel_of_uv_for_each_machine(setup, monkeypatch, system, libc, ending):
    name, machine = system.split()
    monkeypatch.setattr(sys, "platform", name)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _name: libc)
    assert setup.wheel_name() == f"uv-{setup.UV_VERSION}-py3-none-{ending}.whl"


def wheel_of(setup, program=b"the program"):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"uv-{setup.UV_VERSION}.data/scripts/uv", program)
    return packed.getvalue()


def test_the_program_is_taken_out_of_the_wheel(setup):
    wheel = wheel_of(setup)
    assert setup.program_of(wheel, hashlib.sha256(wheel).hexdigest()) == b"the program"


def test_a_damaged_wheel_is_refused(setup):
    wheel = wheel_of(setup)
    with pytest.raises(SystemExit, match="arrived damaged"):
        setup.program_of(wheel + b"\0", hashlib.sha256(wheel).hexdigest())


def test_an_index_that_cannot_be_reached_is_named(setup):
    with pytest.raises(SystemExit, match=r"http://127\.0\.0\.1:9/uv/ cannot be reached.*PIP_INDEX_URL"):
        setup.download("http://127.0.0.1:9/uv/")


def test_a_step_is_done_once_for_the_same_inputs(setup, tmp_path, capsys):
    done = []
    for inputs in ("a", "a", "b", "b", "a"):
        setup.step("a step", tmp_path / "new/mark", inputs, lambda inputs=inputs: done.append(inputs))
    assert done == ["a", "b", "a"]
    assert capsys.readouterr().out.count("a step: done in") == 3


def test_a_step_that_failed_is_done_again(setup, tmp_path):
    def fail():
        setup.run("false")

    with pytest.raises(SystemExit, match="`false` ended with 1"):
        setup.step("a step", tmp_path / "mark", "a", fail)
    assert not (tmp_path / "mark").exists()


def test_what_a_failing_program_said_is_shown(setup, capsys):
    with pytest.raises(SystemExit):
        setup.run("sh", "-c", "echo told; echo complained >&2; exit 3")
    assert "told\n" in (said := capsys.readouterr().err)
    assert "complained\n" in said


def test_bytecode_is_there_even_where_python_is_told_to_write_none(setup, tmp_path, monkeypatch):
    """Without it each start compiles five hundred modules anew, and a command takes seconds to say its name."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src/module.py").write_text("A = 1\n")
    setup.compile_sources()
    assert [path.parent.name for path in (tmp_path / "src").rglob("*.pyc")] == ["__pycache__"]
    assert setup.uv_settings()["UV_COMPILE_BYTECODE"] == "1"


def test_the_fingerprint_sees_names_and_contents(setup, tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/a").write_text("1")
    seen = {setup.fingerprint(tmp_path / "folder")}
    (tmp_path / "folder/a").write_text("2")
    seen.add(setup.fingerprint(tmp_path / "folder"))
    (tmp_path / "folder/a").rename(tmp_path / "folder/b")
    seen.add(setup.fingerprint(tmp_path / "folder"))
    assert len(seen) == 3
    assert setup.fingerprint(tmp_path / "folder") in seen


def test_every_source_of_the_pages_is_fingerprinted(setup):
    kept = subprocess.run(["git", "ls-files", "assets"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    roots = {name.split("/")[1] for name in kept.split()}
    assert roots == set(setup.ASSET_SOURCES)
    assert all((ROOT / "assets" / name).exists() for name in setup.ASSET_SOURCES)


@pytest.mark.usefixtures("no_pip_settings")
def test_without_a_choice_it_is_pypi(setup):
    assert setup.chosen_index() == "https://pypi.org/simple"


def test_the_index_of_pips_settings_is_used(setup, no_pip_settings, monkeypatch):
    no_pip_settings.write_text(
        "[global]\nindex-url = https://mirror.example.cn/pypi/simple/\ncert = /etc/our%20ca.pem\n"
    )
    assert setup.chosen_index() == "https://mirror.example.cn/pypi/simple"
    assert setup.uv_settings()["SSL_CERT_FILE"] == "/etc/our%20ca.pem"
    monkeypatch.setenv("PIP_INDEX_URL", "https://other.example.cn/simple")
    assert setup.chosen_index() == "https://other.example.cn/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://third.example.cn/simple")
    assert setup.chosen_index() == "https://third.example.cn/simple"


def program(folder, name, text):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(("version", "taken"), [("v20.0.0", True), ("v24.1.0", True), ("v18.19.1", False), ("", False)])
def test_a_node_that_is_new_enough_is_used(setup, tmp_path, monkeypatch, version, taken):
    own = tmp_path / "bin"
    own.mkdir()
    program(own, "npm", "exit 0")  # the one that set-up would have installed
    machine = tmp_path / "machine"
    machine.mkdir()
    program(machine, "npm", "exit 0")
    program(machine, "node", f"echo {version}")
    monkeypatch.setenv("PATH", f"{machine}{os.pathsep}/usr/bin:/bin")
    monkeypatch.setattr(setup, "BIN", own)
    assert setup.node_folder() == (machine if taken else own)


def test_a_browser_can_be_named(setup, monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/opt/browser")
    assert setup.chromium() == "/opt/browser"


def test_a_browser_is_found_on_the_path(setup, tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert setup.chromium() is None
    found = program(tmp_path, "google-chrome", "exit 0")
    assert setup.chromium() == str(found)


def test_an_older_python_hands_over_to_a_newer_one(tmp_path):
    """The file can be read by Pythons that are too old, as far as the sentence that says so."""
    script = "import sys; sys.version_info = (3, 9, 0); import runpy; runpy.run_path(sys.argv[1], run_name='__main__')"
    program(tmp_path, "python3.11", 'echo "handed over: $*"')
    words = [sys.executable, "-c", script, str(ROOT / "tools/setup.py")]
    done = subprocess.run(words, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("handed over: ")
    (tmp_path / "python3.11").unlink()
    done = subprocess.run(words, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_singular_finds_the_sentence_of_each_form(catalogue):
    assert catalogue.singular("_", "一句") == ["一句"]
    assert catalogue.singular("ngettext", ("一句", "多句")) == ["一句"]
    assert catalogue.singular("pgettext", ("场合", "一句")) == ["一句"]
    assert catalogue.singular("npgettext", ("场合", "一句", "多句")) == ["一句"]
    assert catalogue.singular("_", "") == []


def test_sentences_come_from_code_and_from_templates(catalogue, tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text('from x import gettext as _\nsaid = _("从代码来")\n', encoding="utf-8")
    (tmp_path / "b.html").write_text('<p>\n{% translate "从页面来" %}</p>', encoding="utf-8")
    monkeypatch.setattr(catalogue, "SOURCE", tmp_path)
    told = [(path.name, line, text) for path, line, text in catalogue.sentences()]
    assert told == [("a.py", 2, "从代码来"), ("b.html", 2, "从页面来")]


def test_what_lacks_english_is_named_with_its_place(catalogue, tmp_path, monkeypatch):
    source, locale = tmp_path / "src", tmp_path / "src/site/locale"
    (locale / "en/LC_MESSAGES").mkdir(parents=True)
    (source / "a.py").write_text('_("有")\n_("没有")\n_("空着")\n', encoding="utf-8")
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    entries = 'msgid "有"\nmsgstr "there"\n\nmsgid "空着"\nmsgstr ""\n'
    (locale / "en/LC_MESSAGES/django.po").write_text(f"{header}\n{entries}", encoding="utf-8")
    for name, value in {"ROOT": tmp_path, "SOURCE": source}.items():
        monkeypatch.setattr(catalogue, name, value)
    assert catalogue.missing() == ["src/a.py:2: 没有", "src/a.py:3: 空着"]
    catalogue.compile_all()
    import gettext

    with (locale / "en/LC_MESSAGES/django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("有") == "there"
