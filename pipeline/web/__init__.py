"""The office's web application: server-rendered pages, no build step.

``access`` says who may open what, and nothing that is not in it opens; ``site`` ties the
application to one office; ``server`` serves it.
"""
