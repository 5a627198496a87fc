"""Pages for when something cannot be done: what happened and what to do next."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

_WORDS: dict[int, tuple[str, str]] = {
    400: (
        "Yêu cầu không hợp lệ",
        "Máy chủ không hiểu yêu cầu này. Hãy quay lại trang trước, tải lại trang rồi làm lại.",
    ),
    403: (
        "Không có quyền",
        "Tài khoản của bạn không được mở trang này. Nếu cần cho công việc, hãy đề nghị người quản "
        "trị cấp thêm vai trò.",
    ),
    404: (
        "Không tìm thấy",
        "Địa chỉ này không có, hoặc nội dung không thuộc đơn vị của bạn. Hãy về trang chủ và mở "
        "lại từ danh sách.",
    ),
    405: (
        "Thao tác không hợp lệ",
        "Trang này không mở theo cách đó. Hãy về trang chủ và dùng các nút trên trang.",
    ),
    409: (
        "Nội dung đã thay đổi",
        "Có người vừa thay đổi nội dung này. Hãy tải lại trang, xem nội dung mới rồi quyết định.",
    ),
    413: (
        "Tệp quá lớn",
        "Tệp tải lên vượt giới hạn cho phép. Hãy chia thành nhiều tệp nhỏ hơn rồi tải lên lại.",
    ),
    429: (
        "Tạm dừng đăng nhập",
        "Đã nhập sai mật khẩu quá nhiều lần. Hãy đợi 15 phút rồi thử lại, hoặc nhờ người quản trị "
        "cấp lại mật khẩu.",
    ),
    500: (
        "Lỗi của chương trình",
        "Việc vừa rồi chưa làm xong; đây không phải lỗi của bạn. Hãy thử lại; nếu vẫn lỗi, báo "
        "người phụ trách kèm giờ xảy ra.",
    ),
}


class Refused(Exception):
    """A view cannot do what is asked: shown as a page with this HTTP status, and ``message`` in
    place of the usual words (Vietnamese, says what to do)."""

    def __init__(self, status: int, message: str = "") -> None:
        self.status = status
        self.message = message
        super().__init__(message)


def error_page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """The page of an error; to htmx a fragment."""
    title, usual = _WORDS.get(status, _WORDS[400])
    template = "web/error_notice.html" if getattr(request, "htmx", False) else "web/error.html"
    words = {"status": status, "title": title, "message": message or usual}
    return render(request, template, words, status=status)


_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Handler 400. Before a host is known to be ours, nothing of the request is used."""
    return _bare(413 if isinstance(exception, _TOO_MUCH) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Handler 403."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Handler 404."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Handler 500: touches neither session nor database, which may be what is broken."""
    return _bare(500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """A form of another site, or one that was open for too long."""
    return error_page(
        request,
        403,
        "Trang đã cũ hoặc yêu cầu không đến từ ứng dụng này, nên không được thực hiện. Hãy tải lại "
        "trang rồi làm lại.",
    )


def locked_out(request: HttpRequest, *_: Any) -> HttpResponse:
    """Too many wrong passwords."""
    return error_page(request, 429)


def _bare(status: int) -> HttpResponse:
    title, message = _WORDS[status]
    words = {"status": status, "title": title, "message": message}
    return HttpResponse(render_to_string("web/error.html", words), status=status)
