#!/bin/sh
# Tests the page that make web has built: in node, and in Chromium if it is installed.
set -eu
cd "$(dirname "$0")/../.."
run() {
	for test; do
		node "tests/web/$test.mjs" || return 1
	done
}
run fma engine golden
if command -v chromium >/dev/null; then
	run lacks states addresses & # these mostly wait, and share no files with the others
	others=$! status=0
	run browser digits pages keyboard print || status=1
	wait $others || status=1
	exit $status
else
	echo "== the page: not tested in a browser, for lack of chromium; ./bootstrap --web installs it"
fi
