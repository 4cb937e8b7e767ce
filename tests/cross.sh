#!/bin/sh
# Exported headers on other machines: tests/cross.sh [ONEHOT]
#
# Exports two models of tables and one of pictures, in float and in int8, and runs each header on
#
#   g++ -std=c++11, clang, gcc -m32 (gcc-multilib)
#   arm: a Cortex-M3 without and a Cortex-M4 with floats (gcc-arm-none-eabi, libnewlib-arm-none-eabi,
#        qemu-system-arm)
#   avr: an ATmega2560 (gcc-avr, avr-libc, simavr), int8 alone; there the float form must not compile
#
# The logits must be those of gcc on this machine, bit for bit; tests/test_export.c compares these with
# onehot's own. Then onnxruntime runs the ONNX files of those tests, if pip can install it into
# build/onnxruntime. What is not installed is skipped, with its packages' names.
set -eu
given=${1:-build/default/onehot}
onehot=$(realpath "$given")
root=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

has() {
	command -v "$1" >/dev/null && return
	echo "skipped: $1, of Debian's package $2"
	return 1
}

# ---- the models ----

seq 400 | awk 'BEGIN { print "height,width,colour,wet,kind" }
	{ print ($1 % 9 ? $1 * 0.37 - 20 : "") "," 2000 + $1 % 31 / 7 "," \
	  ($1 % 11 ? substr("redbluegrey", $1 % 3 * 4 + 1, 4) : "") "," ($1 % 5 ? "yes" : "no") "," \
	  ($1 * $1 % 7 < 3 ? "rose" : "tulip") }' >mixed.csv
seq 400 | awk 'BEGIN { print "x,y,kind" } { print sin($1) "," 1e3 * cos($1) "," $1 % 3 }' >numbers.csv
three() {
	"$onehot" train "$root/configs/tiny/three.json" --quiet data.label=kind train.epochs=3 "$@"
}
three output=mixed data.path=mixed.csv model.2.units=2 data.missing=mean data.scaling=standardize
three output=numbers data.path=numbers.csv 'model.1={"type": "tanh"}'
"$onehot" train "$root/tests/small.json" --quiet data.path="$root/tests/data/mnist-small" \
	output=pictures train.epochs=1 'model=[{"type":"linear","units":20},{"type":"relu"},{"type":"linear","units":10}]'

# ---- a program for all of them: 8 samples, whose logits are in want.h or, with -DWRITE, printed ----

cat >main.c <<'EOF'
#include "m.h"
#if defined(__AVR__)
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
static void say(const char *s) {
    for (; *s; s++) {
        while (!(UCSR0A & (1 << UDRE0))) {}
        UDR0 = (uint8_t)*s;
    }
}
#else
#include <stdio.h>
#define say(s) fputs(s, stdout)
#endif
#if defined(__ARM_ARCH_7M__) || defined(__ARM_ARCH_7EM__)
void _start(void);
static void reset(void) {
    *(volatile uint32_t *)0xe000ed88 |= 0xf << 20; /* CPACR: switches the floating-point unit on */
    _start();
}
__attribute__((section(".vectors"), used)) static void (*const vectors[])(void) = {
    (void (*)(void))0x400000, reset};
#endif
#ifndef WRITE
static const uint8_t want[] = {
#include "want.h"
};
#endif

static void predict(int n, NUMBER logits[m_outputs]) {
#ifdef TABLE
    float row[m_columns];
    for (int i = 0; i < m_columns; i++)
        row[i] = TABLE;
    m_predict_row(row, logits);
#else
    static uint8_t pixels[m_features];
    for (int i = 0; i < m_features; i++)
        pixels[i] = (uint8_t)((i * 37 + n * 101) & (i >> (n & 3)));
    m_predict_pixels(pixels, logits);
#endif
}

int main(void) {
    int wrong = !m_check();
    for (int n = 0; n < 8; n++) {
        NUMBER logits[m_outputs];
        predict(n, logits);
#ifdef WRITE
        for (unsigned i = 0; i < sizeof logits; i++)
            printf("%d,", ((const uint8_t *)logits)[i]);
#else
        wrong += memcmp(logits, want + (size_t)n * sizeof logits, sizeof logits) != 0;
#endif
    }
#ifndef WRITE
    say(wrong ? "DIFFER\n" : "equal\n");
#endif
#if defined(__AVR__)
    cli();
    sleep_enable();
    sleep_cpu();
#endif
    return wrong;
}
EOF

# check NAME COMMAND...: COMMAND, with the flags of the model, builds a program that $run runs.
check() {
	name=$1
	shift
	if "$@" $flags "$define" -Wall -Wextra -pedantic -Werror -o main main.c -lm >log 2>&1 &&
		$run >log 2>&1 && grep -q equal log; then
		echo "ok       $model $name"
	else
		echo "FAILED   $model $name"
		cat log
		failed=1
	fi
}

semihosting='-mthumb --specs=rdimon.specs -Wl,--section-start=.vectors=0'
for model in mixed numbers pictures; do
	case $model in
	mixed) define='-DTABLE=(i == 0 && n == 3 ? NAN : i == 1 ? 2000 + n * 0.25f : (float)(n % 4 - 1))' ;;
	numbers) define='-DTABLE=(float)(n * n - 20) * (i == 0 ? 0.03f : 41)' ;;
	pictures) define=-DPICTURES ;;
	esac
	for form in float int8; do
		[ $form = int8 ] && option=--int8 || option=
		[ $form = int8 ] && flags=-DNUMBER=int16_t || flags=-DNUMBER=float
		model=${model%-*}
		"$onehot" export "$model" --c m.h $option >/dev/null
		model=$model-$form
		gcc $flags "$define" -DWRITE -o write main.c -lm
		./write >want.h && echo >>want.h
		run=./main
		check gcc gcc -std=c99 -O2
		check 'g++ -std=c++11' g++ -x c++ -std=c++11 -O2
		has clang clang && check clang clang -std=c99 -O3
		if echo 'int main(void) { return 0; }' | gcc -m32 -x c - -o main 2>log; then
			check 'gcc -m32' gcc -std=c99 -m32 -msse2 -mfpmath=sse -O2
		else
			echo 'skipped: gcc -m32, of Debian'"'"'s package gcc-multilib'
		fi
		if has arm-none-eabi-gcc 'gcc-arm-none-eabi and libnewlib-arm-none-eabi' && has qemu-system-arm qemu-system-arm; then
			run='timeout 60 qemu-system-arm -M mps2-an385 -nographic -semihosting -kernel main'
			for o in -O0 -O2; do
				check "Cortex-M3 $o" arm-none-eabi-gcc -std=c99 -mcpu=cortex-m3 $semihosting $o
			done
			run='timeout 60 qemu-system-arm -M mps2-an386 -nographic -semihosting -kernel main'
			for o in -O0 -O2; do
				check "Cortex-M4 $o" arm-none-eabi-gcc -std=c99 -mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16 \
					$semihosting $o
			done
		fi
		has avr-gcc 'gcc-avr and avr-libc' && has simavr simavr || continue
		if [ $form = int8 ]; then
			run='timeout 60 simavr -m atmega2560 -f 16000000 main'
			check 'ATmega2560' avr-gcc -std=gnu11 -mmcu=atmega2560 -Os
			check 'ATmega2560, C++' avr-g++ -x c++ -std=gnu++11 -mmcu=atmega2560 -Os
		elif avr-gcc -std=gnu11 -mmcu=atmega2560 $flags "$define" -c -o main.o main.c 2>log || ! grep -q -- --int8 log; then
			echo "FAILED   $model: AVR takes it"
			failed=1
		fi
	done
done

# ---- onnxruntime, by the tests of export, which write ONNX files and onehot's logits ----

cd "$root"
venv=build/onnxruntime
if [ -x "$venv/bin/python" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install -q onnx onnxruntime; }; then
	"$venv/bin/python" -c 'import onnx, onnxruntime' &&
		ONNX_PYTHON=$venv/bin/python ONEHOT=$given CK_RUN_SUITE=export "$(dirname "$given")/tests" || failed=1
else
	echo "skipped: onnxruntime, which pip could not install into $venv"
	rm -rf "$venv"
fi
exit $failed
