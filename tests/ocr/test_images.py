"""Decoding: every kind of picture a scanner writes, and none that would fill the memory."""

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from ocr.images import MAX_PIXELS, ImageTooLarge, ImageUnreadable, PageImage, decode, from_pillow
from tests.ocr.printed_pages import jpeg, printed


def file_of(picture: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def gradient() -> Image.Image:
    return Image.fromarray(np.tile(np.arange(200, dtype=np.uint8), (300, 1)))


def test_jpeg_and_png_give_grey_pixels_and_the_files_dpi() -> None:
    for form in ("JPEG", "PNG"):
        image = decode(file_of(gradient(), form, dpi=(300, 300)))
        assert image.pixels.shape == (300, 200)
        assert image.dpi == pytest.approx(300, abs=0.1)
        assert not image.is_colour
        assert np.abs(image.grey[150].astype(int) - np.arange(200)).max() <= 2


def test_dpi_given_overrides_and_a_screens_dpi_is_not_believed() -> None:
    data = file_of(gradient(), "JPEG", dpi=(72, 72))
    assert decode(data).dpi is None
    assert decode(data, 200.0).dpi == 200.0


@pytest.mark.parametrize(
    "options",
    [{"subsampling": 0}, {"subsampling": 1}, {"subsampling": 2}, {"progressive": True}],
    ids=str,
)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_jpegs_have_the_pixels_that_opencv_gives(mode: str, options: dict[str, object]) -> None:
    """The networks were fitted on those."""
    noise = np.random.default_rng(3).integers(0, 256, (301, 203, 3), dtype=np.uint8)
    picture = Image.fromarray(noise).convert(mode)
    data = file_of(picture, "JPEG", quality=85, **options)
    flags = cv2.IMREAD_GRAYSCALE if mode == "L" else cv2.IMREAD_COLOR
    expected = np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), flags))
    assert np.array_equal(decode(data).pixels, expected)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_are_turned_as_their_camera_says(orientation: int) -> None:
    upright = Image.new("L", (40, 60), 255)
    upright.paste(0, (0, 0, 20, 20))
    stored = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    picture = upright.transpose(stored[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    image = decode(file_of(picture, "JPEG", exif=exif))
    assert image.pixels.shape == (60, 40)
    assert image.grey[10, 10] < 10
    assert image.grey[10, 30] > 245
    assert image.grey[50, 10] > 245


@given(st.binary(max_size=60), st.sampled_from([b"", b"MM\0*\0\0\0\x08", b"II*\0\x08\0\0\0\x01\0"]))
def test_damaged_exif_data_turn_nothing_and_stop_nothing(rest: bytes, start: bytes) -> None:
    data = file_of(gradient(), "JPEG", exif=b"Exif\0\0" + start + rest)
    assert sorted(decode(data).pixels.shape) == [200, 300]


def test_colour_is_bgr() -> None:
    red = Image.new("RGB", (50, 60), (200, 10, 20))
    image = decode(file_of(red, "PNG"))
    assert image.pixels[5, 5].tolist() == [20, 10, 200]
    assert image.is_colour
    assert not decode(file_of(gradient().convert("RGB"), "PNG")).is_colour


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "RGB", "CMYK", "I;16"])
def test_every_mode_of_picture_keeps_paper_bright_and_ink_dark(mode: str) -> None:
    pixels = np.full((40, 40), 255, np.uint8)
    pixels[10:20, 10:20] = 0
    picture = Image.fromarray(pixels)
    if mode == "I;16":
        picture = Image.fromarray(pixels.astype(np.uint16) * 257)
    else:
        picture = picture.convert(mode)
    image = from_pillow(picture)
    assert image.pixels.dtype == np.uint8
    assert image.grey[5, 5] > 250
    assert image.grey[15, 15] < 5


def test_transparent_paper_is_white() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert decode(file_of(clear, "PNG")).grey.min() == 255


def test_bilevel_scans_are_known() -> None:
    grey = printed("03B", 1, 150).pixels
    assert not PageImage(grey).is_bilevel
    assert PageImage(np.where(grey > 128, 255, 0).astype(np.uint8)).is_bilevel


def test_huge_picture_is_refused_by_its_header() -> None:
    side = int(MAX_PIXELS**0.5) + 1
    data = b"\x89PNG\r\n\x1a\n"
    for name, body in (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"")),
        (b"IEND", b""),
    ):
        checked = name + body
        data += struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))
    with pytest.raises(ImageTooLarge):
        decode(data)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_pictures_of_600_dpi_are_halved(mode: str, form: str) -> None:
    large = Image.fromarray(np.kron(np.eye(27, 19), np.full((260, 260), 255)).astype(np.uint8))
    image = decode(file_of(large.convert(mode), form, dpi=(600, 600)))
    assert image.pixels.shape[:2] == (27 * 130, 19 * 130)
    assert image.dpi == pytest.approx(300, abs=0.1)
    assert image.grey[65, 65] > 250
    assert image.grey[65, 195] < 5


def test_bilevel_pictures_stay_bilevel() -> None:
    large = Image.fromarray(np.kron(np.eye(27, 19), np.full((260, 260), 255)).astype(np.uint8))
    image = decode(file_of(large.convert("1"), "PNG"))
    assert image.pixels.shape == (27 * 260, 19 * 260)
    assert image.is_bilevel


def test_cut_off_and_empty_files_are_unreadable() -> None:
    whole = file_of(gradient(), "PNG")
    for data in (b"", b"no picture", whole[:60], file_of(gradient(), "JPEG")[:100]):
        with pytest.raises(ImageUnreadable):
            decode(data)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_half_a_jpeg_is_no_page(share: float) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (300, 200), dtype=np.uint8)
    data = file_of(Image.fromarray(noise), "JPEG")
    with pytest.raises(ImageUnreadable):
        decode(data[: int(share * len(data))])


def test_bytes_too_many_do_no_harm(capfd: pytest.CaptureFixture[str]) -> None:
    """Some scanners pad the picture before its end; the decoder may say so."""
    data = file_of(gradient(), "JPEG")
    assert data.endswith(b"\xff\xd9")
    padded = data[:-2] + bytes(4) + data[-2:]
    assert np.array_equal(decode(padded).pixels, decode(data).pixels)
    capfd.readouterr()


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"]))
def test_any_bytes_are_decoded_or_refused(data: bytes, start: bytes) -> None:
    try:
        image = decode(start + data)
    except (ImageUnreadable, ImageTooLarge):
        return
    assert image.pixels.size > 0


def test_paper_map_follows_shade_and_ignores_print() -> None:
    scan = printed("03B", 1, 200)
    height, width = scan.pixels.shape
    shade = np.linspace(160, 250, width)
    image = PageImage((scan.pixels / 255.0 * shade).astype(np.uint8))
    paper = image.paper.astype(float)
    columns = (np.arange(paper.shape[1]) + 0.5) * image.paper_step
    expected = np.interp(columns, np.arange(width), shade)
    assert np.abs(paper[:, 2:-2] - expected[2:-2]).max() < 10
    assert paper.shape[0] == -(-(height // image.reduction) // 16)


def test_reduced_pixel_lies_over_the_middle_of_its_pixels() -> None:
    ramp = np.add.outer(np.arange(3508), np.arange(2480)) % 256
    smooth = np.minimum(ramp, 255 - ramp).astype(np.uint8)
    image = PageImage(smooth)
    n = image.reduction
    assert n == 3
    assert image.reduced[10, 20] == smooth[10 * n + 1, 20 * n + 1]


def test_scan_round_trip() -> None:
    scan = printed("03B", 1, 150)
    image = decode(jpeg(scan, 90), 150)
    assert np.abs(image.grey.astype(int) - scan.pixels).mean() < 3
