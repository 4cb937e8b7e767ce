#!/bin/sh
# Usage: web/book.sh FOLDER
#
# Makes the book: FOLDER/book/NAME.html, a page per document of the tree, and FOLDER/source/PATH,
# the files that they or the page link. A page is a fragment, which web/book.js shows. Needs pandoc.
set -eu
out=$1
if ! command -v pandoc >/dev/null; then
	echo "make web: the chapters need pandoc, which is not installed; ./bootstrap --web installs it" >&2
	exit 2
fi
mkdir -p "$out/book"
rm -rf "$out/source"
BOOK_FILES=$out/book/files
export BOOK_FILES
: >"$BOOK_FILES"
for document in README.md exercises/README.md docs/*.md; do
	case $document in
	README.md) name=readme ;;
	exercises/README.md) name=exercises ;;
	*) name=$(basename "$document" .md) ;;
	esac
	pandoc --from=gfm-tex_math_dollars --to=html5 --mathml --no-highlight --wrap=preserve \
		--lua-filter=web/book.lua --metadata=path="$document" --output="$out/book/$name.html" "$document"
done
# The tab Explain names the function that computes a stage.
printf '%s\n' src/layers/*.c src/losses/*.c src/optim/*.c src/train/batch.c >>"$BOOK_FILES"
sort -u "$BOOK_FILES" | while read -r file; do
	mkdir -p "$out/source/$(dirname "$file")"
	cp "$file" "$out/source/$file"
done
rm "$BOOK_FILES"
