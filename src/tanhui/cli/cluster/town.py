"""The town of a rehearsal: the registry's programs, and the members, each with a folder and a key of its own."""

from pathlib import Path
from typing import Self

from tanhui.cli.cluster.ground import HOST, Ground
from tanhui.cli.cluster.programs import Program
from tanhui.core.ledger.cosignature import WitnessSigner
from tanhui.core.ledger.policy import Witness, k_of_n
from tanhui.kit import keys
from tanhui.registry.log.settings import write_policy
from tanhui.registry.suite import suite
from tanhui.registry.writer.signing import signing_key
from tanhui.witness.book import Book
from tanhui.witness.mirror import BlockEnd, Mirror

MIRROR = "mirror.sqlite"


class Member:
    """A member: `tanhui follow` under a name. What it knows is read from its own files."""

    def __init__(self, number: int, port: int, ground: Ground, language: str) -> None:
        self.name = f"member-{number}"
        self.folder = ground.folder / self.name
        self.folder.mkdir(mode=0o700)
        self.url = f"http://{HOST}:{port}"
        self.key = WitnessSigner(f"{self.name}.cluster.local", keys.witness_seed(self.folder), suite()).public
        words = ["follow", ground.log_url, "--key", str(signing_key().public), "--folder", str(self.folder)]
        place = ["--name", self.key.name, "--port", str(port), "--language", language]
        self.program = Program(self.name, ground.folder / "logs" / f"{self.name}.log", *words, *place)

    def start(self) -> None:
        self.program.start()
        self.program.wait_until_reached(self.url)

    @property
    def mirrored(self) -> BlockEnd | None:
        """The last block that it has mirrored, proven and replayed."""
        return max(Mirror(self.mirror_file).blocks(), key=lambda block: block.height, default=None)

    @property
    def signed_size(self) -> int:
        """How many leaves the largest checkpoint has that it co-signed."""
        return Book(self.folder / "witness.sqlite", str(self.key)).seen(signing_key().name).size

    @property
    def mirror_file(self) -> Path:
        return self.folder / MIRROR

    def put_copy_away(self) -> None:
        """Set its copy aside: it fetches everything anew when it starts. What it signed it does not forget."""
        self.mirror_file.rename(self.mirror_file.with_suffix(".damaged"))


class Town:
    """All of it. Inside `with` it may be started; behind it everything has stopped."""

    def __init__(self, ground: Ground, language: str) -> None:
        self.ground = ground
        logs = ground.folder / "logs"
        self._site = Program("registry", logs / "registry.log", "serve", "--no-worker", "--port", str(ground.port))
        self._writer = Program("writer", logs / "writer.log", "ledger", "serve")
        self._offering = Program("offering", logs / "offering.log", "log", "offer")
        ports = enumerate(ground.member_ports, start=1)
        self.members = [Member(number, port, ground, language) for number, port in ports]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_why: object) -> None:
        members = [member.program for member in self.members]
        for program in (self._offering, *members, self._writer, self._site):
            program.stop()

    def start(self) -> None:
        """Start the registry, then its members. Raises ProgramError."""
        witnesses = [Witness(member.name, member.key, member.url) for member in self.members]
        write_policy(k_of_n(witnesses, self.ground.needed))
        self._site.start()
        self._writer.start()
        self._site.wait_until_reached(f"{self.ground.log_url}/checkpoint")
        for member in self.members:
            member.program.start()
        for member in self.members:
            member.program.wait_until_reached(member.url)
        self._offering.start()
