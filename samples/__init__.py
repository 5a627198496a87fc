"""Invented data: a roster, ratings, and filled sheets as scanners deliver them.

Nobody and no unit in here exists. Everything is made by ``python -m samples.make`` from a seed.
"""
