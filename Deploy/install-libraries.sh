#!/usr/bin/env bash
# Installs the system libraries that Weir links, where they are missing. Does nothing where they are there.
# --with-python: what the end-to-end tests need. --with-browser: a browser and a Prometheus to test the dashboard with.
# --with-valgrind: what counts instructions.
set -euo pipefail

packages=()
need() { [ -e "$1" ] || compgen -G "$2" >/dev/null || packages+=("$3"); }
need /usr/include/zmq.h '/usr/local/include/zmq.h' libzmq3-dev
need /usr/include/sqlite3.h '/usr/local/include/sqlite3.h' libsqlite3-dev
need /usr/include/sodium.h '/usr/local/include/sodium.h' libsodium-dev
need /usr/include/zlib.h '/usr/local/include/zlib.h' zlib1g-dev
for option in "$@"; do
    case "$option" in
        --with-python)
            python3 -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3-venv)
            # Some tests set the clock of a running process.
            compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || packages+=(faketime)
            ;;
        --with-browser)
            command -v chromium >/dev/null || packages+=(chromium fonts-dejavu-core)
            command -v chromedriver >/dev/null || packages+=(chromium-driver)
            command -v promtool >/dev/null || packages+=(prometheus)
            ;;
        --with-valgrind)
            command -v valgrind >/dev/null || packages+=(valgrind)
            ;;
        *) echo "install-libraries.sh: $option is none of --with-python, --with-browser, --with-valgrind" >&2; exit 64 ;;
    esac
done
[ ${#packages[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "weir needs these libraries with their headers: ${packages[*]} (Debian's names)." >&2
    echo "apt-get is not here: install them with your system's package manager, then run make again." >&2
    exit 1
fi
run=()
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        run=(sudo)
    else
        echo "weir needs these packages: ${packages[*]}" >&2
        echo "Installing them takes root. Run this once: sudo apt-get install -y ${packages[*]}" >&2
        exit 1
    fi
fi
export DEBIAN_FRONTEND=noninteractive
echo "installing ${packages[*]}"
"${run[@]}" apt-get update -qq
"${run[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
