"""The log of what people do in the application."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils import timezone

from pipeline.store.models import Account, AuditEvent


class Action(StrEnum):
    """What can be done, as it is stored."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED_OUT = "locked_out"
    SIGN_OUT = "sign_out"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of an event
    REFUSED = "refused"
    IMPORTED = "imported"
    UPLOADED = "uploaded"
    PRINTED = "printed"
    DOWNLOADED = "downloaded"
    DECIDED = "decided"
    UNDONE = "undone"
    PAGE_DECIDED = "page_decided"
    PUBLISHED = "published"
    CLOSED = "closed"
    REOPENED = "reopened"


ACTION_WORDS = {
    Action.SIGN_IN: "Đăng nhập",
    Action.SIGN_IN_FAILED: "Đăng nhập không thành",
    Action.LOCKED_OUT: "Tạm chặn đăng nhập",
    Action.SIGN_OUT: "Đăng xuất",
    Action.PASSWORD_CHANGED: "Đổi mật khẩu",
    Action.ACCOUNT_CREATED: "Tạo tài khoản",
    Action.ACCOUNT_CHANGED: "Sửa tài khoản",
    Action.ACCOUNT_DISABLED: "Khóa tài khoản",
    Action.ACCOUNT_ENABLED: "Mở khóa tài khoản",
    Action.PASSWORD_RESET: "Cấp lại mật khẩu",
    Action.REFUSED: "Bị từ chối vì không đủ quyền",
    Action.IMPORTED: "Nhập bảng dữ liệu",
    Action.UPLOADED: "Tải bản quét lên",
    Action.PRINTED: "Lập tệp in",
    Action.DOWNLOADED: "Tải tệp về",
    Action.DECIDED: "Quyết định một chỗ phải xem",
    Action.UNDONE: "Hủy một quyết định",
    Action.PAGE_DECIDED: "Xử lý một trang quét",
    Action.PUBLISHED: "Lập thông báo, danh sách",
    Action.CLOSED: "Đóng đợt",
    Action.REOPENED: "Mở lại đợt",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: an account and the address it comes from; neither at the command line."""

    account_id: int | None = None
    address: str | None = None


COMMAND_LINE = Actor()


def record(action: Action, actor: Actor, subject: str = "", detail: str = "") -> None:
    """Append an event. ``subject`` is an opaque id (``account/3``, a sheet id, a file's hash);
    ``detail`` says more without naming a person of the roster."""
    AuditEvent.objects.create(
        action=action,
        account_id=actor.account_id,
        address=actor.address,
        subject=subject,
        detail=detail,
    )


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it is shown; ``username`` is empty for the command line and for strangers."""

    at: datetime
    username: str
    action: str
    subject: str
    detail: str
    address: str


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; empty means all. Days are whole days of the office's time zone, inclusive."""

    username: str = ""
    action: str = ""
    first_day: date | None = None
    last_day: date | None = None


def find_events(wanted: EventFilter, offset: int, limit: int) -> tuple[list[Event], int]:
    """Events newest first, and how many there are in all."""
    found = AuditEvent.objects.select_related("account").order_by("-id")
    if wanted.username:
        found = found.filter(account__username=wanted.username)
    if wanted.action:
        found = found.filter(action=wanted.action)
    if wanted.first_day:
        found = found.filter(at__gte=_midnight(wanted.first_day))
    if wanted.last_day:
        found = found.filter(at__lt=_midnight(wanted.last_day + timedelta(days=1)))
    rows = list(found[offset : offset + limit])
    names = _usernames(rows)
    return [_event(row, names) for row in rows], found.count()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


_ACCOUNT = "account/"


def _usernames(rows: list[AuditEvent]) -> dict[str, str]:
    """The accounts that are subjects of events, by subject."""
    ids = {row.subject.removeprefix(_ACCOUNT) for row in rows if row.subject.startswith(_ACCOUNT)}
    found = Account.objects.filter(pk__in=ids).values_list("pk", "username")
    return {f"{_ACCOUNT}{pk}": f"tài khoản {username}" for pk, username in found}


def _event(row: AuditEvent, usernames: dict[str, str]) -> Event:
    return Event(
        at=timezone.localtime(row.at),
        username="" if row.account is None else row.account.username,
        action=ACTION_WORDS[Action(row.action)],
        subject=usernames.get(row.subject, row.subject),
        detail=row.detail,
        address=row.address or "",
    )
