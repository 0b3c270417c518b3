# Sourced by the commands in the folder above: sets `python` to a Python that Odoo 19 runs on, installing Debian's when
# there is none, and `scripts` to the folder of the commands.

scripts=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)

# Python 3.13 comes last: the barcodes of its reportlab need a C library that is not always there.
python_fits() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c '
import sys, ensurepip, venv
sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, int(sys.argv[1])))' "$2" >/dev/null 2>&1
}

find_python() {
    if [ -n "${DEALFLOW_PYTHON:-}" ]; then
        python=$DEALFLOW_PYTHON
        python_fits "$python" 13 && return 0
        echo "DEALFLOW_PYTHON is $python: that is no Python 3.10 to 3.13 with its venv module." >&2
        exit 1
    fi
    for newest in 12 13; do
        for python in python3 python3.12 python3.11 python3.10 python3.13 /usr/bin/python3; do
            python_fits "$python" "$newest" && return 0
        done
    done
    return 1
}

install_python() {
    command -v apt-get >/dev/null 2>&1 || return 1
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        as_root='sudo -n'
        $as_root true 2>/dev/null || return 1
    fi
    echo 'Installing Python (Debian packages python3, python3-venv) ...'
    $as_root apt-get update -qq </dev/null
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends python3 python3-venv </dev/null >/dev/null
}

if ! find_python && ! { install_python && find_python; }; then
    echo 'Dealflow needs Python 3.10 to 3.13 with its venv module.' >&2
    echo 'On Debian: sudo apt-get install python3 python3-venv; elsewhere name one in DEALFLOW_PYTHON.' >&2
    exit 1
fi
