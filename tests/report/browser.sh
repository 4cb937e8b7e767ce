#!/bin/sh
# Usage: tests/report/browser.sh ONEHOT
#
# Opens the reports of four small runs in headless Chromium, light and dark, wide and narrow.
# probe.js checks that every image is drawn, that all text is readable, and that nothing is wider than
# the window, or than the page when printed. walk.js goes through the pages of two explained steps by
# mouse and keyboard, compare.js through that of four compared runs. The console must stay empty.
#
# Exit status: 0 if nothing is wrong, or if there is no Chromium, which it reports; 1 if something is
# wrong.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."
onehot=$(readlink -f "$1")
root=$PWD
for chromium in chromium chromium-browser google-chrome ''; do
	if [ -n "$chromium" ] && command -v "$chromium" >/dev/null; then break; fi
done
if [ -z "$chromium" ]; then
	echo "pages in Chromium: skipped; to include it: apt-get install chromium"
	exit 0
fi

frame() { # frame WIDTH MIN: a page that shows probe.html at this width, and its results
	cat <<-END
		<!doctype html>
		<style>:root { color-scheme: light dark } iframe { width: $1px; height: 1000px; border: 0 }</style>
		<script>addEventListener("message", (m) => (document.body.textContent = m.data))</script>
		<iframe src="probe.html?$2"></iframe>
	END
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$onehot" train tests/small.json output="$folder/layers" --quiet
"$onehot" train tests/small.json output="$folder/softmax" --quiet train.epochs=1 \
	optimizer.learning_rate=1e4 'model=[{"type": "linear", "units": 10}]'
"$onehot" train configs/tiny/spiral.json output="$folder/plane" --quiet train.epochs=5 \
	schedule.type=cosine
"$onehot" train configs/tiny/moons.json output="$folder/two" --quiet data.validation=0.1 \
	early_stopping.monitor=loss optimizer.learning_rate=2 loss.class_weights='[1,2]'

wrong=0
look() { # look RUN WHAT WIDTH SCHEME MIN: probe.html at this width, dark (0) or light (1); text >= MIN px
	frame "$3" "$5" >"$folder/frame.html"
	timeout 60 "$chromium" --headless --no-sandbox --disable-gpu --enable-logging=stderr \
		--user-data-dir="$folder/profile" --blink-settings=preferredColorScheme="$4" \
		--dump-dom "file://$folder/frame.html" >"$folder/dom" 2>"$folder/log" || true
	sed -n "s/.*PROBE /$1, $2: /p" "$folder/dom" | sed 's/<.*//'
	[ "$(grep -c PROBE "$folder/dom")" -eq 1 ] || wrong=1
	if grep CONSOLE "$folder/log"; then wrong=1; fi
}

probe() { # probe PAGE SCRIPT: makes probe.html, the page with this script added
	{ cat "$1" && echo '<script>' && cat tests/report/look.js "tests/report/$2" && echo '</script>'; } >"$folder/probe.html"
}

for run in layers softmax plane two; do
	probe "$folder/$run/report.html" probe.js
	for width in 1200 400; do
		look $run screen $width 0 9.5
		look $run screen $width 1 9.5
	done
	sed 's/@media print/@media all/; s/, print {/, all {/' "$folder/probe.html" >"$folder/print"
	mv "$folder/print" "$folder/probe.html"
	look $run paper 700 1 7.5 # 96 pixels are an inch
done

for config in xor three; do
	"$onehot" explain configs/tiny/$config.json --sample 1 --html "$folder/step.html"
	probe "$folder/step.html" walk.js
	for width in 1400 400; do
		look $config explain $width 0 9.5
		look $config explain $width 1 9.5
	done
done
(cd "$folder" && "$onehot" sweep "$root/tests/small.json" data.path="$root/tests/data/mnist-small" \
	train.epochs=3 model.0.units=20,40 seed=1,2 --html compare.html >/dev/null)
probe "$folder/compare.html" compare.js
for width in 1400 360; do
	look sweep compare $width 0 9.5
	look sweep compare $width 1 9.5
done
[ $wrong -eq 0 ] || echo "pages in Chromium: errors, see above"
exit $wrong
