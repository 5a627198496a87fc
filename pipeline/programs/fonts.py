"""The one typeface of all printed matter: Liberation Serif 2, metrically Times New Roman.

Debian 12's package ``fonts-liberation`` (1.07.4) has no Vietnamese letters and must not be taken;
LibreOffice would silently mix in another face and every cell would move (measured: up to 25 pt).
"""

from pathlib import Path

from pipeline.errors import MissingProgram

FONT_FOLDER = Path("/usr/share/fonts/truetype/liberation2")
"""Where Debian's fonts-liberation2 puts its files."""

FAMILIES = {
    "Times New Roman": "Liberation Serif",
    "Arial": "Liberation Sans",
    "Courier New": "Liberation Mono",
}
"""Faces that templates name -> metrically equal faces that are embedded."""


def font_folder() -> Path:
    """The folder with the Liberation 2 TrueType files. Raises MissingProgram when there is none."""
    if not (FONT_FOLDER / "LiberationSerif-Regular.ttf").is_file():
        raise MissingProgram(
            f"Thiếu phông chữ Liberation 2 trong {FONT_FOLDER}. "
            "Cài đặt bằng lệnh: apt-get install fonts-liberation2"
        )
    return FONT_FOLDER


def fontconfig(cache: Path) -> str:
    """A fontconfig file (XML) that knows the Liberation 2 folder and nothing else.

    So a missing letter shows as missing instead of being borrowed from another face.
    """
    aliases = "".join(
        f'<alias binding="same"><family>{wanted}</family>'
        f"<accept><family>{face}</family></accept></alias>"
        for wanted, face in FAMILIES.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{font_folder()}</dir><cachedir>{cache}</cachedir>{aliases}</fontconfig>"
    )
