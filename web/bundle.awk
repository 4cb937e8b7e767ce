# awk -f web/bundle.awk MODULE.js ...: prints modules of JavaScript as one script, each after those that it imports.
#
# A module becomes a function that is called once and returns what the module exports, so names of different modules
# never meet. An import is one statement, `import {a, b} from './x.js';` or `import * as x from './x.js';`, an export
# begins a line and has one name: `export const`, `export function`, `export async function` or `export class`; another
# one is refused. The last module is not imported by any other.

function name_of(path) {
    sub(/.*\//, "", path)
    sub(/\.js$/, "", path)
    gsub(/[^A-Za-z0-9]/, "_", path)
    return "module_" path
}

function finish() {
    if (module != "")
        printf "  return {%s};\n})();\n\n", exports
}

# Whether a line declares several names: has a comma that is in no bracket, text or comment.
function exports_more(line) {
    while (gsub(/\([^()]*\)|\[[^][]*\]|\{[^{}]*\}|'[^']*'|"[^"]*"|`[^`]*`|\/\*.*\*\//, "", line));
    sub(/[({[`].*/, "", line)
    return line ~ /^const.*,/
}

FNR == 1 {
    finish()
    module = name_of(FILENAME)
    exports = ""
    printf "const %s = (() => {\n", module
}

/^import / || importing {
    statement = importing ? statement " " $0 : $0
    importing = statement !~ /;[ \t]*$/
    if (importing)
        next
    path = statement
    sub(/^.*from *['"]/, "", path)
    sub(/['"].*$/, "", path)
    what = statement
    sub(/^import */, "", what)
    sub(/ *from *['"].*$/, "", what)
    gsub(/ as /, ": ", what)
    sub(/^\*: */, "", what)
    printf "const %s = %s;\n", what, name_of(path)
    next
}

/^export / {
    sub(/^export /, "")
    if (!match($0, /^(const [A-Za-z0-9_$]+ =|(async )?function\*? [A-Za-z0-9_$]+\(|class [A-Za-z0-9_$]+)/) || exports_more($0)) {
        printf "%s:%d: write one export per statement, as const, function or class, got: export %s\n", FILENAME, FNR, $0 >"/dev/stderr"
        failed = 1
        exit
    }
    declared = $0
    sub(/^(async )?(const|function\*?|class) */, "", declared)
    sub(/[^A-Za-z0-9_$].*$/, "", declared)
    exports = exports (exports == "" ? "" : ", ") declared
}

{ print }

END {
    if (failed)
        exit 1
    finish()
}
