#!/bin/sh
# Usage: web/build.sh FOLDER
#
# Makes FOLDER/site, which any static host can serve, and FOLDER/onehot.html, one file that holds the same, from
# FOLDER/*.wasm, web and data/mnist.
set -eu
out=$1
site=$out/site
rm -rf "$site"
mkdir -p "$site/digits" "$site/configs/tiny"

# modules ENTRY.js: the module's imports, theirs and so on, each once and before those that need it.
modules() {
	awk -v entry="web/$1" '
	function visit(path,    line, from) {
		if (path in seen)
			return
		seen[path] = 1
		while ((getline line <path) > 0)
			if (line ~ /^(import .*|\} )from/) {
				from = line
				sub(/^.*from *.\.\//, "", from)
				sub(/.;.*$/, "", from)
				visit("web/" from)
			}
		close(path)
		print path
	}
	BEGIN { visit(entry) }'
}

awk -f web/bundle.awk $(modules main.js) >"$site/main.js"
awk -f web/bundle.awk $(modules worker.js) >"$site/worker.js"
cp "$out/onehot.wasm" "$out/onehot-f64.wasm" web/style.css "$site"
cp configs/tiny/*.json "$site/configs/tiny"
sed 's/ type="module"/ defer/' web/index.html >"$site/index.html"
if [ -e web/book.sh ]; then
	web/book.sh "$site"
fi

# The first 5,000 training and 2,500 test samples of MNIST: whole sheets.
cp data/mnist/train-00.png data/mnist/train-01.png data/mnist/test-0.png "$site/digits"
head -n 5000 data/mnist/train-labels.txt >"$site/digits/train-labels.txt"
head -n 2500 data/mnist/test-labels.txt >"$site/digits/test-labels.txt"
sed 's/"samples": 60000/"samples": 5000/; s/"samples": 10000/"samples": 2500/
s/"sheets": \["train-00.png".*/"sheets": ["train-00.png", "train-01.png"],/
s/"sheets": \["test-0.png".*/"sheets": ["test-0.png"],/' data/mnist/dataset.json >"$site/digits/dataset.json"

# The single file: the files of the site inside, compressed.
{
	printf '<script type="application/json" id="files">{'
	comma=
	(cd "$site" && find . -type f ! -name index.html ! -name main.js ! -name style.css | sed 's|^\./||' | LC_ALL=C sort) |
		while read -r file; do
			printf '%s"%s": "' "$comma" "$file"
			gzip -9nc "$site/$file" | base64 -w0
			printf '"'
			comma=',
'
		done
	printf '}</script>\n'
} >"$out/files.html"
awk -v site="$site" -v files="$out/files.html" '
function put(path,    line) {
	while ((getline line <path) > 0)
		print line
	close(path)
}
/<link rel="stylesheet" href="style.css">/ { print "<style>"; put(site "/style.css"); print "</style>"; next }
/<script defer src="main.js">/ { next }
/<\/body>/ { put(files); print "<script>"; put(site "/main.js"); print "</script>" }
{ print }' "$site/index.html" >"$out/onehot.html"
rm "$out/files.html"
