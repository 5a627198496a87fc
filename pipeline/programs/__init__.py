"""The programs outside Python, and the only places that start one."""
