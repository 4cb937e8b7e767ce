# Writes the man pages oh_*(3) from include/onehot.h:
#
#   awk -v version=0.2.0 -v into=FOLDER -f docs/man3.awk include/onehot.h
#
# A section of the header, which begins with "/* ---- TITLE ----", becomes one page, and what comes
# before the first section becomes onehot(3). Every function gets a page that includes its section's.
# A paragraph of the header is an optional comment and the declarations below it; the page has the
# declarations first.

BEGIN {
	page["errors"] = "oh_error"
	page["a context: what the objects of a program share"] = "oh_context"
	page["datasets"] = "oh_dataset"
	page["models: first a config, then also parameters"] = "oh_model"
	page["training"] = "oh_training"
	page["using a trained model"] = "oh_predict"
	page["layers, losses and optimizers of your own"] = "oh_register"
	width = 76
	name = "onehot"
	head = 1
}

# ---- text ----

function emit(line) {
	if (line == ".PP" && (body == "" || last ~ /^\.SH/))
		return
	body = body line "\n"
	last = line
}

# Escapes what man would take for a request, a hyphen or an escape.
function plain(s) {
	gsub(/\\/, "\\e", s)
	gsub(/-/, "\\-", s)
	gsub(/\^/, "\\(ha", s)
	gsub(/~/, "\\(ti", s)
	return s ~ /^[.']/ ? "\\&" s : s
}

# A word of prose: names of the library and quoted arguments are bold.
function prose(word) {
	word = plain(word)
	gsub(/oh_[a-z0-9_]+/, "\\fB&\\fP", word)
	gsub(/OH_[A-Z0-9_]+/, "\\fB&\\fP", word)
	if (word ~ /`/) {
		sub(/`/, "\\fB", word)
		quoted = 1
	}
	if (quoted && sub(/`/, "\\fP", word))
		quoted = 0
	return word
}

# Prints the paragraph collected so far. A sentence begins on a new line.
function flush_text(words, n, i, line, used) {
	n = split(text, words, " ")
	text = line = ""
	used = 0
	for (i = 1; i <= n; i++) {
		if (used > 0 && (used + length(words[i]) >= 60 || words[i - 1] ~ /[.]$/)) {
			emit(line)
			line = ""
			used = 0
		}
		used += length(words[i]) + 1
		line = line (line == "" ? "" : " ") prose(words[i])
	}
	if (line != "")
		emit(line)
}

# ---- declarations ----

# Prints a line of code: bold, but for its comments.
function emit_code(s, at) {
	at = index(s, "/*")
	if (s ~ /^ *$/)
		emit("")
	else if (in_comment || s ~ /^ *\/\*/)
		emit(plain(s))
	else if (at)
		emit("\\fB" plain(substr(s, 1, at - 1)) "\\fP" plain(substr(s, at)))
	else
		emit("\\fB" plain(s) "\\fP")
	in_comment = index(s, "*/") ? 0 : in_comment || at
}

# Where to break a line that is too long: after a comma of a declaration, or at a space.
function break_at(s, comment, at) {
	for (at = width; at > width / 2 && !comment; at--)
		if (substr(s, at - 1, 2) == ", ")
			return at
	for (at = width; substr(s, at, 1) != " " || substr(s, at + 1) == "*/"; at--)
		;
	return at
}

# The same for a line of any length. A comment after code moves above it.
function emit_wrapped(s, at, indent, comment) {
	match(s, /^ */)
	indent = substr(s, 1, RLENGTH)
	at = index(s, "/*")
	comment = at == RLENGTH + 1
	if (length(s) > width && at && !comment) {
		emit_wrapped(indent substr(s, at))
		s = substr(s, 1, at - 1)
		sub(/ +$/, "", s)
	}
	while (length(s) > width) {
		at = break_at(s, comment)
		emit_code(substr(s, 1, at - 1))
		s = indent (comment ? " * " : "    ") substr(s, at + 1)
	}
	emit_code(s)
}

function flush_paragraph(i) {
	if (ncode > 0) {
		emit(".PP")
		emit(".nf")
		for (i = 1; i <= ncode; i++)
			emit_wrapped(code[i])
		emit(".fi")
	}
	if (text != "") {
		emit(ncode > 0 ? ".RS 4" : ".PP")
		flush_text()
		if (ncode > 0)
			emit(".RE")
	}
	ncode = 0
}

# ---- pages ----

function flush_page(file, i, names) {
	flush_paragraph()
	file = into "/" name ".3"
	names = name
	for (i = 1; i <= nfunctions; i++)
		names = names ",\n" functions[i]
	pages[++npages] = file
	see[npages] = name
	printf ".TH %s 3 \"\" \"onehot %s\" \"Library Functions\"\n.SH NAME\n%s\n\\- %s\n.SH SYNOPSIS\n.nf\n" \
	       "\\fB#include <onehot.h>\\fP\n.PP\n" \
	       "cc program.c \\fB\\-lonehot \\-lm \\-lpthread\\fP\n.fi\n.SH DESCRIPTION\n%s", \
	       toupper(name), version, names, plain(title), body >file
	for (i = 1; i <= nfunctions; i++) {
		printf ".so man3/%s.3\n", name >(into "/" functions[i] ".3")
		close(into "/" functions[i] ".3")
	}
	body = ""
	nfunctions = 0
}

# The comment that opens the header: prose, indented code, and the table of conventions.
head && /^\/\* onehot\.h - / {
	title = substr($0, 15)
	sub(/\.$/, "", title)
	next
}
head {
	if (/^ \*\//) {
		flush_text()
		emit(".SH VERSION")
		head = 0
	} else if (/^ \* Conventions$/) {
		emit(".SH CONVENTIONS")
		conventions = 1
	} else if (/^ \*$/) {
		flush_text()
		if (in_code)
			emit_code("")
	} else if (conventions && /^ \*   [A-Z]/) {
		flush_text()
		emit(".TP")
		emit("\\fB" $2 "\\fP")
		text = substr($0, index($0, $3))
	} else if (!conventions && /^ \*   /) {
		if (!in_code)
			emit(".nf")
		in_code = 1
		emit_wrapped(substr($0, 4))
	} else {
		if (in_code)
			emit(".fi")
		if (text == "" && !conventions)
			emit(".PP")
		in_code = 0
		text = text " " substr($0, 4)
	}
	next
}

/^\/\* ---- / {
	flush_page()
	title = substr($0, 9)
	sub(/ ----.*/, "", title)
	if (!(title in page)) {
		print "docs/man3.awk: give the section \"" title "\" of onehot.h a name in the table" >"/dev/stderr"
		failed = 1
		exit 1
	}
	name = page[title]
	prose_comment = $0 !~ /\*\/$/
	next
}

# Macros are declared without what they stand for; the rest of the preprocessor's lines is left out.
skip {
	skip = /\\$/
	next
}
/^#define OH_/ && !/OH_API/ {
	skip = /\\$/
	sub(/ *\\$/, "")
	sub(/\) .*/, ")")
	code[++ncode] = $0
	next
}
/^ *#/ || /^extern "C"/ || (/^}$/ && depth == 0) {
	next
}

# Comments between declarations.
prose_comment || (/^\/\*/ && depth == 0) {
	line = $0
	prose_comment = !sub(/ *\*\/$/, "", line)
	sub(/^ ?\/?\*+ ?/, "", line)
	if (line == "" && prose_comment)
		flush_paragraph()
	else
		text = text " " line
	next
}

/^$/ && depth == 0 {
	flush_paragraph()
	next
}

# Declarations. Comments and prototypes of several lines are joined.
{
	line = $0
	if (sub(/^OH_API /, "", line) && match(line, /oh_[a-z0-9_]+[([]/))
		functions[++nfunctions] = substr(line, RSTART, RLENGTH - 1)
	if (open && sub(/^ +(\* )?/, "", line))
		code[ncode] = code[ncode] " " line
	else
		code[++ncode] = line
	line = code[ncode]
	open = line ~ /\/\*/ ? line !~ /\*\/$/ : line ~ /\(.*,$/
	depth += gsub(/{/, "{") - gsub(/}/, "}")
}

END {
	if (failed)
		exit 1
	flush_page()
	for (i = 1; i <= npages; i++) {
		printf ".SH SEE ALSO\n" >pages[i]
		for (k = 1; k <= npages; k++)
			if (k != i)
				printf ".BR %s (3),\n", see[k] >pages[i]
		printf ".BR onehot (1)\n" >pages[i]
	}
}
