"""YAML files that an office may edit, read against a strict shape."""

import unicodedata
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pipeline.errors import BadSet

_Document = TypeVar("_Document", bound=BaseModel)


def read_yaml(file: Path, shape: type[_Document]) -> _Document:
    """A YAML file as a validated document, all its text in NFC.

    Raises BadSet, naming file and key, when it is missing, is no YAML or has another shape.
    """
    try:
        text = unicodedata.normalize("NFC", file.read_text(encoding="utf-8"))
        return shape.model_validate(yaml.safe_load(text))
    except FileNotFoundError:
        raise BadSet(f"Không tìm thấy tệp {file} của bộ mẫu.") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadSet(f"{file}: không phải tệp YAML mã hóa UTF-8: {error}") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or '(cả tệp)'}: {fault['msg']}"
            for fault in error.errors()
        )
        raise BadSet(f"{file}: {faults}") from error
