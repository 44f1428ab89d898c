"""Which layer of a file holds the parcels: the only one with areas, or the one that was chosen."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.land.parcels.choices import Choices
from tanhui.land.parcels.shapes import Ask
from tanhui.land.vector.layers import Layer, polygon_layers

MOST_FEATURES = 2_000_000


def layer_of(found: Sequence[Layer], choices: Choices) -> Layer:
    """Return the layer to read. Raises `layer_needed`, `layer_unknown`, `no_features`, `too_many_features`."""
    areal = polygon_layers(found)
    shown = tuple(layer.shown for layer in areal)
    if choices.layer:
        areal = [layer for layer in found if layer.shown == choices.layer]
        if not areal:
            text = _("文件里没有图层“%(layer)s”。") % {"layer": choices.layer}
            raise Ask("layer_unknown", text, remedy=_("从文件有的图层里选一个。"), offers=shown, field="layer")
    if len(areal) > 1:
        text = _("文件里有 %(count)s 个面图层。") % {"count": len(areal)}
        raise Ask("layer_needed", text, remedy=_("选一个图层，一次导入一个。"), offers=shown, field="layer")
    layer = areal[0]
    if not layer.features:
        raise Problem("no_features", _("图层“%(layer)s”是空的。") % {"layer": layer.shown}, field="file")
    if layer.features > MOST_FEATURES:
        text = _("图层有 %(count)s 个图斑，一次最多 %(most)s 个。") % {"count": layer.features, "most": MOST_FEATURES}
        raise Problem("too_many_features", text, field="file", remedy=_("分成几个旗县，一个一个导入。"))
    return layer
