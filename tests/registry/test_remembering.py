"""The nightly check computes an estimate anew unless the very same was computed within a week by the same code."""

from datetime import timedelta

import pytest
from django.db import connection

from act_desk import ActDesk
from core.audit.audit_samples import METHOD, survey_files
from tanhui.certification.models import Estimate
from tanhui.core.audit.science import UnreadableEvidence, recompute
from tanhui.kit import clock
from tanhui.registry.audit import _certified, _evidence
from tanhui.registry.models import RecomputedEstimate
from tanhui.registry.services import remembering
from tanhui.registry.services.remembering import Remembering, code_digest


def evidence() -> tuple[dict[str, bytes], dict[str, bytes]]:
    (estimate,) = _certified()
    files = list(_evidence(estimate))
    return tuple({file.name: file.content for file in files if file.kind == kind} for kind in ("survey", "method"))


def asked(at, *given) -> tuple[int, int]:
    one = Remembering(at=at)
    assert one(*given) == recompute(*given)
    return one.computed, one.remembered


def test_the_same_is_computed_once_a_week(acts: ActDesk, monkeypatch):
    at, given = clock.now(), evidence()
    assert asked(at, *given) == (1, 0)
    assert asked(at + timedelta(days=6), *given) == (0, 1)
    assert asked(at + timedelta(days=7), *given) == (1, 0)
    assert asked(at, *given) == (1, 0), "what was computed later than now is not believed"
    monkeypatch.setattr(remembering, "code_digest", lambda: "0" * 64)
    assert asked(at, *given) == (1, 0)
    assert RecomputedEstimate.objects.count() == 1


def test_a_changed_document_is_not_what_came_out(acts: ActDesk):
    at, given = clock.now(), evidence()
    assert asked(at, *given) == (1, 0)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE certification_estimate SET document = document || ' '")
    assert Estimate.objects.count() == 1
    assert asked(at, *given) == (1, 0)


def test_other_data_and_other_methods_are_computed(acts: ActDesk):
    at, (survey, method) = clock.now(), evidence()
    assert asked(at, survey, method) == (1, 0)
    assert asked(at, survey_files(1), METHOD) == (1, 0)
    assert asked(at, survey, method) == (0, 1)


def test_what_cannot_be_read_is_not_remembered(acts: ActDesk):
    one = Remembering(at=clock.now())
    with pytest.raises(UnreadableEvidence):
        one({"trees.csv": b"\xff\xfe"}, {})
    assert not RecomputedEstimate.objects.exists()


def test_the_code_has_a_hash_that_stays_while_it_stays():
    assert len(bytes.fromhex(code_digest())) == 32
    assert code_digest() == code_digest.__wrapped__()
