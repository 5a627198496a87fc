"""The accounts of the demo: one a role, with a password that everybody knows.

Only ever made in a workspace whose key is the demo's, in which all people are invented.
"""

from dataclasses import dataclass

from pipeline.config import DEMO_KEY
from pipeline.errors import BadInput
from pipeline.roles import ROLE_WORDS, Role
from pipeline.work.accounts import create_account, list_accounts
from pipeline.work.audit import Actor
from pipeline.work.office import Office

PASSWORD = "ban-mau-2026"  # noqa: S105 - known to everybody, as the demo's key is
UNIT = "TH"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Who may sign in to the demo. ``unit_id`` None: the whole office."""

    username: str
    roles: tuple[Role, ...]
    unit_id: str | None = None

    @property
    def words(self) -> str:
        """What it may do, in Vietnamese."""
        roles = ", ".join(ROLE_WORDS[role] for role in self.roles)
        return f"{roles} – chỉ đơn vị {self.unit_id}" if self.unit_id else roles


ACCOUNTS = (
    DemoAccount("nhaplieu", (Role.NHAP_LIEU,)),
    DemoAccount("duyet", (Role.DUYET,)),
    DemoAccount("duyet2", (Role.DUYET,)),
    DemoAccount("pheduyet", (Role.PHE_DUYET,)),
    DemoAccount("luutru", (Role.LUU_TRU,)),
    DemoAccount("quantri", (Role.QUAN_TRI,)),
    DemoAccount("thanhtra", (Role.THANH_TRA,)),
    DemoAccount("truong", (Role.NHAP_LIEU, Role.DUYET), UNIT),
)


def make_demo_accounts(office: Office) -> None:
    """Make the accounts that are not there yet. Raises BadInput in an office that is no demo."""
    if office.workspace.key != DEMO_KEY:
        raise BadInput("Tài khoản chạy thử chỉ tạo được trong thư mục chạy thử.")
    known = {row.username for row in list_accounts()}
    for each in ACCOUNTS:
        if each.username not in known:
            create_account(each.username, PASSWORD, each.roles, each.unit_id, Actor(None, None))
