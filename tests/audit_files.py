"""The audit file of the installation at hand, as bytes."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tanhui.registry.audit import write_audit_file


def audit_file_bytes() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        write_audit_file(path)
        return path.read_bytes()
