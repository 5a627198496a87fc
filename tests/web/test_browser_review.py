"""The reviewer's screen in a real browser: every kind of item by keyboard, two at once, stale
decisions, undo, contact sheets, names that are no markup, posts of other sites."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from pipeline.periods import Period
from pipeline.store import models
from pipeline.store.connection import close_store
from pipeline.work import review
from pipeline.work.office import Office
from pipeline.work.queue import rebuild_queue
from pipeline.work.readings import load_readings
from pipeline.work.review import Choice
from pipeline.work.review_items import Reviewer
from tests.web.conftest import PASSWORD, running_server
from tests.web.review_site import (
    EVIL_NAME,
    doubtful,
    empty_office,
    every_flag,
    lost_page,
    rename,
)
from tests.work.review_office import PERIOD

ONE = f"/review/{PERIOD}/one"
ALL_CODES = {
    "page_twin",
    "streak",
    "identity_mismatch",
    "poor_image",
    "mark_corrected",
    "mark_missing",
    "mark_double",
    "mark_doubtful",
    "total_mismatch",
    "total_unreadable",
    "overall_missing",
    "overall_mismatch",
    "signature_missing",
}
PICTURES_THERE = """Promise.race([
    Promise.all([...document.images].map((image) => image.decode())),
    new Promise((_, fail) => setTimeout(() => fail(new Error("pictures do not come")), 30_000)),
])"""
"""Ends by itself: nothing else limits the time of a page's own promise."""
KEYS = {
    "page_twin": ["Digit2"],
    "mark_missing": ["Digit1"],
    "mark_double": ["Numpad1"],
    "mark_doubtful": ["Numpad2"],
    "total_unreadable": ["Digit9", "Backspace", "Numpad1", "Digit8", "Enter"],
    "overall_missing": ["Digit1"],
    "signature_missing": ["Digit2"],
}
"""What is pressed at each code; Enter, which accepts, at the others."""


@dataclass(frozen=True)
class Site:
    """The running application and, beside it, its database."""

    address: str
    office: Office
    spoilt: str


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    office = empty_office(tmp_path_factory.mktemp("review") / "office")
    spoilt = every_flag(office, "U1")
    doubtful(office, 201, 4, "U2")
    doubtful(office, 301, 3, "U3")
    doubtful(office, 401, 4, "U4")
    doubtful(office, 501, 1, "U5")
    rename(doubtful(office, 601, 1, "U6")[0], EVIL_NAME)
    lost_page(office)
    with running_server(office.workspace.root) as address:
        yield Site(address, office, spoilt)
    close_store()


@pytest.fixture(scope="module")
def complaints() -> list[str]:
    """What the pages' scripts failed with. To raise it where it is heard would end the browser."""
    return []


@pytest.fixture(autouse=True)
def _no_page_complains(complaints: list[str]) -> Iterator[None]:
    complaints.clear()
    yield
    assert complaints == []


@pytest.fixture(scope="module")
def signed_in(
    reviewed: Site, browser: Browser, complaints: list[str]
) -> Iterator[dict[str, BrowserContext]]:
    """A browser of each reviewer, signed in once."""
    found = {}
    for name in ("an", "binh", "chi"):
        context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="vi-VN")
        context.on("weberror", lambda fault: complaints.append(str(fault.error)))
        page = context.new_page()
        page.goto(f"{reviewed.address}/sign-in")
        page.fill("[name=username]", name)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Đăng xuất")).to_be_visible()
        page.close()
        found[name] = context
    yield found
    for context in found.values():
        context.close()


def opened(context: BrowserContext, url: str) -> Page:
    """A page with its pictures."""
    page = context.new_page()
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return page


def press(page: Page, *codes: str) -> Response:
    """Press keys, of which the last one sends something, and wait for what comes back."""
    page.evaluate("document.getElementById('review').dataset.old = '1'")
    page.evaluate(PICTURES_THERE)
    for code in codes[:-1]:
        page.keyboard.press(code)
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.keyboard.press(codes[-1])
    page.wait_for_selector("#review:not([data-old])")
    return sent.value


def key_of(page: Page) -> str:
    return page.locator("#review [name=key]").first.input_value()


def test_every_kind_of_flag_by_keyboard(
    reviewed: Site, signed_in: dict[str, BrowserContext]
) -> None:
    page = opened(signed_in["an"], f"{reviewed.address}{ONE}?unit_id=U1")
    seen = set()
    for _ in range(40):
        code = page.locator("#review").get_attribute("data-reason")
        if code is None:
            break
        seen.add(code)
        assert press(page, *KEYS.get(code, ["Enter"])).status == 200, code
        expect(page.locator("#said")).to_contain_text("Đã")
    expect(page.locator("[data-focus]")).to_have_text("Không còn gì chờ duyệt")
    expect(page.locator("[data-focus]")).to_be_focused()
    assert seen == ALL_CODES
    records = load_readings(reviewed.office, Period.parse(PERIOD)).records
    record = next(each for each in records if each.sheet_id == reviewed.spoilt)
    values = {
        place: (record.answers[place].value, record.answers[place].decided_by)
        for place in (("I.1.1", "evaluator"), ("I.1.2", "self"), ("I.1.3", "evaluator"))
    }
    assert values == {
        ("I.1.1", "evaluator"): ("dat", "an"),
        ("I.1.2", "self"): ("dat", "an"),
        ("I.1.3", "evaluator"): ("chua_dat", "an"),
    }
    assert record.flags == ()
    page.close()


def test_two_reviewers_never_get_the_same(
    reviewed: Site, signed_in: dict[str, BrowserContext]
) -> None:
    both = (signed_in["an"], signed_in["binh"])
    pages = [opened(context, f"{reviewed.address}{ONE}?unit_id=U2") for context in both]
    seen: list[str] = []
    for _ in range(2):
        seen += [key_of(page) for page in pages]
        for page in pages:
            press(page, "Digit1")
    assert len(set(seen)) == len(seen) == 4
    for page in pages:
        expect(page.locator("[data-focus]")).to_have_text("Không còn gì chờ duyệt")
        page.close()


def test_a_stale_decision_says_so_and_stores_nothing(
    reviewed: Site, signed_in: dict[str, BrowserContext]
) -> None:
    page = opened(signed_in["an"], f"{reviewed.address}{ONE}?unit_id=U3")
    key = key_of(page)
    row = models.QueueItem.objects.get(key=key)
    models.QueueItem.objects.filter(key=key).update(leased_by=None, leased_until=None)
    binh = models.Account.objects.get(username="binh")
    other = Reviewer(binh.pk, "binh", None, frozenset({"duyet"}))
    review.decide(reviewed.office, other, Choice(key, row.version, "chua_dat"))
    assert press(page, "Digit1").status == 409
    alert = page.get_by_role("alert").filter(has_text="Chưa ghi")
    expect(alert).to_contain_text("binh đã quyết định")
    assert key_of(page) != key  # what is to be looked at now
    sheet_id, _, where = key.partition("/")
    stored = models.Decision.objects.filter(sheet=sheet_id, where=where)
    assert [(each.account.username, each.value) for each in stored] == [("binh", "chua_dat")]
    page.close()


def test_undo_shows_the_item_again_and_keeps_both_rows(
    reviewed: Site, signed_in: dict[str, BrowserContext]
) -> None:
    page = opened(signed_in["an"], f"{reviewed.address}{ONE}?unit_id=U5")
    key = key_of(page)
    press(page, "Digit2")
    press(page, "KeyU")
    assert key_of(page) == key
    expect(page.locator("#said")).to_have_text("Đã rút lại quyết định.")
    expect(page.locator(".past")).to_contain_text("Chưa đạt (đã rút lại)")
    rows = models.Decision.objects.filter(sheet=key.split("/")[0]).order_by("id")
    assert [row.undoes_id for row in rows] == [None, rows[0].pk]
    press(page, "KeyS")  # aside, and taken back from the list
    page.goto(f"{reviewed.address}/review/{PERIOD}?unit_id=U5")
    page.get_by_role("button", name="Đưa lại vào hàng chờ").click()
    assert models.QueueItem.objects.get(key=key).state == "open"
    page.close()


def test_keys_typed_into_a_field_or_with_ctrl_decide_nothing(
    reviewed: Site, signed_in: dict[str, BrowserContext]
) -> None:
    page = opened(signed_in["binh"], f"{reviewed.address}{ONE}?unit_id=U6")
    before = models.Decision.objects.count()
    for keys in ("Control+Digit1", "Alt+Digit2", "Meta+Digit1"):
        page.keyboard.press(keys)
    page.keyboard.press("n")
    page.keyboard.type("12 su")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.locator("#note").input_value() == "12 su"
    assert models.Decision.objects.count() == before
    page.keyboard.press("p")
    view = page.locator("#page").get_attribute("viewBox")
    assert view != page.locator("#page").get_attribute("data-whole")
    page.close()


def test_contact_sheet_odd_ones_go_to_single_review(
    reviewed: Site, signed_in: dict[str, BrowserContext]
) -> None:
    rebuild_queue(reviewed.office)
    part = "?unit_id=U4&kind=choice&code=mark_doubtful&proposal=dat"
    page = opened(signed_in["an"], f"{reviewed.address}/review/{PERIOD}/contact{part}")
    expect(page.locator(".crops li")).to_have_count(4)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    odd = page.locator(".crops input:checked").input_value()
    page.keyboard.press("Escape")
    page.locator("h1").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/one?*")
    assert key_of(page) == odd
    expect(page.get_by_text("Đã nhận 3 chỗ.")).to_be_visible()
    left = models.QueueItem.objects.filter(unit="U4").values_list("key", flat=True)
    assert list(left) == [odd]
    page.close()


def test_a_page_nobody_knows_is_discarded_with_a_reason(
    reviewed: Site, signed_in: dict[str, BrowserContext]
) -> None:
    page = opened(signed_in["an"], f"{reviewed.address}{ONE}?kind=page")
    expect(page.locator("[data-focus]")).to_have_text("Không đọc được mã phiếu")
    page.keyboard.press("f")  # search for a name: the address does not tell it
    page.keyboard.type("onerror")
    page.keyboard.press("Enter")
    found = page.locator("#found li")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(EVIL_NAME)
    assert page.title().startswith("Duyệt từng chỗ")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.keyboard.type("Tờ không thuộc đợt")
    press(page, "Enter")
    expect(page.locator("#said")).to_have_text("Đã bỏ trang này.")
    ruling = models.PageDecision.objects.get(action="discard")
    assert (ruling.action, ruling.reason) == ("discard", "Tờ không thuộc đợt")
    press(page, "KeyU")
    expect(page.locator("[data-focus]")).to_have_text("Không đọc được mã phiếu")
    page.close()


def test_a_name_is_text_everywhere(reviewed: Site, signed_in: dict[str, BrowserContext]) -> None:
    page = opened(signed_in["an"], f"{reviewed.address}/review/sheets/{601:010d}")
    expect(page.get_by_text(EVIL_NAME)).to_be_visible()
    assert "hacked" not in page.title()
    page.close()


def test_another_units_sheet_and_pictures_are_not_there(
    reviewed: Site, signed_in: dict[str, BrowserContext]
) -> None:
    """``chi`` sees U2 alone."""
    theirs = models.PageOutcome.objects.filter(sheet_id=f"{301:010d}").first()
    assert theirs is not None
    page = signed_in["chi"].new_page()
    for path in (
        f"/review/sheets/{theirs.sheet_id}",
        f"/review/scans/{theirs.pk}",
        f"/review/scans/{theirs.pk}/overall",
    ):
        answer = page.goto(f"{reviewed.address}{path}")
        assert answer is not None
        assert answer.status == 404, path
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{reviewed.address}/review/{PERIOD}")
    assert "Trường U3" not in page.content()
    page.close()


def test_a_post_of_another_site_decides_nothing(
    reviewed: Site, signed_in: dict[str, BrowserContext], tmp_path: Path
) -> None:
    item = models.QueueItem.objects.filter(unit="U6").get()
    form = tmp_path / "evil.html"
    form.write_text(
        f"<form method=post action='{reviewed.address}{ONE}/decide'>"
        f"<input name=key value='{item.key}'><input name=version value={item.version}>"
        "<input name=at value='2|1.0|1'><input name=value value=dat></form>"
        "<script>document.forms[0].submit()</script>"
    )
    before = models.Decision.objects.count()
    page = signed_in["an"].new_page()
    page.goto(form.as_uri(), wait_until="commit")
    page.wait_for_url(f"{reviewed.address}/**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert models.Decision.objects.count() == before
    page.close()
