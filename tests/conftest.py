"""What all tests share."""

import os

from hypothesis import settings

# No time limit a drawn example: on a busy machine it fails tests that are right. Where CI decides
# whether a change lands, the examples are the same each time; at a desk they are new ones.
settings.register_profile("phieu", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("phieu")
