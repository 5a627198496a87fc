"""Where documents go: award streams, Nơi nhận, copies of commitments."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from pipeline.errors import BadSet
from pipeline.forms.sets import load_set
from pipeline.people import BLOCKS, MANAGED_BY
from pipeline.results.routing import (
    Routing,
    addressees,
    award_recipients,
    commitment_copies,
    load_routing,
)
from tests.results.results_cases import LONG_BIEN, TEMPLATES, UNIT, person

ROUTING = load_routing(LONG_BIEN)
BTC, NV = "Ban Tổ chức Quận ủy", "Phòng Nội vụ Quận"
PARTY_SIDE = ("dang", "mttq", "doan_the")


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_has_one_office_that_receives_its_award_lists(block: str) -> None:
    """R-000-26."""
    unit = replace(UNIT, block=block)
    assert award_recipients(ROUTING, unit) == ((BTC,) if block in PARTY_SIDE else (NV,))


def test_one_office_gathers_both_streams() -> None:
    """R-000-27."""
    assert ROUTING.gathering is not None
    assert ROUTING.gathering.rule == "R-000-27"
    assert ROUTING.gathering.by.name == "Phòng Nội vụ"
    assert ROUTING.gathering.to[0] == "Hội đồng thi đua khen thưởng Quận"
    assert {stream.rule for stream in ROUTING.streams} == {"R-000-26"}


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("managed_by", MANAGED_BY)
def test_copies_of_a_commitment(block: str, managed_by: str) -> None:
    """R-000-31, R-000-32, R-000-33: the table of the specification, with reading A9."""
    unit = replace(UNIT, block=block)
    found = commitment_copies(ROUTING, person(managed_by=managed_by), unit)
    expected = [("R-000-31", unit.name)]
    if managed_by == "btv_thanh_uy" or (managed_by == "btv_quan_uy" and block in PARTY_SIDE):
        expected.append(("R-000-32", BTC))
    elif managed_by == "btv_quan_uy":
        expected.append(("R-000-33", NV))
    assert [(copy.rule, copy.keeper) for copy in found] == expected


def test_addressees_of_a_notice_follow_the_block() -> None:
    assert addressees(ROUTING, "04", UNIT)[0].startswith(NV)
    assert addressees(ROUTING, "04", replace(UNIT, block="dang"))[0].startswith(BTC)
    assert addressees(ROUTING, "02", UNIT) == ()


def test_a_set_without_routing_leaves_addressees_open(tmp_path: Path) -> None:
    assert load_routing(replace(LONG_BIEN, path=tmp_path)) == Routing()
    assert award_recipients(Routing(), UNIT) == ()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("blocks: [dang, mttq, doan_the]", "blocks: [dang, hoi]", "hoi"),
        ("blocks: [chinh_quyen, truong_hoc]\n  to:", "blocks: [dang, truong_hoc]\n  to:", "dang"),
        ("to: phong_noi_vu\n  scope", "to: phong_x\n  scope", "phong_x"),
        ("by: phong_noi_vu", "by: phong_y", "phong_y"),
        ("  to: don_vi", "  to: kho", "kho"),
        ("managed_by: [btv_thanh_uy]", "managed_by: [tinh_uy]", "tinh_uy"),
        ("header_style: party", "header_style: quan_doi", "quan_doi"),
        ("forms: ['04']", "forms: ['09']", "09"),
        ("- id: phong_noi_vu", "- id: ban_to_chuc", "ban_to_chuc"),
        ("scope: Tổng hợp toàn quận", "pham_vi: x", "pham_vi"),
    ],
)
def test_faulty_routing_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    folder = tmp_path / "long_bien_2021"
    copytree(TEMPLATES / "long_bien_2021", folder)
    file = folder / "routing.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadSet, match=named) as caught:
        load_routing(load_set(folder))
    assert "routing.yaml" in str(caught.value)
