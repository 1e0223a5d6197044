#!/bin/sh
# Print the path of a Chromium for the browser tests; exit 1 and say how to get one if there is none.
# With --install: try Debian's package first, where that is possible without asking for a password.
find_one() {
    for name in "$KG_CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable; do
        [ -n "$name" ] && command -v "$name" && return 0
    done
    return 1
}

find_one && exit 0
if [ "$1" = "--install" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "installing chromium for the browser tests ..." >&2
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1
    find_one && exit 0
fi
echo "no Chromium found: the browser tests will be skipped" >&2
echo "hint: install one (Debian: apt-get install chromium) or set KG_CHROMIUM to its path" >&2
[ "$1" = "--install" ] && exit 0
exit 1
