#!/bin/sh
# Usage: tests/disassembly.sh BUILD [OBJDUMP]
#
# Checks that multiply-adds are fused where the source says so, and nowhere else. A compiler that
# fused a * b + c by itself would change bits; so would one that split real_fma into two operations.
#
# Searches the objects of a build for objdump's mnemonics and requires:
#   - no fused multiply-add outside the kernels (gemm*.o), whose source writes real_fma or vec_fma;
#   - in each vector kernel whose instruction set has them, fused multiply-adds, and no inner loop
#     with both these and separate multiplications (descend multiplies sums by a rate, after them);
#     and, if the compiler optimises and no sanitizer splits the loops, some in an inner loop.
# Exit status: 0 if all hold; 1 otherwise, with one line per object that says why.
set -eu
build=$1 objdump=${2-objdump}
optimised=1
case $(cat "$build/flags") in *" -O0 "* | *-fsanitize=*) optimised=0 ;; esac

find "$build/f32" -name '*.o' ! -path '*/bench/*' |
	LC_ALL=C sort |
	xargs "$objdump" -d --no-show-raw-insn | awk -v optimised=$optimised '
	function hex(digits,  i, n) {
		for (i = 1; i <= length(digits); i++)
			n = 16 * n + index("123456789abcdef", substr(digits, i, 1))
		return n
	}
	function complain(what) {
		print object ": " what
		bad = 1
	}
	# Finds the largest number of fused multiply-adds in an innermost loop of the function.
	function end_of_function(  i, k, inner, n, separate) {
		for (i = 0; i < loops; i++) {
			inner = 1
			for (k = 0; k < loops; k++)
				if (k != i && first[k] >= first[i] && last[k] <= last[i])
					inner = 0
			n = 0
			for (k = 0; inner && k < fusions; k++)
				n += where[k] >= first[i] && where[k] <= last[i]
			most = n > most ? n : most
			separate = 0
			for (k = 0; n && k < products; k++)
				separate += product[k] >= first[i] && product[k] <= last[i]
			multiplied = separate > multiplied ? separate : multiplied
		}
		loops = fusions = products = 0
	}
	function end_of_object() {
		end_of_function()
		if (object == "")
			return
		if (object !~ /\/gemm[a-z0-9_]*\.o$/) {
			if (fused)
				complain(fused " fused multiply-adds that are not in the source")
		} else if (object ~ /_(avx2|avx512|neon)\.o$/) {
			if (!fused)
				complain("no fused multiply-add")
			if (multiplied)
				complain(multiplied " multiplications in an inner loop of fused multiply-adds")
			if (optimised && !most)
				complain("no fused multiply-add in an inner loop")
		}
		objects++
		total += fused
		fused = multiplied = most = 0
	}
	/file format/ {
		end_of_object()
		object = $1
		sub(/:$/, "", object)
		format = $NF
		if (format ~ /x86-64/) {
			fuses = "^vfn?m(add|sub)"
			multiplies = "^vmul[sp][sd]"
		} else if (format ~ /aarch64|arm64/) {
			fuses = "^(fn?m(add|sub)|fml[as])"
			multiplies = "^fn?mul"
		} else if (format ~ /riscv/)
			fuses = "^fn?m(add|sub)[.]"
		else if (format ~ /s390/)
			fuses = "^(m[as][de]br?$|[vw]fn?m[as][sdx]b)"
		else
			complain("unknown format " format)
	}
	/^[0-9a-f]+ </ { end_of_function() }
	/^ +[0-9a-f]+:/ {
		at = hex(substr($1, 1, length($1) - 1))
		if ($2 ~ fuses) {
			fused++
			where[fusions++] = at
		}
		if (multiplies != "" && $2 ~ multiplies)
			product[products++] = at
		# A jump back, "jne 1f0 <tile+0x40>", closes a loop.
		if ($NF ~ /^<.*>$/ && $2 !~ /^(call|bl|jal)$/ && $(NF - 1) ~ /^[0-9a-f]+$/ &&
		    hex($(NF - 1)) <= at) {
			first[loops] = hex($(NF - 1))
			last[loops++] = at
		}
	}
	END {
		end_of_object()
		if (!objects)
			complain("no objects")
		else if (!bad)
			print total " fused multiply-adds in " objects " objects, all in the kernels"
		exit bad
	}'
