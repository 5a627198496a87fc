"""Dates and numbers as Vietnamese offices write them. Loaded in every template."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def vn_date(value: date | datetime | None) -> str:
    """``21/11/2026``; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value:%d/%m/%Y}"


@register.filter
def vn_datetime(value: datetime | None) -> str:
    """``21/11/2026 08:05``, in the office's time zone; nothing for None."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local:%d/%m/%Y %H:%M}"


@register.filter
def vn_number(value: float | Decimal | None, places: int = 0) -> str:
    """``1.234,5`` with as many decimal places, rounded half up; nothing for None."""
    if value is None:
        return ""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{exact:,}".translate(str.maketrans(",.", ".,"))


@register.filter
def vn_percent(part: float, whole: float) -> str:
    """``part`` of ``whole``: ``12,3 %``; ``–`` of nothing."""
    return "–" if not whole else f"{vn_number(100 * part / whole, 1)} %"
