"""Layouts: the file says what the layout is, and boxes are found by their names."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.geometry import Rect
from ocr.layout import (
    SCHEMA,
    Box,
    Fiducial,
    Layout,
    PageLayout,
    from_json,
    load_layout,
    to_json,
)

# Layout files keep micrometres.
MM = st.integers(0, 300_000).map(lambda micrometres: micrometres / 1000)
RECTS = st.builds(Rect, MM, MM, MM, MM)
BOXES = st.builds(Box, st.text(max_size=20), RECTS)
CORNERS = st.sampled_from(["top_left", "top_right", "bottom_right", "bottom_left"])


def pages(number: int) -> st.SearchStrategy[PageLayout]:
    return st.builds(
        PageLayout,
        number=st.just(number),
        width_mm=MM,
        height_mm=MM,
        boxes=st.lists(BOXES, max_size=4).map(tuple),
        fields=st.lists(BOXES, max_size=3).map(tuple),
        fiducials=st.lists(st.builds(Fiducial, CORNERS, RECTS, st.booleans()), max_size=4).map(
            tuple
        ),
        code=RECTS,
    )


LAYOUTS = st.builds(
    Layout,
    set_code=st.text(max_size=8),
    form=st.text(max_size=6),
    version=st.text(max_size=8),
    pages=st.integers(0, 3).flatmap(
        lambda count: st.tuples(*(pages(number) for number in range(1, count + 1)))
    ),
)


@given(LAYOUTS)
def test_what_is_written_is_what_is_read(layout: Layout) -> None:
    assert from_json(json.loads(json.dumps(to_json(layout)))) == layout


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    layout = one_page(("I.1.1/self/dat", "I.1.1/self/chua_dat"))
    path = tmp_path / "03B.layout.json"
    path.write_text(json.dumps(to_json(layout)), encoding="utf-8")
    assert load_layout(path) == layout


def one_page(names: tuple[str, ...]) -> Layout:
    boxes = tuple(Box(name, Rect(10.0 * i, 20.0, 8.0, 5.0)) for i, name in enumerate(names))
    page = PageLayout(1, 210.0, 297.0, boxes, (), (), Rect(7.0, 250.0, 20.0, 20.0))
    return Layout("LB21", "03B", "K7Q2M9", (page,))


def test_the_document_has_the_fields_of_the_contract() -> None:
    document = to_json(one_page(("I.1.1/self/dat",)))
    assert document["schema"] == "phieu.layout/1"
    assert (document["form"], document["version"]) == ("03B", "K7Q2M9")
    (page,) = document["pages"]
    assert (page["number"], page["width_mm"], page["height_mm"]) == (1, 210.0, 297.0)
    assert page["boxes"] == [
        {"name": "I.1.1/self/dat", "x_mm": 0.0, "y_mm": 20.0, "w_mm": 8.0, "h_mm": 5.0}
    ]


def test_other_schemas_are_refused() -> None:
    document = to_json(one_page(())) | {"schema": "phieu.layout/2"}
    with pytest.raises(ValueError, match=SCHEMA):
        from_json(document)
    with pytest.raises(ValueError, match=SCHEMA):
        from_json({})


def test_a_missing_part_is_an_error() -> None:
    document = to_json(one_page(()))
    del document["pages"][0]["code"]
    with pytest.raises(KeyError):
        from_json(document)


def test_boxes_are_grouped_by_their_names_in_printed_order() -> None:
    layout = one_page(
        (
            "I.1.1/self/dat",
            "I.1.1/self/chua_dat",
            "I.1.1/evaluator/dat",
            "I.1.1/evaluator/chua_dat",
            "total/self/dat",
            "total/self/dat/tens",
            "total/self/dat/units",
            "overall/dat",
            "overall/chua_dat",
            "signature/self",
        )
    )
    (page,) = layout.pages
    choices = {choice.name: [value for value, _ in choice.cells] for choice in page.choices}
    assert choices == {
        "I.1.1/self": ["dat", "chua_dat"],
        "I.1.1/evaluator": ["dat", "chua_dat"],
        "overall": ["dat", "chua_dat"],
    }
    assert list(choices) == ["I.1.1/self", "I.1.1/evaluator", "overall"]
    (total,) = page.totals
    assert (total.name, total.tens.x_mm, total.units.x_mm) == ("total/self/dat", 50.0, 60.0)
    assert [box.name for box in page.signatures] == ["signature/self"]
    assert [choice.name for choice in layout.choices()] == list(choices)


@given(LAYOUTS, st.integers(-2, 6))
def test_pages_are_counted_from_one(layout: Layout, number: int) -> None:
    page = layout.page(number)
    assert (page is not None) == (1 <= number <= len(layout.pages))
    assert page is None or page.number == number


def test_fields_are_found_by_name() -> None:
    rect = Rect(1.0, 2.0, 3.0, 4.0)
    page = PageLayout(1, 210.0, 297.0, (), (Box("person", rect),), (), rect)
    assert page.field("person") == rect
    assert page.field("position") is None


def test_a_layout_is_known_by_what_page_codes_carry() -> None:
    assert one_page(()).key == ("LB21", "03B", "K7Q2M9")
