"""Every code that an import accepts has pages: the list, the parcel, its triage and its overlaps open."""

import pytest
from django.urls import resolve, reverse

from clerks import Clerk
from parcels import PERIOD, keep_parcels

ODD = ("12/1", "../etc", "..", "~2F", "a~b", "1\\2", "<script>alert(1)</script>", "甲 12/1", "50%", "a?b#c", "//")
DAYS = [day.isoformat() for day in PERIOD]


@pytest.mark.parametrize("code", ODD)
def test_a_code_comes_back_from_its_address_as_it_was(code):
    for name, more in (("parcel", []), ("triage", DAYS), ("overlap", [*DAYS, 7])):
        address = reverse(name, args=[code, *more])
        segments = address.split("/")
        assert not {".", ".."} & set(segments)
        assert "" not in segments[1:-1], address
    assert resolve("/desk/land/parcels/150222-1/").kwargs == {"code": "150222-1"}
    assert reverse("parcel", args=["150222-1"]) == "/desk/land/parcels/150222-1/"


@pytest.mark.parametrize("code", ODD)
def test_list_parcel_and_triage_of_an_odd_code_open(people, code):
    keep_parcels(people, 1, code=code)
    clerk = Clerk("batu")
    address = reverse("parcel", args=[code])
    assert address in clerk.client.get(reverse("parcels")).content.decode()
    assert clerk.client.get(address).context["parcel"].code == code
    shown = clerk.client.get(reverse("triage", args=[code, *DAYS]))
    assert shown.status_code == 200
    assert shown.context["parcel"].code == code
