"""The reviewer's screen by requests: scope, pictures, refusals, and what the pages say."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from pipeline.forms.sets import FormSet, Option
from pipeline.scans.waiting import Kind
from pipeline.store import models
from pipeline.store.connection import close_store
from pipeline.web.review import keys
from pipeline.web.site import open_site
from pipeline.work import campaigns, review
from pipeline.work.office import Office, open_office
from pipeline.work.review_items import Item, QueueFilter, Reviewer
from tests.scans.page_readings import FORM_SET
from tests.web.review_site import EVIL_NAME, doubtful, empty_office, lost_page, rename
from tests.work.review_office import PERIOD

BASE = f"/review/{PERIOD}"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty office with its accounts, to be copied."""
    root = tmp_path_factory.mktemp("review") / "office"
    empty_office(root)
    close_store()
    return root


@pytest.fixture
def office(made_once: Path, tmp_path: Path) -> Iterator[Office]:
    office = open_office(Path(shutil.copytree(made_once, tmp_path / "office")))
    open_site(office)
    yield office
    close_store()


def client(name: str, *, check_csrf: bool = False) -> Client:
    found = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=check_csrf)
    account = models.Account.objects.get(username=name)
    found.force_login(account, "django.contrib.auth.backends.ModelBackend")
    return found


def item_of(unit_id: str) -> Item:
    account = models.Account.objects.get(username="binh")
    who = Reviewer(account.pk, "binh", None, frozenset({"duyet"}))
    found = review.next_item(who, QueueFilter(PERIOD, unit_id))
    assert found is not None
    review.release(who)
    return found


def sent(item: Item, **more: str) -> dict[str, str]:
    return {"key": item.key, "version": str(item.version), "at": "2|0.5|1", **more}


def test_another_units_items_pictures_and_history_are_not_there(office: Office) -> None:
    doubtful(office, 1, 1, "U1")
    doubtful(office, 2, 1, "U2")
    chi = client("chi")  # of U2
    other, own = item_of("U1"), item_of("U2")
    assert own.sheet_id is not None
    assert own.sheet_id in chi.get(f"{BASE}/one").content.decode()
    assert "Không còn gì" in chi.get(f"{BASE}/one?unit_id=U1").content.decode()
    for url in (
        f"/review/scans/{other.outcome_id}",
        f"/review/scans/{other.outcome_id}/{other.where}",
        f"/review/sheets/{other.sheet_id}",
    ):
        assert chi.get(url).status_code == 404, url
        assert client("an").get(url).status_code == 200, url
    refused = chi.post(f"{BASE}/one/decide", sent(other, value="dat"))
    assert refused.status_code == 404
    assert not models.Decision.objects.exists()


def test_a_page_nobody_knows_is_for_accounts_without_a_unit(office: Office) -> None:
    lost_page(office)
    outcome = models.PageOutcome.objects.get()
    assert client("chi").get(f"/review/scans/{outcome.pk}").status_code == 404
    assert client("an").get(f"/review/scans/{outcome.pk}?turn=90").status_code == 200
    assert "Không đọc được mã phiếu" not in client("chi").get(f"{BASE}/one").content.decode()
    assert "Không đọc được mã phiếu" in client("an").get(f"{BASE}/one").content.decode()


def test_pictures_are_kept_by_their_user_alone_and_known_by_content(office: Office) -> None:
    doubtful(office, 1, 1, "U1")
    item = item_of("U1")
    url = f"/review/scans/{item.outcome_id}/{item.where}"
    an = client("an")
    picture = an.get(url)
    assert picture.headers["Cache-Control"] == "private, max-age=300"
    assert Image.open(io.BytesIO(picture.content)).format == "JPEG"
    again = an.get(url, headers={"if-none-match": picture.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert an.get(f"/review/scans/{item.outcome_id}/none/such").status_code == 404
    stranger = Client(SERVER_NAME="127.0.0.1").get(url)
    assert stranger.status_code == 302


def test_without_scripts_a_decision_leads_to_the_next_item(office: Office) -> None:
    doubtful(office, 1, 2, "U1")
    an = client("an")
    item = item_of("U1")
    answer = an.post(f"{BASE}/one/decide", sent(item, value="chua_dat", note="mờ"), follow=True)
    page = answer.content.decode()
    assert "Đã ghi: Chưa đạt." in page
    assert item.key not in page
    stored = models.Decision.objects.get()
    assert (stored.value, stored.note, stored.account.username) == ("chua_dat", "mờ", "an")
    event = models.AuditEvent.objects.get(action="decided")
    assert (event.subject, event.detail) == (item.sheet_id, item.where)


def test_history_shows_readings_decisions_and_undoing_but_no_confidence(office: Office) -> None:
    doubtful(office, 1, 1, "U1")
    an, item = client("an"), item_of("U1")
    an.post(f"{BASE}/one/decide", sent(item, value="chua_dat"))
    decision = models.Decision.objects.get()
    listed = an.get(f"{BASE}").content.decode()
    assert "Chưa đạt" in listed
    form = {"about": "place", "ref": str(decision.pk), "sheet": item.sheet_id}
    page = an.post(f"{BASE}/undo", form, follow=True).content.decode()
    for words in ("Đọc trang", "chưa quyết định", "Chưa đạt", "Rút lại quyết định", "như trước đó"):
        assert words in page, words
    assert "0.5" not in page
    assert "0,5" not in page
    assert models.Decision.objects.count() == 2


def test_a_stale_decision_is_409_with_the_present_state(office: Office) -> None:
    doubtful(office, 1, 1, "U1")
    an, item = client("an"), item_of("U1")
    form = sent(item, value="dat") | {"version": str(item.version + 1)}
    answer = an.post(f"{BASE}/one/decide", form, headers={"hx-request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "đã thay đổi" in page
    assert item.key in page
    assert not models.Decision.objects.exists()


def test_a_closed_campaign_is_409_and_only_looked_at(office: Office) -> None:
    doubtful(office, 1, 1, "U1")
    item = item_of("U1")
    models.CampaignEvent.objects.create(
        period=PERIOD, event="closed", account=models.Account.objects.get(username="binh")
    )
    answer = client("an").post(
        f"{BASE}/one/decide", sent(item, value="dat"), headers={"hx-request": "true"}
    )
    assert answer.status_code == 409
    assert "đã đóng" in answer.content.decode()
    assert not models.Decision.objects.exists()
    assert campaigns.campaigns()[0].closed


@pytest.mark.parametrize(
    ("url", "form"),
    [
        (f"{BASE}/one/decide", {}),
        (f"{BASE}/one/decide", {"key": "x", "version": "one", "at": "2|0.5|1"}),
        (f"{BASE}/one/assign", {"key": "x", "version": "1", "at": "2|0.5|1", "place": "x"}),
        (f"{BASE}/one/keep", {"key": "x", "version": "1", "at": "2|0.5|1", "scan": ""}),
        (f"{BASE}/contact/accept", {"item": "x"}),
        (f"{BASE}/undo", {"about": "place", "ref": "x"}),
    ],
)
def test_what_no_form_of_ours_sends_is_422(office: Office, url: str, form: dict[str, Any]) -> None:
    assert client("an").post(url, form).status_code == 422


def test_a_value_that_is_none_is_refused(office: Office) -> None:
    doubtful(office, 1, 1, "U1")
    answer = client("an").post(f"{BASE}/one/decide", sent(item_of("U1"), value="maybe"))
    assert answer.status_code == 400
    assert not models.Decision.objects.exists()


def test_a_forged_post_is_refused(office: Office) -> None:
    doubtful(office, 1, 1, "U1")
    forged = client("an", check_csrf=True)
    answer = forged.post(f"{BASE}/one/decide", sent(item_of("U1"), value="dat"))
    assert answer.status_code == 403
    assert not models.Decision.objects.exists()


def test_other_periods_are_not_there(office: Office) -> None:
    assert client("an").get("/review/sometime").status_code == 404


def test_contact_sheet_only_where_the_machine_proposes_something(office: Office) -> None:
    refused = client("an").get(f"{BASE}/contact?kind=choice&code=mark_double&proposal=")
    assert refused.status_code == 422
    empty = client("an").get(f"{BASE}/contact?kind=choice&code=mark_doubtful&proposal=dat")
    assert "Không còn gì chờ duyệt" in empty.content.decode()


def test_contact_sheet_with_a_changed_item_stores_nothing(office: Office) -> None:
    doubtful(office, 1, 2, "U1")
    rows = list(models.QueueItem.objects.all())
    items = [f"{row.version + (row is rows[0])} {row.key}" for row in rows]
    url = f"{BASE}/contact/accept?kind=choice&code=mark_doubtful&proposal=dat"
    page = client("an").post(url, {"item": items}, follow=True).content.decode()
    assert "Chưa ghi chỗ nào" in page
    assert not models.Decision.objects.exists()


def test_search_is_by_body_within_the_unit_and_escaped(office: Office) -> None:
    lost_page(office)
    rename(doubtful(office, 1, 1, "U1")[0], EVIL_NAME)
    rename(doubtful(office, 2, 1, "U2")[0], EVIL_NAME)
    form = {"key": "x", "version": "1", "at": "0|1.0|0", "text": "img onerror"}
    page = client("an").post(f"{BASE}/one/search", form).content.decode()
    assert page.count("&lt;img src=x") == 2
    assert "<img src=x" not in page
    assert client("chi").post(f"{BASE}/one/search", form).content.decode().count("&lt;img") == 1


def test_empty_queue_says_what_to_do(office: Office) -> None:
    assert "Chưa in phiếu" in client("an").get("/review/").content.decode()
    page = client("an").get(BASE).content.decode()
    assert "Không còn gì chờ duyệt" in page
    assert "bản quét mới" in page


def test_one_campaign_opens_at_once(office: Office) -> None:
    doubtful(office, 1, 1, "U1")
    answer = client("an").get("/review/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == BASE


def _set_with(values: int) -> FormSet:
    options = tuple(Option(f"v{n}", f"Mức {n}") for n in range(1, values + 1))
    return FormSet(**{**{f: getattr(FORM_SET, f) for f in FORM_SET.__slots__}, "values": options})


@pytest.mark.parametrize("values", [2, 3, 8, 11])
def test_keys_follow_the_values_of_the_set(office: Office, values: int) -> None:
    doubtful(office, 1, 1, "U1")
    item = item_of("U1")
    assert item.kind == Kind.CHOICE
    found = keys.answers(_set_with(values), item)
    assert [button.value for button in found] == [
        *(f"v{n}" for n in range(1, values + 1)),
        "",
        "?",
    ]
    for at, button in enumerate(found[:-1], start=1):
        assert button.codes == (f"Digit{at} Numpad{at}" if at <= 9 else "")
    assert found[-1].codes == "Digit0 Numpad0"
    codes = [code for button in found for code in button.codes.split()]
    assert len(codes) == len(set(codes))


def test_reviewers_only(office: Office) -> None:
    models.Account.objects.get(username="chi").groups.set([])
    assert client("chi").get(BASE).status_code == 403
