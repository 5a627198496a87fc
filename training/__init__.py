"""The recipes that fit what ``ocr/weights`` holds. Not imported by the product; see README.md."""
