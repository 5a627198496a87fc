"""The command line ``phieu``: one small module a group of commands, no logic."""
