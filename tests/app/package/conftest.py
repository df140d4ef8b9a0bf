"""A finished package that every test may take and change; it is made once."""

import pytest

from tests.app.package.package_world import files_of


@pytest.fixture(scope="session")
def sound() -> dict[str, bytes]:
    """The files of a sound package of an invented office of 300 persons."""
    return files_of()
