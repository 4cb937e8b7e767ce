#!/bin/sh
# Usage: ONEHOT=build/default/onehot tests/docs.sh [--write] DOCUMENT.md ...
#
# Checks that documents are correct:
#   - ```console: each line that begins with "$ " is a command, continued on the next line after a \ at
#     the end; the lines below it are its output, stdout and stderr. A line of only "..." stands for
#     any number of lines. Spaces at the ends of lines are ignored. The commands of a document run in
#     order in one fresh folder, next to the program and the repository's configs, data, src, tests.
#     Do not show anything that varies, such as times: select with grep and cut, name runs with output=.
#   - ```console slow: the same, but run only with TIER=check or --write. For commands over a second.
#   - ```c begins with /* src/... */, /* tests/... */ or /* examples/... */, followed by lines exactly as they are in that
#     file.
#   - [text](path#heading) must name an existing file or folder, and a heading of this document.
#
# --write replaces the output in the documents with what the commands print now. Exit status: 0 if
# everything is correct; 1 if not, with each error or the difference on stdout.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
onehot=$(realpath "${ONEHOT:-$root/build/default/onehot}")
write='' slow='' status=0
[ "${TIER-}" != check ] || slow=1
[ "${1-}" != --write ] || { write=1 slow=1 && shift; }
work=$(mktemp -d "${TMPDIR:-/tmp}/onehot-docs-XXXXXX")
trap 'rm -rf "$work"' EXIT

# Prints the document with the current output of its commands; writes errors to $work/complaints.
# shellcheck disable=SC2016 # $0 is awk's
renew='
	function complain(line, what) {
		print FILENAME ":" line ": " what >(work "/complaints")
	}
	# Prints the output of the command, without the lines that the document omits.
	function show_output(  n, got, count, first, last, status) {
		print command >(work "/command")
		close(work "/command")
		status = system("cd " work "/here && sh ../command >../output 2>&1 </dev/null")
		while ((getline got <(work "/output")) > 0) {
			sub(/[ \t]+$/, "", got)
			printed[++count] = got
		}
		close(work "/output")
		if (status != 0 && count == 0)
			printed[++count] = "exit status " status
		for (n = 1; n <= lines && first == 0; n++)
			if (output[n] ~ /^ *\.\.\.$/)
				first = n
		last = count - (lines - first) # the last omitted line
		for (n = 1; n <= count; n++)
			if (n == first && n <= last) {
				print output[first]
				n = last
			} else
				print printed[n]
	}
	function end_of_command(  n) {
		if (command != "" && (slow || block == "console"))
			show_output()
		else
			for (n = 1; n <= lines; n++)
				print output[n]
		command = ""
		lines = 0
	}
	function is_in(file, text,  line, all) {
		while ((getline line <file) > 0)
			all = all "\n" line
		close(file)
		return index(all "\n", "\n" text) > 0
	}
	function end_of_block() {
		end_of_command()
		if (block ~ /^console/ && !commands)
			complain(began, "a console block without a command")
		if (block == "c" && (source == "" || quote == "" || !is_in(root "/" source, quote)))
			complain(began, source == "" ? "a c block whose first line is not /* src/... */" \
			                             : "these lines are not in " source)
		block = ""
	}
	function look_at_links(  rest, target, heading) {
		rest = $0
		while (match(rest, /\]\([^)]*\)/)) {
			target = substr(rest, RSTART + 2, RLENGTH - 3)
			rest = substr(rest, RSTART + RLENGTH)
			if (target ~ /^https?:/ || target ~ /^(\.\.\/)?build\/web\/onehot\.html#/) # tests/web/pages.mjs opens these
				continue
			heading = target
			if (!sub(/^[^#]*#/, "", heading))
				heading = ""
			else if (target ~ /^#/)
				wanted[heading] = FNR
			sub(/#.*/, "", target)
			if (target != "" && system("test -e \"" folder "/" target "\"") != 0)
				complain(FNR, "there is no " target)
		}
	}
	block == "" && /^```/ {
		block = $0 == "```" ? "plain" : substr($0, 4)
		began = FNR
		commands = 0
		source = quote = ""
		if (block ~ /^console/ && block !~ /^console( slow)?$/)
			complain(FNR, "a block is console, or console slow, not " block)
		print
		next
	}
	block != "" && /^```$/ { end_of_block(); print; next }
	block ~ /^console/ && continued { command = command "\n" $0; continued = /\\$/; print; next }
	block ~ /^console/ && /^\$ / {
		end_of_command()
		command = substr($0, 3)
		commands++
		continued = /\\$/
		print
		next
	}
	block ~ /^console/ {
		output[++lines] = $0
		if (!commands)
			complain(FNR, "output without a command")
		next
	}
	block == "c" && FNR == began + 1 && /^\/\* (src|tests|examples)\/[^ ]* \*\/$/ { source = $2; print; next }
	block == "c" { quote = quote $0 "\n" }
	block == "" { look_at_links() }
	block == "" && /^#/ {
		heading = tolower($0)
		sub(/^#+ */, "", heading)
		gsub(/[^a-z0-9 _-]/, "", heading)
		gsub(/ /, "-", heading)
		headings[heading]
	}
	{ print }
	END {
		if (block != "")
			complain(began, "a block without an end")
		for (heading in wanted)
			if (!(heading in headings))
				complain(wanted[heading], "there is no heading #" heading)
	}
'

for document; do
	rm -rf "${work:?}"/*
	mkdir "$work/here"
	for name in configs data src tests; do
		ln -s "$root/$name" "$work/here/$name"
	done
	ln -s "$onehot" "$work/here/onehot"
	ln -s onehot "$work/here/train"
	: >"$work/complaints"
	LC_ALL=C.UTF-8 COLUMNS=80 NO_COLOR=1 awk -v work="$work" -v root="$root" -v slow="$slow" \
		-v folder="$(dirname -- "$document")" "$renew" "$document" >"$work/now"
	[ -z "$write" ] || cmp -s "$work/now" "$document" || cat "$work/now" >"$document"
	cat "$work/complaints"
	[ ! -s "$work/complaints" ] || status=1
	diff -u --label "$document" --label "$document, as its commands print now" \
		"$document" "$work/now" || status=1
done
exit "$status"
