"""What stands beside the ledger of a measurement: holders of accounts, projects, and the papers of retirements."""

from collections.abc import Sequence
from typing import Any

from tests.bench.spine import DEMONSTRATION

SALT = bytes(16)
WORDS_OF_ALL = ("一场会议", "A meeting", "会议中心", "Conference centre", "抵消会议的排放。", "Offsets the meeting.")


def holder_hash(account: str) -> bytes:
    from tanhui.registry.services.booking import hash_words

    return hash_words(SALT, f"holder-{account}", _holder_name(account))


def _holder_name(account: str) -> str:
    kinds = ("林业合作社", "绿色能源有限公司", "会展服务中心", "生态公益基金会", "居民", "机械制造股份有限公司")
    places = ("昆都仑", "青山", "东河", "九原", "石拐", "白云鄂博", "土右", "固阳", "达茂")
    number = int(account.rsplit("-", 1)[1])
    return f"{places[number % len(places)]}{number}{kinds[number // 9 % len(kinds)]}"


def write_holders(accounts: Sequence[str], kind: str) -> None:
    """Write the organisations behind accounts, and whose account is whose.

    Without the trigger that keeps one open account a holder: it takes a lock each, and these are too many for one act.
    """
    from django.db import connection, transaction

    from tanhui.registry.writer.copying import copy_rows

    columns = ("code", "name_zh", "name_en", "place_zh", "place_en", "synthetic")
    copy_rows(
        "people_organisation",
        columns,
        ((f"holder-{one}", _holder_name(one), f"Holder {one}", "", "", True) for one in accounts),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, id FROM people_organisation WHERE code = ANY(%s)", [[f"holder-{one}" for one in accounts]]
        )
        ids = dict(cursor.fetchall())
    rows = ((one, kind, ids[f"holder-{one}"], holder_hash(one).hex(), SALT.hex()) for one in accounts)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        copy_rows("registry_account", ("account", "kind", "holder_id", "holder_hash_hex", "salt_hex"), rows)


def write_projects(lots: Sequence[str]) -> list[str]:
    """Take one project through the whole job, and copy it, with survey and estimate, for each lot."""
    from django.db import connection

    from tanhui.land.services import REGIONS, load_region
    from tanhui.site import story
    from tanhui.site.demonstration import register_demonstration_people

    region, people = load_region(folder=REGIONS / "baotou"), register_demonstration_people()
    files = {path.name: path.read_bytes() for path in sorted(DEMONSTRATION.glob("*.csv"))}
    job = story.Job(files=files, name_zh="测速", name_en="Bench", method="baotou-stock-difference")
    made = story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)
    numbers = [f"BT-P-2030-{place:04d}" for place in range(len(lots))]
    with connection.cursor() as cursor:
        for number in numbers:
            _copied(cursor, made.project.pk, number)
    return numbers


_COPIES = (
    """
    INSERT INTO certification_project (number, key, name_zh, name_en, owner_id, state, synthetic_zh, synthetic_en,
        applied_at, notice_from, notice_until)
    SELECT %(number)s, %(number)s, name_zh || ' ' || %(number)s, name_en || ' ' || %(number)s, owner_id, 'issued',
        synthetic_zh, synthetic_en, applied_at, notice_from, notice_until
    FROM certification_project WHERE id = %(of)s
    """,
    """
    INSERT INTO certification_survey (project_id, revision, root_hex, booked_at, booked_by_id)
    SELECT copy.id, 1, root_hex, booked_at, booked_by_id FROM certification_survey one, certification_project copy
    WHERE one.project_id = %(of)s AND copy.number = %(number)s
    """,
    """
    INSERT INTO certification_surveyfile (survey_id, name, content, root_hex, row_hashes)
    SELECT (SELECT max(id) FROM certification_survey), name, content, file.root_hex, row_hashes
    FROM certification_surveyfile file JOIN certification_survey survey ON survey.id = file.survey_id
    WHERE survey.project_id = %(of)s
    """,
    """
    INSERT INTO certification_estimate (survey_id, method, method_version, method_hash_hex, document, hash_hex, outcome,
        issuable_mg, buffer_mg, computed_at, report_zh, report_en, report_zh_sha256, computed_by_id)
    SELECT (SELECT max(id) FROM certification_survey), method, method_version, method_hash_hex, document, hash_hex,
        outcome, issuable_mg, buffer_mg, computed_at, report_zh, report_en, report_zh_sha256, computed_by_id
    FROM certification_estimate one JOIN certification_survey survey ON survey.id = one.survey_id
    WHERE survey.project_id = %(of)s
    """,
    """
    INSERT INTO people_trailentry (at, role, act, subject, reason, facts, person_id)
    SELECT trail.at, role, act, %(number)s, reason, facts, person_id
    FROM people_trailentry trail JOIN certification_project project ON project.number = trail.subject
    WHERE project.id = %(of)s ORDER BY trail.id
    """,
)


def _copied(cursor: Any, of: int, number: str) -> None:
    for statement in _COPIES:
        cursor.execute(statement, {"of": of, "number": number})


# --- retirements: their orders and certificates ---------------------------------------------------------


def word_hashes() -> tuple[bytes, bytes]:
    from tanhui.registry.services.booking import hash_words

    name_zh, name_en, beneficiary_zh, beneficiary_en, *statement = WORDS_OF_ALL
    return hash_words(SALT, beneficiary_zh, beneficiary_en), hash_words(SALT, name_zh, name_en, *statement)


_ORDERS = """
INSERT INTO registry_order (number, kind, state, lot, source, target, quantity_mg, terms, command_hex, requested_by_id,
    requested_at, request_reason, decided_by_id, decided_at, decision_reason)
SELECT 'BT-O-2030-' || lpad(index::text, 8, '0'), 'retire', 'done', lot, from_account, '', quantity_mg,
    jsonb_build_object('purpose', 'event', 'name_zh', %(zh)s::text, 'name_en', %(en)s::text, 'beneficiary_zh',
        %(for_zh)s::text, 'beneficiary_en', %(for_en)s::text, 'statement_zh', %(said_zh)s::text, 'statement_en',
        %(said_en)s::text), command_hex, people.maker, now(), '核对无误。', people.checker, now(), '同意。'
FROM registry_entry, (SELECT min(id) AS maker, max(id) AS checker FROM people_person WHERE role = 'operator') AS people
WHERE serial_first IS NOT NULL
    AND NOT EXISTS (SELECT FROM registry_order known WHERE known.command_hex = registry_entry.command_hex)
"""
_RETIREMENTS = """
INSERT INTO registry_retirement (number, order_id, lot_id, account_id, quantity_mg, purpose, name_zh, name_en,
    beneficiary_zh, beneficiary_en, statement_zh, statement_en, salt_hex, serial_first, serial_last, index, retired_at,
    certificate, certificate_sha256)
SELECT 'BT-2030-' || lpad(entry.index::text, 8, '0'), of.id, entry.lot, entry.from_account, entry.quantity_mg, 'event',
    %(zh)s, %(en)s, %(for_zh)s, %(for_en)s, %(said_zh)s, %(said_en)s, %(salt)s, serial_first, serial_last, entry.index,
    now(), paper.content, encode(sha256(paper.content), 'hex')
FROM registry_entry entry JOIN registry_order of ON of.command_hex = entry.command_hex AND of.kind = 'retire',
    LATERAL (SELECT convert_to('%%PDF ' || repeat(entry.index::text, 2000), 'UTF8') AS content) AS paper
WHERE entry.serial_first IS NOT NULL
    AND NOT EXISTS (SELECT FROM registry_retirement known WHERE known.order_id = of.id)
"""


def write_papers() -> None:
    """Write order and certificate of each retirement that has none yet."""
    from django.db import connection, transaction

    names = ("zh", "en", "for_zh", "for_en", "said_zh", "said_en")
    told = {**dict(zip(names, WORDS_OF_ALL, strict=True)), "salt": SALT.hex()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ORDERS, told)
        cursor.execute(_RETIREMENTS, told)
