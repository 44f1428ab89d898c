"""What import contracts cannot see: keys point down, no signals, every page has its readers, every act its shape."""

import importlib
import inspect
import pkgutil

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

import tanhui
from tanhui.site.permissions import API_READERS, READERS

LAYERS = ["jobs", "people", "land", "monitoring", "certification", "registry", "log"]


def test_foreign_keys_point_down():
    upward = [
        f"{model.__name__}.{field.name} -> {field.related_model.__name__}"
        for layer, label in enumerate(LAYERS)
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if LAYERS.index(field.related_model._meta.app_label) > layer
    ]
    assert upward == []


UNITS = tuple(
    f"_{unit}"
    for unit in ["mg", "mu", "ms", "e6", "at", "ha", "m2", "kg", "fen", "a", "year", "cm", "m", "m3_ha", "share", "t"]
)
UNITLESS = {
    "id",
    "height",
    "index",
    "first_leaf",
    "size",
    "day",
    "holdings",
    "serial_first",
    "serial_last",
    "level",
    "first",
    "revision",
    "kind",
    "row",
    "part",
    "epsg",
    "round",
    "steps_done",
    "steps_all",
    "queue_id",
    "arrivals",
    "followers",
}


def test_every_model_field_that_is_a_quantity_names_its_unit():
    unitless = [
        f"{model.__name__}.{field.name}"
        for label in LAYERS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.concrete_fields
        if field.get_internal_type() in {"BigIntegerField", "IntegerField", "FloatField", "DecimalField"}
        if not field.name.endswith(UNITS) and field.name not in UNITLESS and not field.name.endswith(("lon", "lat"))
    ]
    assert unitless == []


def service_functions():
    for label in LAYERS:
        try:
            module = importlib.import_module(f"tanhui.{label}.services")
        except ModuleNotFoundError:
            continue
        for name, found in inspect.getmembers(module, inspect.isfunction):
            if not name.startswith("_") and found.__module__.startswith(f"tanhui.{label}.services"):
                yield pytest.param(found, id=f"{label}.{name}")


@pytest.mark.parametrize("service", list(service_functions()))
def test_services_are_keyword_only_and_documented(service):
    kinds = {parameter.kind for parameter in inspect.signature(service).parameters.values()}
    assert kinds <= {inspect.Parameter.KEYWORD_ONLY}
    assert inspect.getdoc(service)


def named_urls(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from named_urls(entry)
        elif isinstance(entry, URLPattern):
            yield entry.name


def test_every_address_is_in_the_permission_table():
    assert sorted(named_urls()) == sorted([*READERS, *API_READERS])
    assert not set(READERS) & set(API_READERS)


def test_core_needs_no_django():
    for module in pkgutil.walk_packages(tanhui.__path__, "tanhui."):
        if module.name.startswith("tanhui.core"):
            source = inspect.getsource(importlib.import_module(module.name))
            assert "django" not in source.lower(), module.name
