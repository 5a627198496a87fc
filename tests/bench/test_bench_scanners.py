"""A page that other scanners and programs have treated is read as it was, or refused."""

from bench.conditions import SETTINGS
from bench.scanners import TREATED, TREATMENTS, Treated, measure


def test_treated_pages_are_read_right_or_left_to_people() -> None:
    assert set(TREATED) < {setting.name for setting in SETTINGS}
    found = measure(Treated("clean, 200 dpi colour", 0))
    assert list(found) == list(TREATMENTS)
    for name, counts in found.items():
        assert not [key for key in counts if key.endswith(("|wrong", "|wrong identity"))], name
        if name == "negative":
            assert dict(counts) == {"pages|rejected foreign_page": 1}
        else:
            assert counts["pages|identified"] == 1, name
    right = {
        name: sum(count for key, count in counts.items() if key.endswith("|right"))
        for name, counts in found.items()
    }
    assert right["as scanned"] > 80
    assert min(right[name] for name in right if name not in ("negative", "dithered")) > 60
