"""A draw says how far it is, stage by stage and stratum by stratum, and ends where whoever listens raises."""

import itertools

import pytest
import shapely
from sampling_land import request, stratum

from tanhui.core.sampling import STAGES, DesignRefusal, design_document, draw_design


class EndedError(Exception):
    """Somebody wished the end."""


def test_the_stages_come_in_their_order_and_change_nothing():
    told = []
    drawn = draw_design(request(), lambda *said: told.append(said))
    assert design_document(drawn) == design_document(draw_design(request()))
    assert tuple(stage for stage, _same in itertools.groupby(said[0] for said in told)) == STAGES
    for stage in ("land", "place"):
        assert {said[1:] for said in told if said[0] == stage} == {(0, 3), (1, 3), (2, 3)}


@pytest.mark.parametrize("stage", STAGES)
def test_it_ends_in_any_stage(stage):
    def listen(said, _done, _of):
        if said == stage:
            raise EndedError

    with pytest.raises(EndedError):
        draw_design(request(), listen)


@pytest.mark.parametrize("placement", ["systematic", "random"])
def test_land_without_room_is_not_searched_to_the_end_where_nobody_wants_it(placement):
    """The search for room is the long part of a draw: it is told again and again, not once a stratum."""
    strips = [shapely.box(109.84 + step, 40.65, 109.8402 + step, 40.67) for step in (0, 0.001, 0.002)]
    told = []
    with pytest.raises(DesignRefusal, match="no_room"):
        draw_design(
            request(strata=(stratum("STRIPS", strips),), placement=placement, least_distance_m=0),
            lambda *said: told.append(said),
        )
    assert sum(said[0] == "place" for said in told) > 10
