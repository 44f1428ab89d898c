"""The policy: which witnesses count, and how many of them must have co-signed before a block is final.

It is a text that other tools read too (c2sp.org/tlog-policy). A line names a witness, a group of them, or the quorum:

    witness bank bank.example+3e5a…+BA…   https://witness.bank.example
    witness insurer insurer.example+…     https://…
    group   two-of-us 2 bank insurer
    quorum  two-of-us

`any` is 1 and `all` is every member. A group may have groups as members. `quorum none` asks for nobody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from tanhui.core.ledger.cosignature import WitnessKey
from tanhui.core.ledger.shape import Malformed

NOBODY: Final = "none"
_MOST_MEMBERS: Final = 100


class Witness(NamedTuple):
    """Somebody who co-signs: a name for us, a key, and where to ask. Without an address we only check the signature."""

    name: str
    key: WitnessKey
    url: str = ""


class Group(NamedTuple):
    """So many of these members: witnesses or groups that stand before it."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Witnesses, groups, and the one of them that must have signed."""

    witnesses: tuple[Witness, ...] = ()
    groups: Mapping[str, Group] | None = None
    quorum: str = NOBODY

    @property
    def keys(self) -> tuple[WitnessKey, ...]:
        return tuple(witness.key for witness in self.witnesses)

    @property
    def needed(self) -> int:
        """The smallest number of witnesses with which it can be met."""
        return self._least(self.quorum)

    def met_by(self, keys: Collection[WitnessKey]) -> bool:
        """Say whether the signatures of these keys are enough."""
        signed = {witness.name for witness in self.witnesses if witness.key in keys}
        return self._met(self.quorum, signed)

    def _met(self, name: str, signed: Collection[str]) -> bool:
        group = (self.groups or {}).get(name)
        if group is None:
            return name == NOBODY or name in signed
        return sum(self._met(member, signed) for member in group.members) >= group.needed

    def _least(self, name: str) -> int:
        group = (self.groups or {}).get(name)
        if group is None:
            return 0 if name == NOBODY else 1
        return sum(sorted(self._least(member) for member in group.members)[: group.needed])


def k_of_n(witnesses: Sequence[Witness], needed: int) -> Policy:
    """Return the plain policy: so many of these. Raises Malformed when there are not so many."""
    if not 0 <= needed <= len(witnesses):
        raise Malformed(f"{needed} of {len(witnesses)} witnesses cannot sign")
    if not needed:
        return parse_policy(spell(Policy(tuple(witnesses))))
    group = Group(needed, tuple(witness.name for witness in witnesses))
    return parse_policy(spell(Policy(tuple(witnesses), {"witnesses": group}, "witnesses")))


def spell(policy: Policy) -> str:
    """Return the policy as text, which `parse_policy` reads back."""
    lines = [" ".join(("witness", one.name, str(one.key), one.url)).rstrip() for one in policy.witnesses]
    lines += [f"group {name} {one.needed} {' '.join(one.members)}" for name, one in (policy.groups or {}).items()]
    return "".join(f"{line}\n" for line in (*lines, f"quorum {policy.quorum}"))


def parse_policy(text: str) -> Policy:
    """Read a policy. Raises Malformed, naming the line."""
    draft = _Draft()
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split()
        if words and not words[0].startswith("#"):
            try:
                draft.take(words)
            except Malformed as fault:
                raise Malformed(f"line {number} of the policy: {fault}") from fault
    if draft.quorum is None:
        raise Malformed("a policy ends in a line `quorum NAME`, or `quorum none`")
    return Policy(tuple(draft.witnesses), draft.groups, draft.quorum)


class _Draft:
    def __init__(self) -> None:
        self.witnesses: list[Witness] = []
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None

    def take(self, words: list[str]) -> None:
        takers = {"witness": self._witness, "group": self._group, "quorum": self._quorum, "log": _log}
        if words[0] not in takers:
            raise Malformed(f"{words[0]} is none of log, witness, group, quorum")
        takers[words[0]](words[1:])

    def _witness(self, words: list[str]) -> None:
        if len(words) not in {2, 3}:
            raise Malformed("a witness is `witness NAME KEY URL`")
        name, key, url = (*words, "")[:3]
        self._require_new(name)
        witness = Witness(name, WitnessKey.parse(key), url)
        if url and not url.startswith(("http://", "https://")):
            raise Malformed(f"{url} is no address of the web")
        if any(witness.key.public == other.key.public for other in self.witnesses):
            raise Malformed(f"the key of {name} is there already: one witness counts once")
        self.witnesses.append(witness)

    def _group(self, words: list[str]) -> None:
        match words:
            case [name, number, *members] if members:
                pass
            case _:
                raise Malformed("a group is `group NAME K MEMBER …`")
        self._require_new(name)
        known = {witness.name for witness in self.witnesses} | self.groups.keys()
        if unknown := [member for member in members if member not in known]:
            raise Malformed(f"{unknown[0]} does not stand above")
        counts = {"any": 1, "all": len(members)}
        needed = counts.get(number) or (int(number) if number.isdecimal() and number.isascii() else 0)
        if len(set(members)) != len(members) or not 0 < needed <= len(members) <= _MOST_MEMBERS:
            raise Malformed(f"{number} of these {len(members)} members cannot be asked for")
        self.groups[name] = Group(needed, tuple(members))

    def _quorum(self, words: list[str]) -> None:
        known = {witness.name for witness in self.witnesses} | self.groups.keys() | {NOBODY}
        if self.quorum is not None or len(words) != 1 or words[0] not in known:
            raise Malformed("the quorum is one witness or group that stands above, or none")
        self.quorum = words[0]

    def _require_new(self, name: str) -> None:
        if name == NOBODY or name in self.groups or any(name == witness.name for witness in self.witnesses):
            raise Malformed(f"the name {name} is taken")


def _log(words: list[str]) -> None:
    """A policy for clients of several logs names them too. Ours is known, so the line is only let pass."""
    if not words:
        raise Malformed("a log is `log KEY`")
