"""Rules of passwords beside Django's own."""

from django.contrib.auth.password_validation import MinimumLengthValidator


class LongEnough(MinimumLengthValidator):
    """Django's, whose complaint has no Vietnamese yet."""

    def get_error_message(self) -> str:
        """What is wrong."""
        return f"Mật khẩu quá ngắn; cần ít nhất {self.min_length} ký tự."
