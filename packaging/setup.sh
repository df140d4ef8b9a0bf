#!/bin/sh
# Everything that the program needs on this machine: system libraries where apt may be used, a pinned uv,
# and the Python environment exactly as uv.lock says. Safe to run again; does nothing that is done already.
# Usage: packaging/setup.sh [run|dev]
set -eu

cd "$(dirname "$0")/.."
kind=${1:-dev}
uv_version=0.13.9
export UV_PYTHON_DOWNLOADS=never
export UV_LINK_MODE=copy

# What the Qt window needs beyond a bare Debian 12 or Ubuntu 22.04, by the library that is looked for.
libraries="libEGL.so.1=libegl1 libGL.so.1=libgl1 libfontconfig.so.1=libfontconfig1 libglib-2.0.so.0=libglib2.0-0
libdbus-1.so.3=libdbus-1-3 libxkbcommon.so.0=libxkbcommon0 libxkbcommon-x11.so.0=libxkbcommon-x11-0
libxcb-cursor.so.0=libxcb-cursor0 libxcb-icccm.so.4=libxcb-icccm4 libxcb-image.so.0=libxcb-image0
libxcb-keysyms.so.1=libxcb-keysyms1 libxcb-render-util.so.0=libxcb-render-util0 libxcb-shape.so.0=libxcb-shape0
libxcb-xinerama.so.0=libxcb-xinerama0 libxcb-randr.so.0=libxcb-randr0 libX11-xcb.so.1=libx11-xcb1"

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in python3.11 python3.12 python3.13 python3.14 python3 python; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] < (3, 15)))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

# apt packages that are missing, one per line
missing_packages() {
    if [ "$(uname -s)" != Linux ]; then return; fi
    "$python" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)
    for pair in $libraries; do
        case "$known" in *"${pair%%=*}"*) ;; *) echo "${pair#*=}" ;; esac
    done
}

install_packages() {
    packages=$(missing_packages | sort -u | tr '\n' ' ')
    [ -n "$packages" ] || return 0
    root=""
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then root="sudo -n"; else root=no; fi
    fi
    if [ "$root" = no ] || ! command -v apt-get >/dev/null 2>&1; then
        say "These system packages are missing and cannot be installed from here:"
        say "    $packages"
        say "Ask whoever looks after this computer to run:  apt-get install $packages"
        say "(on other systems: the packages that hold the libraries of the same names), then try again."
        exit 3
    fi
    say "Installing system packages: $packages"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    $root apt-get -qq update && $root apt-get -qq -y --no-install-recommends install $packages >/dev/null || {
        say "apt could not install:  $packages"
        say "Install them by hand and try again."
        exit 3
    }
}

python=$(find_python)
if [ -z "$python" ]; then
    say "Python 3.11 to 3.14 is needed and was not found. On Debian or Ubuntu: apt-get install python3 python3-venv"
    exit 3
fi
install_packages

uv=.venv-tools/bin/uv
if ! "$uv" --version 2>/dev/null | grep -qF "uv $uv_version"; then
    "$python" -m venv --clear .venv-tools
    .venv-tools/bin/python -m pip --quiet --disable-pip-version-check install "uv==$uv_version"
fi

if [ "$kind" = run ]; then groups="--no-dev"; else groups=""; fi
# With the tools for testing already there, a run leaves them in place.
if [ "$kind" = run ] && [ -x .venv/bin/pytest ]; then groups=""; fi
# shellcheck disable=SC2086
"$uv" sync --quiet --locked --python "$python" $groups
