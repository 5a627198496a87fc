"""The committed set and its built forms, loaded once."""

import pytest

from ocr.layout import Layout
from pipeline.forms.built import BuiltForm, load_built
from pipeline.forms.sets import FormSet, find_set
from pipeline.forms.typeface import register
from pipeline.programs.fonts import font_folder
from tests.forms.printing_cases import TEMPLATES


@pytest.fixture(scope="session")
def long_bien() -> FormSet:
    register(font_folder())
    return find_set(TEMPLATES, "long_bien_2021")


@pytest.fixture(scope="session", params=["03A", "03B"])
def built(request: pytest.FixtureRequest, long_bien: FormSet) -> BuiltForm:
    """Each form of the set as it is committed."""
    return load_built(long_bien, request.param)


@pytest.fixture(scope="session")
def built_03b(long_bien: FormSet) -> BuiltForm:
    return load_built(long_bien, "03B")


@pytest.fixture(scope="session")
def built_layout(built: BuiltForm) -> Layout:
    return built.layout
