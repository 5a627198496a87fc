#!/usr/bin/env bash
# Sets the project up on Debian 12: system packages that are missing, a virtual environment and the
# locked Python dependencies. Idempotent; says what it does; silent and fast when nothing is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

packages=(
  python3-venv             # the virtual environment
  libgl1 libglib2.0-0      # what opencv-python links to
  libreoffice-writer-nogui # docx -> PDF
  fonts-liberation2        # the only Liberation of Debian 12 with Vietnamese letters
  tesseract-ocr tesseract-ocr-vie
  poppler-utils            # tests look at PDFs with a second program
  chromium                 # tests use the web application as a person does (300 MB)
)

installed() {
  dpkg-query -W -f='${Status}\n' "$1" 2>/dev/null | grep -q '^install ok installed$'
}

missing=()
if ! command -v dpkg-query >/dev/null; then
  missing=("${packages[@]}")
else
  for package in "${packages[@]}"; do
    # A Python of one's own brings venv with it: Debian's is then not needed.
    if [ "$package" = python3-venv ] && python3 -c 'import ensurepip' 2>/dev/null; then continue; fi
    installed "$package" || missing+=("$package")
  done
fi

if [ ${#missing[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null; then
    echo "This is no Debian system. Install what these Debian packages hold, then run again:" >&2
    printf '  %s\n' "${missing[@]}" >&2
    exit 4
  fi
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Neither root nor sudo: ask an administrator to run" >&2
      echo "  apt-get install ${missing[*]}" >&2
      exit 4
    fi
    as_root=(sudo)
  fi
  echo "Installing system packages: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Python 3.11 or later is needed, found: $(python3 --version)" >&2
  exit 4
fi

if [ ! -x .venv/bin/python ]; then
  echo "Making the virtual environment .venv"
  python3 -m venv .venv
fi
stamp=.venv/installed.sha256
wanted="$(pwd) $(cat requirements.lock pyproject.toml | sha256sum)"
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  echo "Installing the locked Python packages into .venv"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  echo "$wanted" > "$stamp"
fi
