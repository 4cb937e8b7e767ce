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
#   - <!-- console, up to a line of -->: a console block that readers do not see.
#   - Every number of the text of docs/*.md that has a point, an exponent or three digits, or is a percentage,
#     must occur in one of its console or c blocks. Those that no command prints are declared with their reason, as in
#     <!-- given: 1959 2.5: years and prices -->, which must all occur in the text, or, for a whole section,
#     <!-- given: all: measured on the machine named above -->. Not in `code` and in the paths of links.
#   - A table must be followed by an empty line.
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
			if (target ~ /^https?:/ || target ~ /^(\.\.\/)?build\/web\/onehot\.html#/) # tests/web/states.mjs opens these
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
	# Finds the numbers of a text: calls them wanted in the text, and found in blocks.
	function note_numbers(text, in_block,  start, n) {
		if (!in_block) {
			gsub(/`[^`]*`/, " ", text)
			gsub(/\]\([^)]*\)/, "]", text)
		}
		text = " " text
		gsub(/[^0-9A-Za-z_.][A-Za-z_][A-Za-z_]*-?[0-9][0-9A-Za-z_]*/, " ", text) # names: F32, SHA-256
		while (match(text, /[0-9][0-9,]*(\.[0-9]+)?(e[-+]?[0-9]+)?/)) {
			n = substr(text, RSTART, RLENGTH)
			text = substr(text, RSTART + RLENGTH)
			gsub(/,/, "", n)
			if (in_block)
				shown[n]
			else {
				in_text[n]
				if ((n ~ /[.e]|[0-9][0-9][0-9]/ || text ~ /^ %/) && !all_given && !(n in unknown))
					unknown[n] = FNR
			}
		}
	}
	function declare(text,  part, n, count) {
		sub(/^<!-- given: */, "", text)
		if (text !~ /: .* -->$/)
			complain(FNR, "given: without a reason")
		sub(/: .*/, "", text)
		count = split(text, part, " ")
		if (text == "all")
			all_given = 1
		else
			for (n = 1; n <= count; n++)
				given[part[n]] = FNR
	}
	block == "" && /^<!-- console( slow)?$/ {
		block = substr($0, 6)
		hidden = 1
		began = FNR
		commands = 0
		print
		next
	}
	hidden && /^-->$/ { hidden = 0; end_of_block(); print; next }
	numbers && (block ~ /^console/ || block == "c") { note_numbers($0, 1) }
	numbers && block == "" && /^#/ { all_given = 0 }
	numbers && block == "" && /^<!-- given: / { declare($0); print; next }
	numbers && block == "" && !/^```/ { note_numbers($0, 0) }
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
	block == "" && table && !/^\|/ && !/^ *$/ { complain(FNR, "this line is taken for a row of the table above it") }
	{ table = block == "" && /^\|/ }
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
		for (n in unknown)
			if (!(n in shown) && !(n in given))
				complain(unknown[n], "no command prints " n)
		for (n in given)
			if (!(n in in_text) || n in shown)
				complain(given[n], n " is given, but " (n in shown ? "printed, too" : "not in the text"))
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
	numbers=''
	case $document in docs/* | */document.md) numbers=1 ;; esac
	LC_ALL=C.UTF-8 COLUMNS=80 NO_COLOR=1 awk -v work="$work" -v root="$root" -v slow="$slow" -v numbers="$numbers" \
		-v folder="$(dirname -- "$document")" "$renew" "$document" >"$work/now"
	[ -z "$write" ] || cmp -s "$work/now" "$document" || cat "$work/now" >"$document"
	cat "$work/complaints"
	[ ! -s "$work/complaints" ] || status=1
	diff -u --label "$document" --label "$document, as its commands print now" \
		"$document" "$work/now" || status=1
done
exit "$status"
