"""The rehearsal itself: what is done to the town, one thing after the other, and what must hold after each."""

from functools import partial
from pathlib import Path

from django.db import connection
from django.utils import translation

from tanhui.cli import chain
from tanhui.cli.cluster import deeds
from tanhui.cli.cluster.ground import Ground
from tanhui.cli.cluster.programs import ProgramError, until_seen
from tanhui.cli.cluster.town import Member, Town
from tanhui.cli.cluster.words import Teller
from tanhui.cli.commands import prepare
from tanhui.cli.words import django_language
from tanhui.core.audit import verify_audit
from tanhui.core.carbon.survey import SurveyFaults
from tanhui.registry.audit import write_audit_file
from tanhui.registry.log.models import Cosignature, Fault
from tanhui.registry.log.queries import finality
from tanhui.registry.models import Block
from tanhui.registry.wording import AUDIT_FAULTS
from tanhui.registry.writer.journal import last_block
from tanhui.registry.writer.signing import signing_key
from tanhui.witness.words import spoken

SHOWN_OF_ROOT = 16


class RehearsalError(AssertionError):
    """Something does not hold."""


def rehearse(ground: Ground, survey: Path, method: str | None, teller: Teller) -> None:
    """Put a town to the test. Raises RehearsalError at the first thing that does not hold."""
    with translation.override(django_language(teller.language)):
        prepare()
        with Town(ground, teller.language) as town:
            try:
                _Rehearsal(town, teller).run(survey, method)
            except ProgramError as ended:
                raise RehearsalError(teller.words("ended", what=ended)) from ended
            finally:
                connection.close()


class _Rehearsal:
    """Each method is one thing that befalls the town."""

    def __init__(self, town: Town, teller: Teller) -> None:
        self.town, self.teller = town, teller
        self.first, self.last = town.members[0], town.members[-1]

    def run(self, survey: Path, method: str | None) -> None:
        self._begin()
        self.teller.say("act_books")
        self.books = self._keep_books(survey, method)
        self._all_the_same()
        self._power_cut()
        self._changed_copy()
        self._changed_table()
        self._forged_block()

    def _begin(self) -> None:
        ground, members = self.town.ground, self.town.members
        self.teller.say("place", members=len(members), folder=ground.folder)
        self.town.start()
        self.teller.say("registry", url=ground.log_url, key=signing_key().public)
        for member in members:
            self.teller.say("member", name=member.name, url=member.url, key=member.key)
        self.teller.say("policy", needed=ground.needed, members=len(members))

    def _keep_books(self, survey: Path, method: str | None) -> deeds.Books:
        speaker = chain.Speaker(self.teller.language)
        try:
            return deeds.keep_books(survey, method, speaker.tell)
        except SurveyFaults as found:
            speaker.faults(found.faults)
            raise RehearsalError(self.teller.words("survey_faults")) from found
        except deeds.NothingToIssueError as none:
            speaker.nothing_to_issue(none.document)
            raise RehearsalError(self.teller.words("no_lot")) from none

    def _all_the_same(self) -> None:
        block = _newest()
        for member in self.town.members:
            self._expect("follows", until_seen(partial(_is_at, member, block)), **_follows(member))
        roots = {end.root.hex() for member in self.town.members if (end := member.mirrored)}
        self._expect("same", roots == {block.root_hex}, height=block.height, root=_short(block.root_hex))
        self._expect_final("final")

    def _power_cut(self) -> None:
        self.teller.say("act_kill", name=self.last.name)
        self.last.program.kill()
        deeds.sell(self.books, 1)
        self._expect_final("final_without")
        self.teller.say("act_back", name=self.last.name)
        self.last.start()
        self._expect_caught_up("caught_up", self.last)

    def _changed_copy(self) -> None:
        self.first.program.stop()
        place = deeds.tamper_with_copy(self.first)
        self.teller.say("act_copy", name=self.first.name, place=place)
        deeds.sell(self.books, 2)
        signed_size = self.first.signed_size
        self.first.program.start()
        refused = self.first.program.wait_for_end() == 1
        words = self.first.program.said()
        named = (
            any(said in words for said in (f"leaf {place} ", f"第 {place} 条"))
            and self.first.signed_size == signed_size
        )
        self._expect("copy_refused", refused and named, name=self.first.name, words=words)
        self._expect_final("final_without")

    def _changed_table(self) -> None:
        self.first.put_copy_away()
        with deeds.tampered_table() as place:
            self.teller.say("act_table", name=self.first.name, place=place)
            signed_size = self.first.signed_size
            self.first.start()
            fault = until_seen(partial(_fault_of, self.first, "not_yet"))
            refused = fault is not None and self.first.signed_size == signed_size and self.first.mirrored is None
            self._expect("table_refused", refused, name=self.first.name, words=self._spoken(fault))
            words, found = self._own_check()
            self._expect("check_finds", f"leaf[{place}]" in found, words=words)
        self._expect_caught_up("mended", self.first)

    def _forged_block(self) -> None:
        final = finality().final
        assert final is not None
        place = deeds.forge_sale(self.books)
        self.teller.say("act_forge", place=place)
        for member in self.town.members:
            fault = until_seen(partial(_fault_of, member, "rule_refused"))
            named = f"leaf {place} " in _said(fault) and "insufficient_balance" in _said(fault)
            refused = named and member.signed_size == final.size
            self._expect("rule_refused", refused, name=member.name, words=self._spoken(fault))
        stays = finality().final
        self._expect("not_final", stays is not None and stays.height == final.height, height=final.height)

    def _spoken(self, fault: Fault | None) -> str:
        """What a member said, in the language of this rehearsal."""
        return spoken(_said(fault), self.teller.language)

    def _own_check(self) -> tuple[str, str]:
        """Verify the registry's tables as they stand; return the first fault in words, and where it is."""
        path = self.town.ground.folder / "ledger.sqlite"
        write_audit_file(path)
        report = verify_audit(path, str(signing_key().public))
        first = report.faults[0] if report.faults else None
        return (str(AUDIT_FAULTS[first.code]) % first.words(), str(first.where)) if first else ("", "")

    def _expect_final(self, code: str) -> None:
        block = _newest()
        final = until_seen(lambda: (found := finality().final) is not None and found.height >= block.height)
        names = Cosignature.objects.filter(size=block.size).order_by("id").values_list("name", flat=True)
        self._expect(code, final, height=block.height, signed=", ".join(names))

    def _expect_caught_up(self, code: str, member: Member) -> None:
        block = _newest()
        there = until_seen(partial(_is_at, member, block))
        self._expect(code, there, name=member.name, height=block.height)

    def _expect(self, code: str, holds: object, **facts: object) -> None:
        """Say whether something holds. Raises RehearsalError where it does not."""
        sentence = self.teller.judge(code, holds=bool(holds), **facts)
        if not holds:
            raise RehearsalError(sentence)


def _newest() -> Block:
    block = last_block()
    assert block is not None
    return block


def _is_at(member: Member, block: Block) -> bool:
    """Whether a member has replayed a block, signed it, and its signature has arrived."""
    end = member.mirrored
    same = end is not None and (end.size, end.root.hex()) == (block.size, block.root_hex)
    arrived = Cosignature.objects.filter(vkey=str(member.key), size=block.size).exists()
    return same and arrived and member.signed_size == block.size


def _follows(member: Member) -> dict[str, object]:
    end = member.mirrored
    told = (end.height, end.size, _short(end.root.hex())) if end else (0, 0, "-")
    return {"name": member.name, **dict(zip(("height", "size", "root"), told, strict=True))}


def _fault_of(member: Member, code: str) -> Fault | None:
    return Fault.objects.filter(vkey=str(member.key), code=code).order_by("-id").first()


def _said(fault: Fault | None) -> str:
    return str(fault.params.get("said", "")) if fault else ""


def _short(root_hex: str) -> str:
    return f"{root_hex[:SHOWN_OF_ROOT]}…"
