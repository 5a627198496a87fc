"""Read one page: from its picture to everything that stands on it, or why it cannot be read.

Pure, and usable alone::

    reading = read_page(decode(Path("scan.jpg").read_bytes()), {layout.key: layout})
"""

from collections.abc import Iterable, Mapping, Sequence

from ocr.cells import INK_PX_PER_MM, CellImage, CellMap, Cut, PageTone, extract_cuts
from ocr.code import PageCode
from ocr.defects import REFUSED_DPI, find_defects, is_blank, measure_tone, tone_cut
from ocr.digits import read_numbers
from ocr.fiducials import code_error_mm, find_poses_without_code
from ocr.flatten import register_flattened
from ocr.fluid import painted_cells
from ocr.geometry import Points
from ocr.identify import FoundCode, find_codes, find_hidden_codes
from ocr.images import PageImage
from ocr.layout import Layout, PageLayout
from ocr.lens import register_through_lens
from ocr.marks import MARGIN_MM, read_choices
from ocr.printed import read_names, read_printed
from ocr.reading import (
    ChoiceReading,
    FormPage,
    NumberReading,
    PageReading,
    PrintedText,
    Reject,
    SignatureReading,
)
from ocr.register import (
    Registered,
    Unregistered,
    fits_well,
    register,
    register_without_code,
    scan_dpi,
)
from ocr.signature import read_signatures

LEAST_SIDE_PX = 500
"""Pictures with a shorter side are not searched: an A4 page at 60 dpi has 496 px."""

CODE_ASTRAY_MM = 0.9
"""How far the code may lie from its printed place before its page is doubted: it may be another
page's, stuck on. Codes are found to 0.2 mm; on 28 poor scans and photos of the samples' maker none
lay further off than 0.6 mm. Beyond 1.5 mm the page is refused (:mod:`ocr.register`)."""

HELD_BY = 3
"""Corner marks from which a page that is bent can be followed (:mod:`ocr.flatten`)."""

LayoutKey = tuple[str, str, str]


def read_page(image: PageImage, layouts: Mapping[LayoutKey, Layout]) -> PageReading | Reject:
    """Everything on a page, or a reject with its code (contract) and what to do, in Vietnamese.

    ``layouts`` are all forms that may have been printed, by (set code, form, version). Whether the
    code of the page is genuine is for those to say who know the key.
    """
    identified = _identify(image, layouts)
    if isinstance(identified, Reject):
        return identified
    found, page = identified
    seen, corners, registered = _placed(image, page, found.corners)
    return _read_registered(seen, page, found.code, registered, corners)


def read_page_as(
    image: PageImage, code: PageCode, layouts: Mapping[LayoutKey, Layout]
) -> PageReading | Reject:
    """The same for a page whose identity was given by a person: whatever code the page shows is
    not believed, it serves to find the page in the picture only."""
    layout = layouts.get((code.set_code, code.form, code.version))
    page = layout.page(code.page) if layout else None
    if page is None:
        return _unknown_form(code)
    found = find_codes(image) or find_hidden_codes(image, [page])
    if len(found) == 1:
        seen, _, registered = _placed(image, page, found[0].corners)
        if isinstance(registered, Registered):
            return _read_registered(seen, page, code, registered, None)
    for _, pose in find_poses_without_code(image, page):
        registered = register_without_code(image, page, pose)
        if isinstance(registered, Registered):
            return _read_registered(image, page, code, registered, None)
    return _unregistered(code, page)


def _placed(
    image: PageImage, page: PageLayout, code_px: Points
) -> tuple[PageImage, Points, Registered | Unregistered]:
    """Where the page is in the picture or, when it does not fit well, in the page drawn flat from
    it, or in the picture as a camera with a straight lens would have taken it; that picture, and
    the corners of the code in it."""
    registered = register(image, page, code_px)
    found = None
    if not fits_well(registered):
        found = register_flattened(image, page, code_px)
        if found is None and not _is_held_by_marks(registered):
            found = register_through_lens(image, page, code_px)
    return (image, code_px, registered) if found is None else found


def _is_held_by_marks(registered: Registered | Unregistered) -> bool:
    """Whether a page was found by enough corner marks: then drawing it flat would have undone a
    lens, and trying lenses, for half a second, would do no better."""
    return isinstance(registered, Registered) and registered.registration.fiducials >= HELD_BY


def _read_registered(
    image: PageImage,
    page: PageLayout,
    code: PageCode,
    registered: Registered | Unregistered,
    code_px: Points | None,
) -> PageReading | Reject:
    """Everything on a page that was found in the picture. ``code_px`` is where its code was read,
    None when it was not believed."""
    if isinstance(registered, Unregistered):
        return _unregistered(code, page)
    cell_map, registration = registered.cell_map, registered.registration
    dpi = scan_dpi(page, registration)
    if dpi < REFUSED_DPI:
        return _too_coarse(code, dpi)
    cuts = [tone_cut(page), *_cuts(page)]
    for_tone, in_choices, in_totals, in_areas = extract_cuts(image, cell_map, cuts)
    tone = measure_tone(image, for_tone)
    off_mm = 0.0 if code_px is None else code_error_mm(page, cell_map.homography, code_px)
    return PageReading(
        code=code,
        dpi=dpi,
        colour=image.is_colour,
        registration=registration,
        choices=_read_choices(
            page, in_choices, tone, painted_cells(image, cell_map, page.choice_cells)
        ),
        numbers=_read_numbers(page, in_totals),
        signatures=_read_signatures(page, in_areas, tone),
        defects=find_defects(image, tone, dpi),
        bilevel=image.is_bilevel,
        code_off_mm=off_mm,
        printed=_doubted(image, page, code, cell_map) if off_mm > CODE_ASTRAY_MM else None,
    )


def _doubted(image: PageImage, page: PageLayout, code: PageCode, cell_map: CellMap) -> PrintedText:
    """The names on a page whose code is where it was not printed."""
    form_page = FormPage(code.set_code, code.form, code.version, page.number)
    return PrintedText((form_page,), read_names(image, page, cell_map))


def _identify(
    image: PageImage, layouts: Mapping[LayoutKey, Layout]
) -> tuple[FoundCode, PageLayout] | Reject:
    """Which page of which form this is, by its code."""
    if min(image.pixels.shape[:2]) < LEAST_SIDE_PX:
        return Reject("poor_image", "Ảnh quá nhỏ; hãy quét cả trang ở 200–300 điểm/inch.")
    found = find_codes(image)
    if not found and is_blank(image):
        return Reject("blank_page", "Trang trắng; không cần làm gì nếu đó là mặt sau của phiếu.")
    pages = [page for layout in layouts.values() for page in layout.pages]
    found = found or find_hidden_codes(image, pages)
    if len(found) != 1:
        return _unidentified(image, layouts, found)
    code = found[0].code
    layout = layouts.get((code.set_code, code.form, code.version))
    page = layout.page(code.page) if layout else None
    return _unknown_form(code) if page is None else (found[0], page)


def _cuts(page: PageLayout) -> tuple[Cut, Cut, Cut]:
    """What is cut out of a page to read its choices, totals and signatures."""
    areas = [box.rect for box in page.signatures]
    return (
        Cut(page.choice_cells, MARGIN_MM, INK_PX_PER_MM),
        Cut(page.digit_boxes, MARGIN_MM),
        Cut(areas, MARGIN_MM, INK_PX_PER_MM),
    )


def _read_choices(
    page: PageLayout, cells: Iterable[CellImage], tone: PageTone, painted: Sequence[bool]
) -> tuple[ChoiceReading, ...]:
    pictures = iter(cells)
    cells_of = [
        (choice.name, [(value, next(pictures)) for value, _ in choice.cells])
        for choice in page.choices
    ]
    return read_choices(cells_of, tone, painted)


def _read_numbers(page: PageLayout, boxes: Iterable[CellImage]) -> tuple[NumberReading, ...]:
    pictures = iter(boxes)
    return read_numbers([(total.name, next(pictures), next(pictures)) for total in page.totals])


def _read_signatures(
    page: PageLayout, areas: Iterable[CellImage], tone: PageTone
) -> tuple[SignatureReading, ...]:
    named = zip(page.signatures, areas, strict=True)
    return read_signatures([(box.name, picture) for box, picture in named], tone)


def _unidentified(
    image: PageImage, layouts: Mapping[LayoutKey, Layout], found: Sequence[FoundCode]
) -> Reject:
    """The reject of a page on which not exactly one code of ours was read."""
    if found:
        return Reject(
            "no_sheet_code",
            "Ảnh có nhiều mã phiếu khác nhau; hãy quét riêng từng trang.",
        )
    printed = read_printed(image, layouts)
    if printed is None:
        return Reject(
            "foreign_page",
            "Không tìm thấy mã phiếu hay dấu định vị nào: trang này không phải phiếu của chương "
            "trình, hoặc phần in của phiếu bị mất. Nếu là phiếu, hãy quét lại.",
        )
    return Reject(
        "no_sheet_code",
        "Trang có dấu định vị của phiếu nhưng không đọc được mã QR; hãy quét lại trang này, hoặc "
        "chọn phiếu cho trang.",
        printed=printed,
    )


def _unknown_form(code: PageCode) -> Reject:
    return Reject(
        "wrong_version",
        f"Phiếu in theo mẫu {code.form} phiên bản {code.version} trang {code.page}, không có trong"
        " bộ mẫu hiện dùng; hãy đọc bằng bộ mẫu đã dùng khi in.",
        code,
    )


def _unregistered(code: PageCode, page: PageLayout) -> Reject:
    if page.ruled_cells:
        what = "Các đường kẻ của bảng không nằm đúng chỗ của mẫu, không đọc được ô nào."
    else:
        what = "Không thấy đủ bốn ô vuông ở góc trang, không biết chỗ ký nằm ở đâu."
    return Reject(
        "poor_registration",
        f"{what} Hãy vuốt phẳng tờ phiếu, quét lại cả trang; nếu vẫn vậy, hãy nhập tay.",
        code,
    )


def _too_coarse(code: PageCode, dpi: float) -> Reject:
    return Reject(
        "poor_image",
        f"Ảnh quá thô ({dpi:.0f} điểm/inch), không đọc được nét bút; hãy quét lại ở 200–300"
        " điểm/inch.",
        code,
    )
