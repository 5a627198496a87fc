"""What all tests share."""

from hypothesis import settings

# No time limit a drawn example: on a busy machine it fails tests that are right.
settings.register_profile("phieu", deadline=None)
settings.load_profile("phieu")
