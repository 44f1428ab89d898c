"""The decision tables that come with the software."""

from importlib.resources import files as package_files

from tanhui.core.triage.model import Table, TableFault
from tanhui.core.triage.parse import parse_table

_ROOT = package_files("tanhui.core.triage") / "tables"
TRIAGE = "parcel-triage"


def shipped_tables() -> tuple[tuple[str, str], ...]:
    """Id and version of every shipped table, versions rising."""
    found = [
        (folder.name, version.name)
        for folder in _ROOT.iterdir()
        if folder.is_dir()
        for version in folder.iterdir()
        if (version / "table.toml").is_file()
    ]
    return tuple(sorted(found, key=lambda known: (known[0], _rank(known[1]))))


def table_files(table_id: str, version: str) -> dict[str, bytes]:
    """Name and content of every file of a shipped table. Raises TableFault where there is none."""
    if (table_id, version) not in shipped_tables():
        raise TableFault(f"no table {table_id} {version} is shipped")
    folder = _ROOT / table_id / version
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir(), key=lambda file: file.name)}


def load_table(version: str | None = None) -> Table:
    """The shipped triage table; its latest version unless one is named. Raises TableFault where there is none."""
    versions = [found for name, found in shipped_tables() if name == TRIAGE]
    return parse_table(table_files(TRIAGE, version or versions[-1]))


def _rank(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
