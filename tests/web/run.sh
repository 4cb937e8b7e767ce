#!/bin/sh
# Tests the page that make web has built: in node, and in Chromium if it is installed.
set -eu
cd "$(dirname "$0")/../.."
node tests/web/fma.mjs
node tests/web/engine.mjs
node tests/web/golden.mjs
if command -v chromium >/dev/null; then
	node tests/web/browser.mjs
	node tests/web/lacks.mjs
	node tests/web/digits.mjs
	node tests/web/pages.mjs
	node tests/web/states.mjs
	node tests/web/keyboard.mjs
	node tests/web/print.mjs
	node tests/web/addresses.mjs
else
	echo "== the page: not tested in a browser, for lack of chromium; ./bootstrap --web installs it"
fi
