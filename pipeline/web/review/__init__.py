"""The reviewer's screen: one item at a time, contact sheets, pages, and what was decided."""
