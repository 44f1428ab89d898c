"""Marks what drives a browser, and starts one per module."""

import pytest
from chromium import started


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser():
    with started() as found:
        yield found
