"""A small registry's whole book, filled as a database would fill it: two projects, one lot, sales and retirements."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

from core.ledger.ledger_samples import BUFFER, BUYER, HASH, OWNER, chain, command, opened
from tanhui.core.audit import (
    AccountRow,
    AuditBook,
    BlockRow,
    EstimateRow,
    EvidenceFileRow,
    HoldingRow,
    KeyRow,
    LeafRow,
    SubtreeRow,
    SurveyRow,
    act_row,
    entry_row,
    estimate_row,
    lot_row,
    meta_rows,
    period_text,
)
from tanhui.core.audit.rows import Cell, Row
from tanhui.core.audit.science import recompute
from tanhui.core.carbon.digest import survey_digest
from tanhui.core.carbon.method import method_files
from tanhui.core.ledger import (
    Block,
    Checkpoint,
    Command,
    Deed,
    Entry,
    Issue,
    Origin,
    Retire,
    SigningKey,
    Transfer,
    acts_of,
    sign_checkpoint,
)

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
    """Accounts and an issue; a sale, two retirements and a refusal; a third retirement."""
    tonne = 10**9
    acts = [*opened(), issue or issue_of("project-1")]
    second = [
        Transfer("lot-1", OWNER, BUYER, 300 * tonne, HASH),
        Retire("lot-1", BUYER, 120 * tonne, "event", HASH, HASH),
        Retire("lot-1", OWNER, 7, "enterprise", HASH, HASH),
        Retire("lot-1", BUYER, 200 * tonne, "event", HASH, HASH),
    ]
    third = [Retire("lot-1", BUYER, tonne + 1, "voluntary", HASH, HASH)]
    batches: list[list[Command]] = []
    number = 0
    for batch in (acts, second, third):
        batches.append([command(number + place, act) for place, act in enumerate(batch, start=1)])
        number += len(batch)
    return chain(batches)


def book_of(blocks: Sequence[Block], key: SigningKey = KEY) -> AuditBook:
    """Every table as a database has it after these blocks."""
    leaves = [leaf for block in blocks for leaf in block.leaves]
    outcomes = {outcome.leaf: outcome.params for block in blocks for outcome in block.outcomes}
    rows = tuple(_block_row(block, key) for block in blocks)
    closing = blocks[-1].closing
    done = [
        act
        for leaf in leaves
        if isinstance(leaf.record, Deed) and leaf.record.outcome == "done"
        for act in acts_of(leaf.record.command.act)
    ]
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
        account=tuple(
            AccountRow(act.account, act.kind, act.holder_hash.hex()) for act in done if act.name == "open_account"
        ),
        holding=tuple(
            HoldingRow(holding.account, holding.lot, holding.book.value, quantity_mg)
            for holding, quantity_mg in closing.holdings.items()
        ),
        lot=tuple(lot_row(lot) for lot in closing.lots.values()),
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
