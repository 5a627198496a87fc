"""What the frame of every page shows."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from pipeline.web.access import ACCESS, may
from pipeline.web.site import office

NAVIGATION: tuple[tuple[str, str], ...] = (
    ("home", "Trang chủ"),
    ("desk:import", "Nhập bảng"),
    ("desk:print", "In phiếu"),
    ("desk:scans", "Bản quét"),
    ("review:periods", "Duyệt"),
    ("accounts", "Tài khoản"),
    ("audit", "Nhật ký"),
)
"""View names and labels, in the order of the menu; an account sees what it may open."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the menu."""

    url: str
    label: str
    what: str
    current: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Office and menu. A view that is about a campaign adds ``period``."""
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return {"set_title": office().form_set.title}
    path = request.path
    links = []
    for name, label in NAVIGATION:
        if may(request, name):
            url = reverse(name)
            current = path == url or (url != "/" and path.startswith(url))
            links.append(Link(url, label, ACCESS[name].what, current))
    return {"set_title": office().form_set.title, "navigation": links}
