"""Rules under lines of a docx, as long as the line above or a part of it.

Nghị định 30/2020/NĐ-CP asks for a rule as long as the tiêu ngữ, and for one of a third to a half of
the line under issuer and subject. A docx has rules as wide as their paragraph only, so paragraphs
of two styles are indented here to the length that their line of text needs.
"""

import unicodedata

from docx.document import Document
from docx.oxml.table import CT_Tc
from docx.oxml.text.paragraph import CT_P
from docx.shared import Length, Pt
from docx.text.paragraph import Paragraph
from reportlab.pdfbase.pdfmetrics import stringWidth

FULL_RULE = "Kẻ bằng dòng trên"
SHORT_RULE = "Kẻ ngắn dưới dòng trên"
SHORT_SHARE = 0.4
"""Of the line: between the third and the half of the decree."""
CELL_MARGINS = Pt(10.8)
"""Left and right margins of a table cell together, as docx tables have them unless told."""


def fit_rules(document: Document) -> None:
    """Set the indents of every rule paragraph from the text of the paragraph before it.

    A rule with no text before it in its cell or in the body is left as wide as it is.
    """
    section = document.sections[0]
    sides = (section.page_width, section.left_margin, section.right_margin)
    page, left, right = (length or Length(0) for length in sides)
    names = {style.name for style in document.styles}
    for name, share in ((FULL_RULE, 1.0), (SHORT_RULE, SHORT_SHARE)):
        if name not in names:
            continue
        style_id = document.styles[name].style_id
        # By path: a list may have thousands of rows, and none of them a rule.
        for rule in document.element.body.xpath(f".//w:p[w:pPr/w:pStyle/@w:val='{style_id}']"):
            before, parent = rule.getprevious(), rule.getparent()
            text = Paragraph(before, document._body) if isinstance(before, CT_P) else None
            width = Length(page - left - right)
            if isinstance(parent, CT_Tc) and parent.width is not None:
                width = Length(parent.width - CELL_MARGINS)
            if text is not None and text.text:
                length = share * min(text_width(text), width)
                _set_length(Paragraph(rule, document._body), length, width)


def text_width(paragraph: Paragraph) -> Length:
    """How wide the text of a paragraph is on one line, in Times New Roman.

    Times' widths without diacritics: Liberation Serif and Times New Roman share them, and a sign
    above or below a letter adds no width (a horn adds under 2 %).
    """
    width = 0.0
    for run in paragraph.runs:
        size = run.font.size or Pt(14)
        font = "Times-Bold" if run.bold else "Times-Roman"
        width += stringWidth(_plain(run.text), font, size.pt)
    return Pt(width)


def _set_length(rule: Paragraph, length: float, width: Length) -> None:
    indent = Length(max(0, round((width - length) / 2)))
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = indent


def _plain(text: str) -> str:
    """Letters without their signs: all of Vietnamese as letters of the standard Times."""
    letters = unicodedata.normalize("NFD", text).replace("Đ", "D").replace("đ", "d")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
