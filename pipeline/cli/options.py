"""What many commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline.config import find_workspace
from pipeline.periods import Period

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class PeriodType(click.ParamType[Period]):
    """``2026-Q4``, ``2026-10`` or ``2026``."""

    name = "KỲ"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Period:
        """Parse a period."""
        if isinstance(value, Period):
            return value
        try:
            return Period.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def workspace_option(command: Decorated) -> Decorated:
    """``--workspace DIR``: passes ``root``."""
    return click.option(
        "--workspace",
        "root",
        type=click.Path(path_type=Path),
        callback=lambda _ctx, _param, given: find_workspace(given),
        metavar="THƯ_MỤC",
        help="Thư mục làm việc; mặc định là PHIEU_WORKSPACE, rồi thư mục hiện tại.",
    )(command)


def period_option(command: Decorated) -> Decorated:
    """``--period``: passes ``period``."""
    return click.option(
        "--period",
        type=PeriodType(),
        required=True,
        help="Kỳ đánh giá: quý 2026-Q4, tháng 2026-10 hoặc năm 2026.",
    )(command)


def json_option(command: Decorated) -> Decorated:
    """``--json``: passes ``as_json``."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="In một tài liệu JSON ra đầu ra chuẩn; thông báo ra đầu ra lỗi.",
    )(command)


def port_option(command: Decorated) -> Decorated:
    """``--port`` of the web application: passes ``port``."""
    return click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8000,
        show_default=True,
        metavar="CỔNG",
        help="Cổng của ứng dụng web; 0 là một cổng còn trống.",
    )(command)
