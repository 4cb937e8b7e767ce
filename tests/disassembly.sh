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
	# Puts into body the loop that this jump back closes: the instructions that lead to the
	# jump without passing the first one. Returns false if the start of the function is
	# among them: then the jump only returns from code that the compiler moved out of the way.
	function is_loop(jump, start,  i, k, n, queue, from) {
		split("", body)
		body[start] = body[jump] = 1
		queue[n++] = jump
		while (n && jump != start) {
			i = queue[--n]
			if (i == 0)
				return 0
			split(before[i], from)
			for (k in from)
				if (!(from[k] in body)) {
					body[from[k]] = 1
					queue[n++] = from[k]
				}
		}
		return 1
	}
	# Finds the largest numbers of fused and of separate multiplications in an innermost loop of the
	# function.
	function end_of_function(  i, k, n, inner, sum) {
		for (i = 1; i < count; i++)
			if (!leaves[i - 1])
				before[i] = before[i] " " i - 1
		for (i = 0; i < count; i++)
			if (i in target && target[i] in number)
				before[number[target[i]]] = before[number[target[i]]] " " i
		for (i = 0; i < count; i++) {
			if (!(i in target) || !(target[i] in number) || number[target[i]] > i ||
			    !is_loop(i, number[target[i]]))
				continue
			inner = 1
			sum["f"] = sum["m"] = 0
			for (k in body) {
				n = k in target && target[k] in number ? number[target[k]] : k + 1
				if (k != i && n <= k + 0 && n in body && n != number[target[i]])
					inner = 0
				if (k in kind)
					sum[kind[k]]++
			}
			if (!inner || !sum["f"])
				continue
			most = sum["f"] > most ? sum["f"] : most
			multiplied = sum["m"] > multiplied ? sum["m"] : multiplied
		}
		count = 0
		split("", before)
		split("", leaves)
		split("", target)
		split("", number)
		split("", kind)
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
		if ($2 ~ fuses)
			fused++
		if (object !~ /_(avx2|avx512|neon)\.o$/)
			next
		if ($2 ~ fuses)
			kind[count] = "f"
		else if ($2 ~ multiplies)
			kind[count] = "m"
		number[at] = count
		leaves[count] = $2 ~ /^(jmp|b|br|ret)/ && $2 !~ /^b\./
		# A jump: "jne 1f0 <tile+0x40>", "b.ne 1f0 <tile+0x40>  // b.any".
		sub(/[ \t]*\/\/.*/, "")
		if ($NF ~ /^<.*>$/ && $2 !~ /^(call|bl)$/ && $(NF - 1) ~ /^[0-9a-f]+$/)
			target[count] = hex($(NF - 1))
		count++
	}
	END {
		end_of_object()
		if (!objects)
			complain("no objects")
		else if (!bad)
			print total " fused multiply-adds in " objects " objects, all in the kernels"
		exit bad
	}'
