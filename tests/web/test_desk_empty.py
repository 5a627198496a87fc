"""The desk of an office that has nothing yet: every page says what to do first."""

import pytest

from pipeline.roles import Role
from tests.web.conftest import TestSite

CAMPAIGN = ("", "/missing", "/flags", "/results", "/lists", "/summary")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "Chưa có người nào trong danh sách"),
        ("/desk/import", "Bắt đầu từ bảng mẫu"),
        ("/desk/print", "Nhập danh sách"),
        ("/desk/scans", "Chưa nhận lô nào"),
        *((f"/desk/2026-Q4{page}", 'class="empty"') for page in CAMPAIGN),
    ],
)
def test_an_empty_page_says_what_to_do(site: TestSite, address: str, words: str) -> None:
    client = site.client(site.account("ca", Role.NHAP_LIEU, Role.PHE_DUYET))
    answer = client.get(address)
    assert answer.status_code == 200
    assert words in answer.content.decode()
