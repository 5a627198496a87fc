"""The invented roster of the samples: 6 units, 60 people, 9 of them leaders.

Edge names are written out; the others are drawn by a seeded generator from the commonest surnames,
middle names and given names. Nobody is meant: a likeness to a real person is chance.
"""

import unicodedata
from dataclasses import dataclass, replace

import numpy as np

from pipeline.people import Person, Roster, Unit

SEED = 2026
PERIOD = "2026-Q4"

UNITS = (
    Unit("BTC", "Ban Tổ chức", "Quận ủy Mẫu", "dang", "quan", "party", "Mẫu", "TRƯỞNG BAN"),
    Unit(
        "QD",
        "Ban Chấp hành Quận đoàn Mẫu",
        "Ban Chấp hành Thành đoàn Mẫu",
        "doan_the",
        "quan",
        "youth_union",
        "Mẫu",
        "BÍ THƯ",
    ),
    Unit(
        "NV",
        "Phòng Nội vụ",
        "Ủy ban nhân dân quận Mẫu",
        "chinh_quyen",
        "quan",
        "state",
        "Mẫu",
        "TRƯỞNG PHÒNG",
    ),
    Unit(
        "PMA",
        "Ủy ban nhân dân phường Mẫu A",
        "Ủy ban nhân dân quận Mẫu",
        "chinh_quyen",
        "phuong",
        "state",
        "Phường Mẫu A",
        "CHỦ TỊCH",
    ),
    Unit(
        "TH",
        "Trường Tiểu học Hoa Mẫu",
        "Ủy ban nhân dân quận Mẫu",
        "truong_hoc",
        "truong",
        "state",
        "Mẫu",
        "HIỆU TRƯỞNG",
    ),
    Unit(
        "CS",
        "Trường Trung học cơ sở Lá Mẫu",
        "Ủy ban nhân dân quận Mẫu",
        "truong_hoc",
        "truong",
        "state",
        "Mẫu",
        "HIỆU TRƯỞNG",
    ),
)

# Shares in per cent of the population (published tables; the rest are rarer names).
_SURNAMES = {
    "Nguyễn": 38.4,
    "Trần": 12.1,
    "Lê": 9.5,
    "Phạm": 7.0,
    "Hoàng": 5.1,
    "Phan": 4.5,
    "Vũ": 3.9,
    "Đặng": 2.1,
    "Bùi": 2.0,
    "Đỗ": 1.4,
    "Hồ": 1.3,
    "Ngô": 1.3,
    "Dương": 1.0,
    "Lý": 0.5,
}
_MIDDLE = {
    "female": ("Thị", "Thị", "Thị", "Thu", "Ngọc", "Minh", "Thanh", "Phương", "Hồng", "Kim"),
    "male": ("Văn", "Văn", "Đức", "Minh", "Quang", "Xuân", "Hữu", "Ngọc", "Anh"),
}
_GIVEN = {
    "female": (
        *("Lan", "Hoa", "Nga", "Hằng", "Thuỷ", "Thủy", "Dung", "Linh", "Trang", "Ngọc", "Yến"),
        *("Oanh", "Nhung", "Huyền", "Hạnh", "Loan", "Mai", "Phương", "Thảo"),
    ),
    "male": (
        *("Hùng", "Dũng", "Tuấn", "Nam", "Hải", "Sơn", "Long", "Minh", "Cường", "Thắng", "Đức"),
        *("Trung", "Hiếu", "Quân", "Toàn", "Khánh", "Bình", "Tùng", "Đạt", "Vinh"),
    ),
}


@dataclass(frozen=True, slots=True)
class Post:
    """A post of a unit to be filled: ``name`` is empty when the generator draws one.

    ``name`` and ``birth`` stand as the office typed them (``birth`` d/m/yyyy or a year), faults of
    typing included. ``manager`` is the number of the post of the unit that manages this one, 0 for
    none; the manager is also who evaluates.
    """

    position: str
    group: str
    name: str = ""
    birth: str = ""
    manager: int = 1
    managed_by: str = "don_vi"
    gender: str = "female"


_LONG_POST = (
    "Công chức Địa chính - xây dựng - đô thị và môi trường, kiêm nhiệm công tác "
    "Văn phòng - thống kê và tiếp nhận, trả kết quả giải quyết thủ tục hành chính"
)

POSTS: dict[str, tuple[Post, ...]] = {
    "BTC": (
        Post("Trưởng ban", "lanh_dao", "Đặng Đình Ước", "2/9/1970", 0, "btv_thanh_uy", "male"),
        Post("Phó Trưởng ban", "lanh_dao", gender="male"),
        Post("Chuyên viên chính", "cc", "Lê An", "1968"),
        Post("Chuyên viên", "cc", "Ngô Thị Ý"),
        Post("Chuyên viên", "cc"),
        Post("Chuyên viên", "cc", gender="male"),
        Post("Văn thư", "nld", "Tôn Nữ Thị Ngọc Mẫu"),
        Post("Lái xe", "nld", gender="male"),
    ),
    "QD": (
        Post("Bí thư", "lanh_dao", "Ưng Văn Ơn", "26/3/1991", 0, "btv_quan_uy", "male"),
        Post("Chuyên viên", "cc", "Hoàng Thị Hoà"),
        Post("Chuyên viên", "cc", "Hoàng Thị Hòa"),
        Post("Chuyên viên", "cc", gender="male"),
        Post("Văn thư", "nld"),
        Post("Kế toán", "cc"),
    ),
    "NV": (
        Post("Trưởng phòng", "lanh_dao", managed_by="btv_quan_uy", manager=0, gender="male"),
        Post("Chuyên viên chính", "cc"),
        Post("Chuyên viên", "cc", "TRẦN THỊ THANH MẪU"),
        Post("Chuyên viên", "cc", gender="male"),
        Post("Chuyên viên", "cc", "Phạm  Minh   Tuấn", gender="male"),
        Post("Chuyên viên", "cc"),
        Post("Cán sự", "cc"),
        Post("Nhân viên", "nld"),
    ),
    "PMA": (
        Post("Chủ tịch Ủy ban nhân dân", "lanh_dao", "", "", 0, "btv_quan_uy", "male"),
        Post("Phó Chủ tịch Ủy ban nhân dân", "lanh_dao"),
        Post("Công chức Văn phòng - thống kê", "cc"),
        Post(_LONG_POST, "cc", gender="male", manager=2),
        Post("Công chức Tài chính - kế toán", "cc", "Nguyễn Thị Hương", "14/5/1985"),
        Post("Công chức Tư pháp - hộ tịch", "cc", "Nguyễn Thị Hương", "3/11/1990"),
        Post("Công chức Văn hóa - xã hội", "cc", "Công Tằng Tôn Nữ Minh Mẫu"),
        Post("Chỉ huy trưởng Quân sự", "cc", gender="male"),
        Post("Công chức Văn hóa - xã hội", "cc", "K' Mẫu", gender="male", manager=2),
        Post("Công chức Tư pháp - hộ tịch", "cc", "Y Mẫu Niê", gender="male", manager=2),
        Post("Nhân viên", "nld", "Điểu Thị Lan", manager=2),
        Post("Nhân viên", "nld", manager=2),
    ),
    "TH": (
        Post("Hiệu trưởng", "lanh_dao", manager=0),
        Post("Phó Hiệu trưởng", "lanh_dao", "Đỗ Thị Đào"),
        Post("Tổ trưởng, Giáo viên hạng II", "vc"),
        Post("Giáo viên hạng II", "vc", "Nguyễn Phúc Bảo Châu Mẫu"),
        Post("Giáo viên hạng II", "vc", unicodedata.normalize("NFD", "Vũ Thị Thuỳ Dương")),
        Post("Giáo viên hạng III", "vc", "Bùi Thị Nhuần", "29/2/1988"),
        Post("Giáo viên hạng III", "vc"),
        Post("Giáo viên hạng III", "vc", gender="male"),
        Post("Giáo viên hạng III", "vc"),
        Post("Nhân viên kế toán", "vc"),
        Post("Nhân viên y tế", "vc", "Lê Y", gender="male", manager=2),
        Post("Nhân viên thư viện", "vc", manager=2),
        Post("Bảo vệ", "nld", gender="male", manager=2),
        Post("Cô nuôi", "nld", manager=2),
    ),
    "CS": (
        Post("Hiệu trưởng", "lanh_dao", manager=0, gender="male"),
        Post("Tổ trưởng, Giáo viên hạng I", "vc"),
        Post("Giáo viên hạng I", "vc", gender="male"),
        Post("Giáo viên hạng II", "vc"),
        Post("Giáo viên hạng II", "vc", "Rơ Châm Jưn Wơn", gender="male"),
        Post("Giáo viên hạng II", "vc"),
        Post("Giáo viên hạng III", "vc", "Zơrâm Thị Flơ"),
        Post("Giáo viên hạng III", "vc"),
        Post("Nhân viên thiết bị", "vc", gender="male"),
        Post("Nhân viên văn thư", "vc"),
        Post("Nhân viên thư viện", "vc"),
        Post("Bảo vệ", "nld", gender="male"),
    ),
}

# Evaluates the heads of the other units; who evaluates this one is not on the roster.
_EVALUATOR_OF_HEADS = "BTC001"


def typed_people(seed: int = SEED) -> tuple[Person, ...]:
    """The 60 people as the office typed them: names with decomposed letters, double blanks and
    capitals, birth dates d/m/yyyy or a year alone."""
    rng = np.random.default_rng(seed)
    taken = {post.name for posts in POSTS.values() for post in posts}
    people = []
    for unit in UNITS:
        for number, post in enumerate(POSTS[unit.unit_id], start=1):
            name = post.name or _draw_name(rng, post.gender, taken)
            birth = post.birth or _draw_birth(rng)
            member = post.group == "lanh_dao" or bool(rng.random() < 0.5)
            person_id = _person_id(unit.unit_id, number)
            manager = _person_id(unit.unit_id, post.manager) if post.manager else ""
            evaluator = manager or _EVALUATOR_OF_HEADS
            people.append(
                Person(
                    person_id=person_id,
                    full_name=name,
                    birth_date=birth,
                    position=post.position,
                    unit_id=unit.unit_id,
                    group=post.group,
                    party_member=member,
                    managed_by=post.managed_by,
                    manager_id=manager,
                    evaluator_id="" if evaluator == person_id else evaluator,
                    order=number,
                )
            )
    return tuple(people)


def sample_roster(seed: int = SEED) -> Roster:
    """The roster as the program holds it after import: NFC, single blanks, ISO dates."""
    people = {
        person.person_id: replace(
            person,
            full_name=unicodedata.normalize("NFC", " ".join(person.full_name.split())),
            birth_date=_iso(person.birth_date),
        )
        for person in typed_people(seed)
    }
    return Roster(units={unit.unit_id: unit for unit in UNITS}, people=people)


def _person_id(unit_id: str, number: int) -> str:
    return f"{unit_id}{number:03d}"


def _draw_name(rng: np.random.Generator, gender: str, taken: set[str]) -> str:
    """A name that nobody of the roster has yet."""
    weights = np.array(list(_SURNAMES.values()))
    while True:
        surname = str(rng.choice(list(_SURNAMES), p=weights / weights.sum()))
        middle, given = str(rng.choice(_MIDDLE[gender])), str(rng.choice(_GIVEN[gender]))
        name = f"{surname} {middle} {given}"
        if name not in taken and middle != given:
            taken.add(name)
            return name


def _draw_birth(rng: np.random.Generator) -> str:
    return f"{rng.integers(1, 29)}/{rng.integers(1, 13)}/{rng.integers(1967, 2001)}"


def _iso(birth: str) -> str:
    if "/" not in birth:
        return birth
    day, month, year = birth.split("/")
    return f"{year}-{int(month):02d}-{int(day):02d}"
