"""The office's work: roster, forms, scans, results.

``work`` has one function per task of the office; ``cli`` and ``web`` call it. Effects (files,
database, programs, processes) live in ``programs``, ``batch``, ``store``, ``work``, ``cli``;
everything else is plain functions on frozen dataclasses.
"""
