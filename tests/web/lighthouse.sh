#!/bin/sh
# Usage: tests/web/lighthouse.sh [STATE ...]
#
# Lighthouse's accessibility of build/web/site, on a local server: 100 in every tab. Not part of make
# check, because it needs npx, which downloads Lighthouse; and python3 and chromium. A STATE is an
# address without its #; the default is one or two for each tab.
#
# Exit status: 0 if every state has 100, else 1.
set -eu
cd "$(dirname "$0")/../.."
if [ $# -eq 0 ]; then
	set -- start 'softmax?z=2,1,0.1&label=1' 'softmax?z=1000,1001,1002&y=0.2,0.3,0.5' \
		'book?page=softmax' 'book?page=src/layers/linear.c' $(sed -n 's/^const tabs = {\(.*\)};/\1/p' web/main.js | tr -d ,)
fi
folder=$(mktemp -d)
python3 -m http.server 8437 --bind 127.0.0.1 --directory build/web/site >/dev/null 2>&1 &
server=$!
trap 'kill $server; rm -rf "$folder"' EXIT
sleep 1
wrong=0
for state; do
	CHROME_PATH=${CHROME_PATH-$(command -v chromium)} npx --yes lighthouse@12 "http://127.0.0.1:8437/#$state" \
		--only-categories=accessibility --output=json --output-path="$folder/report.json" --quiet \
		--chrome-flags='--headless=new --no-sandbox'
	node -e 'const {categories: {accessibility: a}, audits} = JSON.parse(require("fs").readFileSync(process.argv[1]));
		console.log(Math.round(100 * a.score), process.argv[2]);
		for (const {id, weight} of a.auditRefs)
			if (weight && audits[id].score === 0) console.log("   ", audits[id].title);
		process.exit(a.score === 1 ? 0 : 1)' "$folder/report.json" "$state" || wrong=1
done
exit $wrong
