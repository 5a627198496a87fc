"""Accounts as an administrator and their owners meet them, and the log of what was done."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadInput
from pipeline.roles import Role
from pipeline.store.models import Account, AuditEvent, Unit
from pipeline.web.templatetags.vietnamese import vn_date, vn_datetime, vn_number, vn_percent
from pipeline.work.accounts import change_account, disable_account, one_time_password
from pipeline.work.audit import ACTION_WORDS, COMMAND_LINE, Action, EventFilter, find_events
from tests.web.conftest import TestSite


@pytest.fixture
def unit(site: TestSite) -> Unit:
    return Unit.objects.create(
        unit_id="TH",
        name="Trường Tiểu học Hoa Mẫu",
        block="truong_hoc",
        header_style="state",
        head_title="Hiệu trưởng",
        position=1,
    )


def _once(answer: HttpResponse) -> str:
    found = re.search(r'<code class="big">([^<]+)</code>', answer.content.decode())
    assert found is not None, answer.content.decode()
    return found[1]


def test_a_new_account_changes_its_one_time_password_first(site: TestSite, unit: Unit) -> None:
    admin = site.client(site.account("admin", Role.QUAN_TRI))
    answer = admin.post("/accounts/new", {"username": "clerk", "roles": "nhap_lieu", "unit": "TH"})
    once = _once(answer)  # type: ignore[arg-type]
    account = Account.objects.get(username="clerk")
    assert account.unit_id == "TH"
    assert once not in "".join(AuditEvent.objects.values_list("detail", flat=True))

    clerk = site.client()
    assert clerk.post("/sign-in", {"username": "clerk", "password": once}).status_code == 302
    assert clerk.get("/").headers["Location"] == "/password"
    new = {"old_password": once, "new_password1": "Cua-rieng-toi-9"}
    answer = clerk.post("/password", {**new, "new_password2": "khac"})
    assert answer.status_code == 422
    answer = clerk.post("/password", {**new, "new_password2": "Cua-rieng-toi-9"})
    assert answer.headers["Location"] == "/"
    assert clerk.get("/").status_code == 200
    again = site.client().post("/sign-in", {"username": "clerk", "password": once})
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("ngan-qua", "quá ngắn; cần ít nhất 10 ký tự"),
        ("password123", "quá phổ biến"),
        ("9182736450918", "hoàn toàn là số"),
        ("clerk.clerk", "quá giống với Tên đăng nhập"),
    ],
)
def test_weak_passwords_are_refused_in_words(site: TestSite, bad: str, complaint: str) -> None:
    client = site.client(site.account("clerk.clerk", Role.DUYET))
    answer = client.post(
        "/password",
        {"old_password": "Mat-khau-thu-1", "new_password1": bad, "new_password2": bad},
    )
    assert answer.status_code == 422
    assert complaint in answer.content.decode()


def test_the_old_password_again_is_no_new_one(site: TestSite) -> None:
    old = "Mat-khau-thu-1"
    client = site.client(site.account("clerk", Role.DUYET))
    answer = client.post(
        "/password", {"old_password": old, "new_password1": old, "new_password2": old}
    )
    assert answer.status_code == 422


def test_faults_stand_beside_their_fields(site: TestSite) -> None:
    client = site.client(site.account("admin", Role.QUAN_TRI))
    text = client.post("/accounts/new", {"username": ""}).content.decode()
    assert text.count('class="field wrong"') == 2
    assert 'aria-invalid="true"' in text
    text = client.post("/accounts/new", {"username": "admin", "roles": "duyet"}).content.decode()
    assert "Đã có tài khoản “admin”" in text


def test_office_wide_roles_take_no_unit(site: TestSite, unit: Unit) -> None:
    with pytest.raises(BadInput, match="của cả cơ quan"):
        site.account("inspector", Role.THANH_TRA, unit_id="TH")
    with pytest.raises(BadInput, match="Không có đơn vị"):
        site.account("clerk", Role.NHAP_LIEU, unit_id="XX")
    assert Account.objects.count() == 0


def test_the_last_administrator_stays(site: TestSite) -> None:
    admin = site.account("admin", Role.QUAN_TRI)
    with pytest.raises(BadInput, match="cuối cùng"):
        disable_account(admin, COMMAND_LINE)
    with pytest.raises(BadInput, match="cuối cùng"):
        change_account(admin, [Role.DUYET], None, COMMAND_LINE)
    answer = site.client(admin).post(f"/accounts/{admin.pk}/disable")
    assert answer.status_code == 400
    assert "cuối cùng" in answer.content.decode()
    assert Account.objects.get(pk=admin.pk).is_active
    site.account("second", Role.QUAN_TRI)
    disable_account(admin, COMMAND_LINE)


def test_an_administrator_changes_resets_disables_and_enables(site: TestSite, unit: Unit) -> None:
    client = site.client(site.account("admin", Role.QUAN_TRI))
    clerk = site.account("clerk", Role.NHAP_LIEU)
    client.post(f"/accounts/{clerk.pk}", {"roles": ["duyet", "luu_tru"], "unit": "TH"})
    page = client.get("/accounts").content.decode()
    assert "Duyệt, Lưu trữ" in page
    assert "TH" in page
    once = _once(client.post(f"/accounts/{clerk.pk}/reset"))  # type: ignore[arg-type]
    client.post(f"/accounts/{clerk.pk}/disable")
    sign_in = {"username": "clerk", "password": once}
    assert site.client().post("/sign-in", sign_in).status_code == 200
    client.post(f"/accounts/{clerk.pk}/enable")
    assert site.client().post("/sign-in", sign_in).status_code == 302
    done = list(AuditEvent.objects.filter(subject=f"account/{clerk.pk}").values_list("action"))
    wanted = ["created", "changed"], ["password_reset"], ["disabled", "enabled"]
    names = [f"account_{n}" for n in wanted[0]] + wanted[1] + [f"account_{n}" for n in wanted[2]]
    assert [name for (name,) in done if name != "sign_in_failed"] == names


def test_the_log_tells_who_came_and_went(site: TestSite) -> None:
    site.account("clerk", Role.NHAP_LIEU)
    client = site.client()
    client.post("/sign-in", {"username": "clerk", "password": "wrong"})
    client.post("/sign-in", {"username": "clerk", "password": "Mat-khau-thu-1"})
    assert client.get("/audit").status_code == 403
    client.post("/sign-out")
    events, total = find_events(EventFilter(), 0, 10)
    assert [event.action for event in events] == [
        "Đăng xuất",
        "Bị từ chối vì không đủ quyền",
        "Đăng nhập",
        "Đăng nhập không thành",
        "Tạo tài khoản",
    ]
    assert total == 5
    assert [event.username for event in events] == ["clerk", "clerk", "clerk", "", ""]
    assert events[0].address == "127.0.0.1"
    assert events[-1].address == ""
    assert events[3].subject == "tài khoản clerk"


def test_the_log_is_filtered_and_paged(site: TestSite) -> None:
    inspector = site.account("inspector", Role.THANH_TRA)
    AuditEvent.objects.bulk_create(
        AuditEvent(action=Action.DECIDED, account=inspector, subject=f"S{n}") for n in range(120)
    )
    client = site.client(inspector)
    text = client.get("/audit", {"action": "decided"}).content.decode()
    assert "120 việc" in text
    assert text.count("<tr>") == 51
    text = client.get("/audit", {"action": "decided", "page": "3"}).content.decode()
    assert text.count("<tr>") == 21
    assert "Trang 3 / 3" in text
    assert "page=2" in text
    assert "action=decided" in text
    assert "Không có việc nào" in client.get("/audit", {"username": "x"}).content.decode()
    assert client.get("/audit", {"page": "-1e9"}).status_code == 200
    text = client.get("/audit", {"first_day": "32/13/2026"}).content.decode()
    assert "Viết ngày/tháng/năm" in text
    today = f"{timezone.localdate():%d/%m/%Y}"
    found = client.get("/audit", {"first_day": today, "last_day": today}).content.decode()
    assert "121 việc" in found or "122 việc" in found
    found = client.get("/audit", {"last_day": "01/01/2026"}).content.decode()
    assert "Không có việc nào" in found


def test_the_log_cannot_be_changed(site: TestSite) -> None:
    site.account("clerk", Role.NHAP_LIEU)
    with pytest.raises(DatabaseError, match="append-only"):
        AuditEvent.objects.update(action="other")
    with pytest.raises(DatabaseError, match="append-only"):
        AuditEvent.objects.all().delete()


def test_every_action_has_words() -> None:
    assert set(ACTION_WORDS) == set(Action)


def test_one_time_passwords_are_all_different() -> None:
    drawn = {one_time_password() for _ in range(500)}
    assert len(drawn) == 500
    assert all(re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){2}", each) for each in drawn)


@given(st.decimals(-(10**9), 10**9, places=2))
def test_numbers_read_back(value: Decimal) -> None:
    written = vn_number(value, 2)
    assert Decimal(written.replace(".", "").replace(",", ".")) == value
    assert re.fullmatch(r"-?\d{1,3}(\.\d{3})*,\d\d", written)


def test_dates_and_numbers_are_vietnamese() -> None:
    moment = datetime(2026, 11, 20, 18, 5, tzinfo=UTC)
    assert vn_date(moment) == "21/11/2026"
    assert vn_datetime(moment) == "21/11/2026 01:05"
    assert vn_date(None) == vn_datetime(None) == vn_number(None) == ""
    assert vn_number(1234.5, 1) == "1.234,5"
    assert vn_number(2.5) == "3"
    assert vn_percent(1, 8) == "12,5 %"
    assert vn_percent(0, 0) == "–"
