.PHONY: demo test lint bench bench-full setup lock docs

# Each target sets up what is missing first; see setup.sh.
demo: setup
	.venv/bin/phieu demo

test: setup lint
	.venv/bin/python -m pytest --numprocesses 2 --dist loadfile --max-worker-restart 0

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy

bench-full: setup
	.venv/bin/python -m bench --full

bench: setup
	.venv/bin/python -m bench

setup:
	@./setup.sh

# After a change of the table of roles and views in pipeline/web/access.py.
docs: setup
	.venv/bin/python -m pipeline.web.roles_document > docs/roles.md

# After a change of dependencies in pyproject.toml.
lock: setup
	.venv/bin/python -m pip install --quiet pip-tools
	.venv/bin/pip-compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	  --output-file requirements.lock pyproject.toml
