"""The clerk's desk: from the roster to the notices, one page a task of the office.

Views call the functions of ``pipeline.work`` and show what they give. What takes long runs as a
job; everything is limited to the account's unit, results by :mod:`pipeline.web.desk.snapshots`.
"""
