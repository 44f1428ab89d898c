"""A small registry's whole book, filled as a database would fill it: two projects, one lot, sales and retirements."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

from core.ledger.every_act import close_day
from core.ledger.ledger_samples import BUFFER, BUYER, HASH, OWNER, chain, command, opened
from tanhui.core.audit import (
    AuditBook,
    BlockRow,
    EstimateRow,
    EvidenceFileRow,
    KeyRow,
    LeafRow,
    SubtreeRow,
    SurveyRow,
    act_row,
    entry_row,
    estimate_row,
    meta_rows,
    period_text,
    standing_rows,
)
from tanhui.core.audit.rows import Cell, Row
from tanhui.core.audit.science import recompute
from tanhui.core.carbon.digest import survey_digest
from tanhui.core.carbon.method import method_files
from tanhui.core.ledger import (
    Act,
    Block,
    Checkpoint,
    CloseAccount,
    Command,
    Deed,
    Entry,
    Issue,
    OpenAccount,
    Origin,
    Pledge,
    Retire,
    Reverse,
    SigningKey,
    Transfer,
    apply,
    replay,
    sign_checkpoint,
)
from tanhui.core.ledger.days import DAY_MS

KEY = SigningKey("registry.example/baotou", b"k" * 32)
STRANGER = SigningKey("registry.example/baotou", b"x" * 32)
VKEY = str(KEY.public)
METHOD = method_files("published-tree-biomass", "1.0.0")
PROJECTS = {"project-1": 1, "project-2": -25}
"""What a tree gains or loses between the rounds differs by plot; in the second project the forest shrinks."""

Files = dict[str, bytes]


@cache
def survey_files(slope: int) -> Files:
    """Four plots with two larches each, measured twice, with published masses."""
    plots, rounds, trees = range(1, 5), (1, 2), (1, 2)
    growth = 20 if slope > 0 else slope
    return {
        "strata.csv": b"stratum,ecosystem,area_ha,note\nlarch,forest,1200,\n",
        "plots.csv": _lines("plot,stratum,lon,lat,plot_area_m2", (f"p{p},larch,110.{p},41.{p},600" for p in plots)),
        "visits.csv": _lines(
            "plot,round,year,status", (f"p{p},{r},{2015 + 5 * r},measured" for p in plots for r in rounds)
        ),
        "trees.csv": _lines(
            "plot,round,tree,species,dbh_cm,height_m,status,trees_per_ha,aboveground_biomass_kg",
            (
                f"p{p},{r},{t},落叶松,{10 + t + r}.5,{8 + r},live,200,{90 + 5 * t + growth * r + p * r}"
                for p in plots
                for r in rounds
                for t in trees
            ),
        ),
    }


def _lines(head: str, rows: Iterable[str]) -> bytes:
    return ("\n".join([head, *rows]) + "\n").encode()


@cache
def estimate_of(project: str) -> EstimateRow:
    return estimate_row(project, recompute(survey_files(PROJECTS[project]), METHOD))


def issue_of(project: str, quantity_mg: int | None = None) -> Issue:
    """What the registry orders on an estimate; another quantity than it allows, if one is named."""
    document = recompute(survey_files(PROJECTS[project]), METHOD)
    estimate = estimate_of(project)
    hashes = (estimate.survey_hash_hex, estimate.method_hash_hex, estimate.estimate_hash_hex)
    origin = Origin(project, period_text(document), *map(bytes.fromhex, hashes))
    return Issue("lot-1", OWNER, BUFFER, quantity_mg or estimate.issuable_mg, estimate.buffer_mg, origin)


def history(issue: Issue | None = None) -> list[Block]:
    """Accounts and an issue; a sale, retirements, a pledge, a closed account, a refusal; a third retirement.

    The third block is of the day after, and closes the first day; what it takes back stands in the lot.
    """
    tonne = 10**9
    acts = [*opened(), OpenAccount("acc-gone", "buyer", HASH), issue or issue_of("project-1")]
    second = [
        Transfer("lot-1", OWNER, BUYER, 300 * tonne, HASH),
        Retire("lot-1", BUYER, 120 * tonne, "event", HASH, HASH),
        Retire("lot-1", OWNER, 7, "enterprise", HASH, HASH),
        Retire("lot-1", BUYER, 200 * tonne, "event", HASH, HASH),
        Pledge("p-1", "lot-1", OWNER, BUYER, 5, HASH),
        CloseAccount("acc-gone"),
    ]
    blocks = chain([_ordered(acts, 1), _ordered(second, 100)])
    standing = blocks[-1].closing
    third = [
        close_day(standing, 0),
        Reverse("lot-1", BUFFER, OWNER, "lot-1", 9, HASH),
        Retire("lot-1", BUYER, tonne + 1, "voluntary", HASH, HASH),
    ]
    return [*blocks, apply(_ordered(third, 200), standing, 3, DAY_MS)]


def _ordered(acts: Iterable[Act], first: int) -> list[Command]:
    return [command(number, act) for number, act in enumerate(acts, start=first)]


def book_of(blocks: Sequence[Block], key: SigningKey = KEY) -> AuditBook:
    """Every table as a database has it after these blocks."""
    leaves = [leaf for block in blocks for leaf in block.leaves]
    outcomes = {outcome.leaf: outcome.params for block in blocks for outcome in block.outcomes}
    rows = tuple(_block_row(block, key) for block in blocks)
    closing = blocks[-1].closing
    done = [leaf.record.command for leaf in leaves if isinstance(leaf.record, Deed) and leaf.record.outcome == "done"]
    return AuditBook(
        meta=meta_rows(key.name, rows[-1]),
        key=(KeyRow(key.name, str(key.public)),),
        block=rows,
        leaf=tuple(LeafRow(leaf.position, leaf.record.height, int(leaf.kind), leaf.content) for leaf in leaves),
        subtree=tuple(
            SubtreeRow(level, place, found.hex())
            for block in blocks
            for run in block.runs
            for level, place, found in run.each()
        ),
        act=tuple(
            act_row(leaf.position, leaf.record, outcomes[leaf.position])
            for leaf in leaves
            if isinstance(leaf.record, Deed)
        ),
        entry=tuple(entry_row(leaf.position, leaf.record) for leaf in leaves if isinstance(leaf.record, Entry)),
        **{
            table: tuple(rows)
            for table, rows in standing_rows(closing, done, replay(leaf.content for leaf in leaves).piles).items()
        },
        **_evidence(),
    )


def _block_row(block: Block, key: SigningKey) -> BlockRow:
    note = sign_checkpoint(Checkpoint(key.name, block.size, block.root), key)
    return BlockRow(block.height, block.time_ms, block.first_leaf, block.size, block.root.hex(), note)


@cache
def _evidence() -> dict[str, tuple]:
    surveys = {project: survey_files(slope) for project, slope in PROJECTS.items()}
    return {
        "evidence_file": tuple(
            EvidenceFileRow(project, kind, name, content)
            for project, survey in surveys.items()
            for kind, files in (("survey", survey), ("method", METHOD))
            for name, content in files.items()
        ),
        "survey_row": tuple(
            SurveyRow(project, file.name, number, entry.hex())
            for project, survey in surveys.items()
            for file in survey_digest(survey).files
            for number, entry in enumerate(file.row_hashes, start=1)
        ),
        "estimate": tuple(estimate_of(project) for project in PROJECTS),
    }


BOOK = book_of(history())


def with_rows(table: str, change: Callable[[list[Row]], list[Row]], book: AuditBook = BOOK) -> AuditBook:
    return replace(book, **{table: tuple(change(list(getattr(book, table))))})


def with_cell(table: str, place: int, column: str, cell: Cell, book: AuditBook = BOOK) -> AuditBook:
    """The book with one cell changed."""
    return with_rows(
        table,
        lambda rows: [row._replace(**{column: cell}) if at == place else row for at, row in enumerate(rows)],
        book,
    )
