# make help lists the targets.
#
# Everything is built under $(BUILD), so several builds can exist side by side:
#   make BUILD=build/clang CC=clang            make BUILD=build/asan SANITIZE=1
# CFLAGS are yours and come last; REQUIRED has the flags that the code needs in order to be correct.

MAKEFLAGS += --no-builtin-rules

CC       ?= gcc
CFLAGS   ?= -O3 -g
BUILD    ?= build/default
PREFIX   ?= /usr/local
LIBDIR   ?= $(PREFIX)/lib
PKGS      = libpng libjpeg zlib libcjson nettle

ifeq ($(origin CC),default)
CC = gcc
endif

# -fno-math-errno and -fno-trapping-math do not affect results: the code never reads errno or
# exception flags. The library contains the same objects as the program.
REQUIRED  = -std=gnu11 -pthread -Isrc -Iinclude -fPIC -fno-semantic-interposition -fno-math-errno -fno-trapping-math -MMD -MP

# CFLAGS cannot override these: operations are performed exactly as written in the source, and only
# explicit multiply-adds are fused. -fno-trapping-math is repeated because clang's
# -fno-unsafe-math-optimizations undoes it, which would halve the speed.
NUMERICS  = -ffp-contract=off -fno-unsafe-math-optimizations -fno-associative-math \
            -fno-reciprocal-math -fno-finite-math-only -fsigned-zeros -fno-trapping-math
# A program linked with one of these flags flushes subnormal numbers to zero.
LINKFLAGS = $(filter-out -Ofast -ffast-math -funsafe-math-optimizations,$(CFLAGS)) $(LINK)
# A function of a table (layers, losses, optimizers, commands) need not use all of its parameters.
WARNINGS  = -Wall -Wextra -Wno-unused-parameter -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wconversion
ifdef WERROR
WARNINGS += -Werror
endif
ifdef SANITIZE
REQUIRED += -DONEHOT_SANITIZE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK      = -fsanitize=address,undefined
export ASAN_OPTIONS = allocator_may_return_null=1
endif

VERSION  := $(shell cat VERSION)
# In an unpacked release, which has no .git, the version is used as the commit.
COMMIT   := $(shell test -e .git && git describe --always --dirty --abbrev=12 2>/dev/null || cat VERSION)
PKG_C    := $(shell pkg-config --cflags $(PKGS))
PKG_L    := $(shell pkg-config --libs $(PKGS))
COMPILE   = $(CC) $(REQUIRED) $(WARNINGS) $(PKG_C) $(CFLAGS) $(NUMERICS)

MODULES   = base json tensor keys config layers losses optim model picture data data/pictures data/tables train runs ui report export explain
SOURCES  := $(filter-out src/tensor/gemm_tiled.c src/tensor/gemm_simd.c,$(foreach m,$(MODULES),$(wildcard src/$(m)/*.c)))
PROGRAMS := $(wildcard src/programs/*.c src/programs/*/*.c)
# Text files that are embedded in the program as C strings (base/embed.h).
EMBEDDED := $(foreach e,css js in html,$(wildcard src/*/*.$e src/*/*/*.$e))\
            $(wildcard src/programs/help/*.txt)

# The kernels in kernel.c's table: gemm_tiled.c for any CPU, and gemm_simd.c once per instruction set.
KERNELS   = scalar
ifneq (,$(findstring x86_64,$(shell $(CC) -dumpmachine)))
KERNELS  += sse2 avx2 avx512
else ifneq (,$(findstring aarch64,$(shell $(CC) -dumpmachine)))
KERNELS  += neon
endif
FLAGS_sse2   = -DONEHOT_LANES=4
FLAGS_neon   = -DONEHOT_LANES=4
FLAGS_avx2   = -DONEHOT_LANES=8 -mavx2 -mfma -mbmi
FLAGS_avx512 = -DONEHOT_LANES=16 -mavx512f -mavx2 -mfma -mbmi -mprefer-vector-width=512

# src/library, and what it needs of the tree.
OWN := $(patsubst src/%.c,$(BUILD)/f32/%.o,$(wildcard src/library/*.c))
EMBED := $(EMBEDDED:src/%=$(BUILD)/embed/%.o)
# The double build writes no reports.
TEXTS = src/report/% src/export/% src/explain/% src/library/%
F32 := $(EMBED) $(SOURCES:src/%.c=$(BUILD)/f32/%.o) $(KERNELS:%=$(BUILD)/f32/tensor/gemm_%.o)
F64 := $(patsubst src/%.c,$(BUILD)/f64/%.o,$(filter-out $(TEXTS),$(SOURCES))) $(patsubst %,$(BUILD)/f64/tensor/gemm_%.o,$(filter scalar avx%,$(KERNELS)))
LIBRARY := $(OWN) $(filter-out $(addprefix $(BUILD)/,f32/ui/% f32/report/% f32/explain/% embed/programs/% \
             embed/report/% embed/explain/%),$(F32))
EXE := $(PROGRAMS:src/%.c=$(BUILD)/f32/%.o)
# Sources that only the double build contains, for onehot gradcheck.
CHECK := $(patsubst src/%.c,$(BUILD)/f64/%.o,$(wildcard src/gradcheck/*.c)) $(BUILD)/embed/programs/help/gradcheck.txt.o
TWIN  := $(CHECK) $(F64)
GRADE := $(patsubst exercises/grade/%.c,$(BUILD)/x32/%.o,$(filter-out %/local.c,$(wildcard exercises/grade/*.c)))
BENCH := $(patsubst %,$(BUILD)/b32/%.o,bench machine measure report scaling steps workload)

FUZZERS = picture folder table reader
TESTS  := $(filter-out tests/test_gradients.c,$(wildcard tests/*.c))
TEST32 := $(TESTS:tests/%.c=$(BUILD)/t32/%.o)
CORE32 := $(patsubst %,$(BUILD)/t32/core/%.o,core host dump)
# The whole program and its double build with an additional layer: one more file and one more row.
OUT32 := $(filter-out %/layers/layers.o,$(EXE) $(F32)) $(BUILD)/outside/f32/layers.o $(BUILD)/outside/f32/leaky_relu.o
OUT64 := $(filter-out %/layers/layers.o,$(TWIN)) $(BUILD)/outside/f64/layers.o $(BUILD)/outside/f64/leaky_relu.o
TEST64 := $(patsubst %,$(BUILD)/t64/%.o,main test messages reference test_reference test_gradients)

.PHONY: all core mpi library wheel man help bench bench-vmath quick check nightly campaign corpus check-tsan coverage kills slurm random faults fuzz test messages test-golden test-programs repro \
        check-reference check-distill check-best check-clang check-asan check-O0 check-clang-O0 check-Ofast schema docs \
        install uninstall dist check-dist deb test-float tidy format clean
.DELETE_ON_ERROR:

all: $(BUILD)/onehot $(BUILD)/onehot-f64 ## builds the program and its double build (the default)

# onehot and train in the root are links to the default build.
ifeq ($(BUILD),build/default)
all: onehot train
onehot: build/default/onehot
	@ln -sf $< $@
train: onehot
	@ln -sf onehot $@
plain: build/default/plain ## builds the plain trainer, src/plain/plain.c
	@ln -sf $< $@
endif

$(BUILD)/onehot: $(EXE) $(F32)

# The double build, in the same directory, which onehot gradcheck runs.
$(BUILD)/onehot-f64: $(TWIN)

$(BUILD)/f32/tensor/gemm_scalar.o: src/tensor/gemm_tiled.c
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE) -DONEHOT_GEMM=gemm_scalar -c -o $@ $<

$(BUILD)/f32/tensor/gemm_%.o: src/tensor/gemm_simd.c
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE) $(FLAGS_$*) -DONEHOT_GEMM=gemm_$* -c -o $@ $<

# The tiled loops are compiled again so that fma is one instruction instead of a call to libm.
$(BUILD)/f64/tensor/gemm_%.o: src/tensor/gemm_tiled.c
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE) $(FLAGS_$*) -DONEHOT_DOUBLE -DONEHOT_GEMM=gemm_$* -c -o $@ $<

$(BUILD)/f32/programs/main.o $(BUILD)/f32/library/context.o: WHO = -DONEHOT_VERSION='"$(VERSION)"'
$(BUILD)/f32/programs/main.o $(BUILD)/f32/library/context.o: VERSION

# result.json contains the commit, so run.c is recompiled when it changes.
$(BUILD)/f32/runs/run.o: WHO = -DONEHOT_COMMIT='"$(COMMIT)"'
$(BUILD)/f32/runs/run.o: $(BUILD)/commit
$(BUILD)/commit: SAYS = $(COMMIT)

# Everything is recompiled when the flags change.
$(F32) $(OWN) $(F64) $(EXE) $(CHECK) $(GRADE) $(BENCH) $(BUILD)/p32/plain.o $(TEST32) $(TEST64) $(FUZZERS:%=$(BUILD)/t32/fuzz/%.o) $(BUILD)/t32/fuzz/once.o $(CORE32) $(OUT32) $(OUT64): $(BUILD)/flags
$(BUILD)/flags: SAYS = $(COMPILE) $(LINK)

$(BUILD)/commit $(BUILD)/flags: FORCE
	@mkdir -p $(@D); echo "$(SAYS)" | cmp -s - $@ || echo "$(SAYS)" >$@
FORCE:

$(BUILD)/f32/%.o: src/%.c
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE) $(WHO) -c -o $@ $<

$(BUILD)/f64/%.o: src/%.c
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE) -DONEHOT_DOUBLE -c -o $@ $<

# Turns src/report/report.css into the C string embed_report_report_css.
.PRECIOUS: $(BUILD)/embed/%.c
$(BUILD)/embed/%.c: src/%
	@mkdir -p $(@D); echo "  embed $<"
	@name=embed_$$(echo $* | tr -c '[:alnum:]\n' _); \
	 { echo "extern const char $$name[];"; echo "const char $$name[] ="; \
	   od -An -v -to1 $< | sed 's/ *\([0-7]\{3\}\)/\\\1/g; s/.*/    "&"/'; echo ";"; } >$@

$(BUILD)/embed/%.o: $(BUILD)/embed/%.c
	@$(COMPILE) -c -o $@ $<

# ---- onehot-mpi: the program for several processes (docs/scale.md) ----

# The object files in MPI, which also gets the program, depend on the implementation of MPI.
MPI    = $(BUILD)/mpi
MPICC ?= mpicc
MPI_CC = OMPI_CC='$(CC)' MPICH_CC='$(CC)' $(MPICC)

mpi: $(MPI)/onehot-mpi ## builds onehot-mpi, which trains one model with several processes, by MPICC
ifeq ($(MPI),build/default/mpi)
	@ln -sf $< onehot-mpi
endif

$(MPI)/ranks.o: mpi/ranks.c $(BUILD)/flags
	@command -v $(MPICC) >/dev/null || { echo "make: $(MPICC) is missing; ./bootstrap --mpi installs it" >&2; exit 2; }
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE:$(CC)%=$(MPI_CC)%) -c -o $@ $<

$(MPI)/onehot-mpi: $(MPI)/ranks.o $(EXE) $(F32)
	@echo "  link  $@"
	@$(MPI_CC) $(LINKFLAGS) -o $@ $^ $(PKG_L) -lm -pthread $(LDFLAGS)

# ---- tests: of the float program, and of the double build for gradients and float64 references ----

TEST_C = -Itests -Iexercises $(shell pkg-config --cflags check)
TEST_L = $(shell pkg-config --libs check)

$(BUILD)/t32/%.o: tests/%.c
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE) $(TEST_C) -c -o $@ $<

$(BUILD)/t64/%.o: tests/%.c
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE) $(TEST_C) -DONEHOT_DOUBLE -c -o $@ $<

$(BUILD)/tests: $(TEST32) $(BUILD)/f32/programs/sweep/grid.o $(filter-out %/main.o,$(GRADE)) $(OWN) $(F32)

# A library to preload, which makes calls of libc fail.
$(BUILD)/faults.so: tests/faults/inject.c tests/faults/inject.h
	@echo "  link  $@"
	@$(CC) -shared -fPIC -O2 -g -fno-builtin $(WARNINGS) -o $@ $< -ldl

$(BUILD)/tests-f64: $(TEST64) $(filter-out %/main.o %/print.o,$(CHECK)) $(F64)

# Declares the layer of tests/outside and adds it to the table, next to the last one in layers.c.
OUTSIDE = $(BUILD)/outside/onehot $(BUILD)/outside/onehot-f64

$(BUILD)/outside/layers.c: src/layers/layers.c
	@mkdir -p $(@D)
	@sed 's/\(&*\)attention_layer\(\.kind\)*/&, \1leaky_relu_layer\2/' $< >$@

$(BUILD)/outside/leaky_relu.c: tests/outside/leaky_relu.c
	@mkdir -p $(@D)
	@cp $< $@

$(BUILD)/outside/f32/%.o: $(BUILD)/outside/%.c
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE) -c -o $@ $<

$(BUILD)/outside/f64/%.o: $(BUILD)/outside/%.c
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE) -DONEHOT_DOUBLE -c -o $@ $<

$(BUILD)/outside/onehot: $(OUT32)
$(BUILD)/outside/onehot-f64: $(OUT64)

test-programs: $(BUILD)/onehot $(BUILD)/onehot-f64 $(BUILD)/tests $(BUILD)/tests-f64 $(BUILD)/core $(BUILD)/host \
               $(BUILD)/plain $(BUILD)/grade $(BUILD)/bench $(BUILD)/client $(BUILD)/faults.so $(OUTSIDE) library man \
               $(if $(shell command -v $(MPICC)),$(MPI)/onehot-mpi)

# ---- test tiers: quick for every edit, check for every commit, nightly ----
#
# On two CPUs quick takes under 60 seconds in a built tree, and check under 12 minutes from scratch.
# A new feature may add up to 30 seconds to check; anything longer goes into nightly.

RUN  = ONEHOT=$(BUILD)/onehot
SUB  = $(MAKE) --no-print-directory
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell getconf _NPROCESSORS_ONLN))

# The tested builds.
GCC   = CC=gcc CFLAGS='-O3 -g' WERROR=1 BUILD=build/default
CLANG = CC=clang CFLAGS=-O2 WERROR=1 BUILD=build/clang
ASAN  = CC=gcc CFLAGS='-O1 -g' WERROR=1 SANITIZE=1 BUILD=build/asan

# Suites and tests that quick omits: they are slow, and most edits cannot break them.
NOT_QUICK = exercises export docs install threads mpi faults random python_trains_the_golden_models_from_arrays \
            python_follows_scikit_learns_conventions the_python_document_shows_what_its_lines_give
# What check omits under the sanitizers: tests that are slow there and repeat the code of other
# tests, or that need the double build or the plain trainer. nightly runs them.
NOT_ASAN = golden gradcheck docs exercises threads plain outside install python mpi faults \
           every_command_has_help_with_examples the_man_page_lists_the_options_of_every_command \
           a_run_resumed_at_any_step_equals_an_uninterrupted_run \
           the_headers_logits_equal_the_models_bit_for_bit_on_all_of_mnist \
           gradcheck_and_explain_show_the_gradients_that_are_computed

quick: test-programs ## for every edit: this build's tests, except the slowest, in under a minute
	@TIER=quick $(RUN) $(BUILD)/tests-f64
	@TIER=quick $(RUN) CK_EXCLUDE_TAGS='$(NOT_QUICK)' $(BUILD)/tests

check: ## for every commit: clang's warnings and golden hashes, the sanitizers, all tests; under 12 minutes
	@+$(SUB) $(JOBS) check-clang
	@+$(SUB) $(JOBS) check-asan
	@+$(SUB) $(JOBS) check-web $(GCC)
	@echo "== gcc -O3: all tests"
	@+$(SUB) $(JOBS) test TIER=check $(GCC)

nightly: check ## check, plus hours of tests: every test in every build, repro, distill, kills, MPI, Slurm, dist, wheel, deb
	@echo "== clang: all tests"
	@+$(SUB) $(JOBS) test $(CLANG)
	@tests/report/browser.sh build/clang/onehot
	@echo "== the sanitizers: all tests"
	@+$(SUB) $(JOBS) test $(ASAN)
	@+$(SUB) $(JOBS) -Orecurse check-O0 check-clang-O0 check-Ofast
	@+$(SUB) $(JOBS) check-distill check-best $(GCC)
	@! { test -e build/web/onehot.html && command -v node >/dev/null; } || node tests/web/golden.mjs configs/mnist.json
	@TIER=nightly ONEHOT=build/default/onehot CK_RUN_SUITE=diagnosis build/default/tests
	@+$(SUB) kills N=200 $(GCC)
	@+$(SUB) slurm $(GCC)
	@tests/cross.sh build/default/onehot
	@+MAKE='$(MAKE)' PYTHON='$(PYTHON)' tests/wheel.sh || [ $$? -eq 77 ] # 77: no venv
	@+MAKE='$(MAKE)' tests/mpi.sh || [ $$? -eq 77 ] # 77: no mpicc
	@+$(SUB) $(JOBS) check-dist
	@+MAKE='$(MAKE)' tests/deb.sh || [ $$? -eq 77 ]
	@+MAKE='$(MAKE)' tests/repro.sh || [ $$? -eq 77 ] # 77: some machines were not available

test: test-programs ## runs all tests, with this build only
	@$(RUN) $(BUILD)/tests-f64
	@$(RUN) $(BUILD)/tests

check-clang: ## checks clang's warnings and the golden hashes of its build
	@echo "== clang -O2: warnings and golden hashes"
	@+$(SUB) test-programs $(CLANG)
	@+$(SUB) test-golden $(CLANG)

check-asan: ## runs all but the slowest tests under gcc's address and undefined-behaviour sanitizers
	@echo "== gcc -O1 with the address and undefined-behaviour sanitizers"
	@+$(SUB) test-float $(ASAN)

test-float: $(BUILD)/onehot $(BUILD)/tests $(BUILD)/bench $(BUILD)/grade corpus
	@$(RUN) CK_EXCLUDE_TAGS='$(NOT_ASAN)' $(BUILD)/tests

check-O0: FLAGS_GOLDEN = CC=gcc CFLAGS=-O0
check-clang-O0: FLAGS_GOLDEN = CC=clang CFLAGS=-O0
check-Ofast: FLAGS_GOLDEN = CC=gcc CFLAGS='-Ofast -march=native'
check-O0 check-clang-O0 check-Ofast:
	@echo "== the golden hashes: $(FLAGS_GOLDEN)"
	@+$(SUB) test-golden $(FLAGS_GOLDEN) BUILD=build/$(@:check-%=%)

test-golden: $(BUILD)/onehot $(BUILD)/tests $(BUILD)/core $(BUILD)/host ## checks the golden hashes, with this build only
	@$(RUN) CK_RUN_SUITE=golden $(BUILD)/tests

check-distill: $(BUILD)/onehot $(BUILD)/tests ## checks the golden hashes of configs/distill: a teacher and its students (minutes)
	@CK_TIMEOUT_MULTIPLIER=10 TIER=nightly $(RUN) \
	 CK_RUN_CASE=the_teacher_and_its_students_have_their_golden_hashes_and_accuracies $(BUILD)/tests

check-best: $(BUILD)/onehot $(BUILD)/tests ## checks the golden hash of configs/best.json (minutes)
	@CK_TIMEOUT_MULTIPLIER=10 TIER=nightly $(RUN) \
	 CK_RUN_CASE=the_best_config_has_its_golden_hash_and_accuracy $(BUILD)/tests

repro: ## checks every golden hash with every compiler, kernel, thread count and machine (an hour and a half)
	@+MAKE='$(MAKE)' tests/repro.sh

messages: test-programs ## updates tests/messages.txt with what the programs print now
	@UPDATE_MESSAGES=1 $(RUN) $(BUILD)/tests

REFERENCE ?= tests/reference
check-reference: $(BUILD)/tests $(BUILD)/tests-f64 ## compares this build with the PyTorch test vectors in REFERENCE=DIR
	@REFERENCE=$(REFERENCE) CK_RUN_SUITE=reference $(BUILD)/tests-f64
	@REFERENCE=$(REFERENCE) CK_RUN_SUITE=reference $(BUILD)/tests

# ---- the machinery that finds faults; what it prints for each repeats it ----

CPUS = $(shell getconf _NPROCESSORS_ONLN)
LONG = CK_TIMEOUT_MULTIPLIER=100 CK_VERBOSITY=normal
STEP = 1
faults: $(BUILD)/onehot $(BUILD)/onehot-f64 $(BUILD)/tests $(BUILD)/client $(BUILD)/faults.so ## makes every system call of every command fail once, STEP=1 (each STEP-th)
	@$(LONG) STEP=$(STEP) JOBS=$(CPUS) $(RUN) CK_RUN_SUITE=faults $(BUILD)/tests

kills: $(BUILD)/onehot $(BUILD)/onehot-f64 $(BUILD)/tests $(BUILD)/client $(BUILD)/faults.so ## kills commands at N=300 random moments, and at each STEP=10-th system call
	@$(RUN) tests/kill.sh $(or $(N),300)
	@$(LONG) KILL=1 STEP=$(or $(filter-out 1,$(STEP)),10) JOBS=$(CPUS) $(RUN) CK_RUN_SUITE=faults $(BUILD)/tests

slurm: $(BUILD)/onehot ## runs a sweep on a real Slurm that it starts on this machine, as root, with preempted jobs and a lost node
	@ONEHOT=$(BUILD)/onehot tests/slurm/slurm.sh || [ $$? -eq 77 ] # 77: Slurm cannot run here

N =
SEED = $(shell date +%Y%m%d)
random: $(BUILD)/onehot $(BUILD)/onehot-f64 $(BUILD)/tests ## runs every command on N=2000 random configs, from SEED=number on
	@$(LONG) FEW=0 N=$(or $(N),2000) SEED=$(SEED) $(RUN) CK_RUN_SUITE=random $(BUILD)/tests

# The suites that train, read and predict in several threads; and random configs.
TSAN = CC=gcc CFLAGS='-O1 -g -fsanitize=thread' BUILD=build/tsan
check-tsan: ## runs what uses threads under gcc's thread sanitizer
	@+$(SUB) build/tsan/onehot build/tsan/tests $(TSAN)
	@for suite in base threads train data picture folders distillation library; do \
	 $(LONG) TIER=quick TSAN_OPTIONS=halt_on_error=1 ONEHOT=build/tsan/onehot CK_RUN_SUITE=$$suite build/tsan/tests || exit 1; done
	@$(LONG) N=$(or $(N),50) TSAN_OPTIONS=halt_on_error=1 ONEHOT=build/tsan/onehot CK_RUN_SUITE=random build/tsan/tests

# lcov is a package of Debian. (gcovr 5.2 stops at the kernels, which share their functions' names.) The
# branches of the kernels' templates do not count: in each of their copies, most conditions are constants.
# CONTRIBUTING.md lists what does not run, with the reasons.
COVER = CC=gcc CFLAGS='-O0 -g --coverage' BUILD=build/coverage
LCOV  = --rc lcov_branch_coverage=1
coverage: ## measures which lines and branches of src the tests run, in build/coverage/coverage.txt and html
	@+$(SUB) $(addprefix build/coverage/,onehot onehot-f64 tests tests-f64 client faults.so $(if $(shell command -v $(MPICC)),mpi/onehot-mpi)) $(COVER)
	@find build/coverage -name '*.gcda' -delete
	@-$(LONG) ONEHOT=build/coverage/onehot build/coverage/tests-f64 & \
	 $(LONG) ONEHOT=build/coverage/onehot CK_EXCLUDE_TAGS='golden docs exercises plain outside install python export bench faults' build/coverage/tests; wait
	@-$(LONG) STEP=$(or $(filter-out 1,$(STEP)),5) JOBS=$(CPUS) ONEHOT=build/coverage/onehot CK_RUN_SUITE=faults build/coverage/tests >/dev/null
	@lcov -q $(LCOV) -c -d build/coverage -b . --no-external -o build/coverage/all.info 2>/dev/null
	@lcov -q $(LCOV) -e build/coverage/all.info '*/src/*' -o build/coverage/src.info
	@lcov -q $(LCOV) -r build/coverage/src.info '*/src/plain/*' -o build/coverage/coverage.info
	@sed -i '/^SF:.*gemm_.*h$$/,/^end_of_record/ { /^BR/d }' build/coverage/coverage.info
	@lcov $(LCOV) --list build/coverage/coverage.info >build/coverage/coverage.txt
	@genhtml -q --branch-coverage -o build/coverage/html build/coverage/coverage.info
	@lcov $(LCOV) --summary build/coverage/coverage.info

# ---- fuzzing: one target for each of tests/fuzz/*.c ----

# libFuzzer comes with clang; in Debian it is in libclang-rt-dev.
FUZZ = CC=clang CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' SANITIZE=1 BUILD=build/fuzz
SECONDS = 600
RUNS    = -1
# What is fuzzed, and by which target. The seeds of KIND are in tests/fuzz/seeds/KIND, the corpus in
# build/fuzz/KIND.
KINDS = png:picture jpeg:picture idx:folder labels:folder sheets:folder targets:folder tables:table \
        config:reader grid:reader tensors:reader model:reader checkpoint:reader metrics:reader
fuzz: $(BUILD)/tests ## runs libFuzzer on every reader, SECONDS=600 each, or on KINDS=kind:target; findings go to build/fuzz
	@+$(SUB) $(FUZZERS:%=build/fuzz/%) $(FUZZ)
	@mkdir -p build/fuzz/written/png build/fuzz/written/jpeg
	@SEEDS=build/fuzz/written CK_RUN_SUITE=picture $(BUILD)/tests
	@printf '%s\n' $(KINDS) | xargs -n 1 -P $(CPUS) tests/fuzz/fuzz.sh $(SECONDS) $(RUNS)

campaign: ## all of fuzz, faults, kills and random: a million inputs or 10 minutes per reader
	@+$(SUB) fuzz RUNS=1000000
	@+$(SUB) faults
	@+$(SUB) -j2 -Oline kills random

corpus: $(FUZZERS:%=$(BUILD)/once-%) ## runs each fuzz target once on every seed, and on the corpus that make fuzz has left
	@for pair in $(KINDS); do kind=$${pair%:*}; FUZZ=$$kind $(BUILD)/once-$${pair#*:} \
	 $$(find tests/fuzz/seeds/$$kind build/fuzz/$$kind -type f 2>/dev/null) || exit 1; done

FUZZED = $(F32) $(BUILD)/f32/programs/sweep/grid.o
$(FUZZERS:%=$(BUILD)/%): private LINK_L = -fsanitize=fuzzer
$(FUZZERS:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/t32/fuzz/%.o $(FUZZED)
$(FUZZERS:%=$(BUILD)/once-%): $(BUILD)/once-%: $(BUILD)/t32/fuzz/%.o $(BUILD)/t32/fuzz/once.o $(FUZZED)

# ---- the core, which needs only libc: a program for foreign machines (tests/core) ----

CORE  = $(filter-out src/base/sha256.c,$(filter $(addprefix src/,base/% tensor/% layers/% losses/% optim/% \
          keys/% model/% data/augment.c data/augment_warp.c data/data_options.c data/sample_set.c data/scaling.c \
          train/config_keys.c train/batch.c train/prepare.c train/train.c train/exchange.c train/clip.c train/best.c train/average.c \
          train/diagnosis.c train/evaluation.c),$(SOURCES)))

core: $(BUILD)/core ## builds the core alone, for a foreign CC

$(BUILD)/core: $(BUILD)/t32/core/core.o $(BUILD)/t32/core/dump.o \
               $(CORE:src/%.c=$(BUILD)/f32/%.o) $(KERNELS:%=$(BUILD)/f32/tensor/gemm_%.o)
	@echo "  link  $@"
	@$(CC) $(LINKFLAGS) -o $@ $^ -lm -pthread $(LDFLAGS)

$(BUILD)/client: $(BUILD)/t32/faults/client.o $(LIBRARY)
$(BUILD)/host: $(BUILD)/t32/core/host.o $(BUILD)/t32/core/dump.o $(F32)

# ---- the library ----

library: $(BUILD)/libonehot.a $(BUILD)/libonehot.so.0 ## builds libonehot.a and libonehot.so.0

# One object in which only the functions of onehot.h are global.
$(BUILD)/libonehot.a: $(LIBRARY)
	@echo "  ar    $@"
	@$(CC) -r -nostdlib -o $(BUILD)/libonehot.o $^ && objcopy --wildcard --keep-global-symbol='oh_*' $(BUILD)/libonehot.o
	@rm -f $@ && ar rcs $@ $(BUILD)/libonehot.o

$(BUILD)/libonehot.so.0: $(LIBRARY) src/library/onehot.map
	@echo "  link  $@"
	@$(CC) -shared $(LINKFLAGS) -Wl,-soname,libonehot.so.0 -Wl,--version-script=src/library/onehot.map -Wl,-z,defs \
	 -o $@ $(LIBRARY) $(PKG_L) -lm -pthread $(LDFLAGS)
	@ln -sf libonehot.so.0 $(BUILD)/libonehot.so

# For Python. This library looks in its own folder for those that it needs.
$(BUILD)/wheel/libonehot.so.0: $(LIBRARY) src/library/onehot.map
	@mkdir -p $(@D); echo "  link  $@"
	@$(CC) -shared -s $(LINKFLAGS) -Wl,-soname,libonehot.so.0 -Wl,--version-script=src/library/onehot.map -Wl,-z,defs \
	 -Wl,-rpath,'$$ORIGIN' -o $@ $(LIBRARY) $(PKG_L) -lm -pthread $(LDFLAGS)

PYTHON ?= python3
wheel: $(BUILD)/wheel/libonehot.so.0 ## makes a Python wheel for this platform, with the library, in build/wheel
	@mkdir -p build/wheel
	@$(PYTHON) python/wheel.py $< build/wheel

man: $(BUILD)/man3/onehot.3 ## makes the man pages oh_*(3) from include/onehot.h

$(BUILD)/man3/onehot.3: include/onehot.h docs/man3.awk VERSION
	@rm -rf $(@D) && mkdir -p $(@D); echo "  man   $(@D)"
	@awk -v version=$(VERSION) -v into=$(@D) -f docs/man3.awk $<

# ---- the grader for the exercises, which loads students' files as libraries ----

$(BUILD)/x32/%.o: exercises/grade/%.c
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE) -Iexercises -c -o $@ $<

$(BUILD)/grade: $(GRADE) $(F32)
	@echo "  link  $@"
	@$(CC) $(LINKFLAGS) -rdynamic -o $@ $^ $(PKG_L) -lm -ldl -pthread $(LDFLAGS)

# ---- the plain trainer ----

# Compiled for this CPU (set NATIVE= for a compiler without that flag). The bits are the same as on
# any other CPU, but with an instruction for real_fma it is several times faster.
NATIVE ?= -march=native
$(BUILD)/p32/%.o: src/plain/%.c
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE) $(NATIVE) -c -o $@ $<

$(BUILD)/plain: $(BUILD)/p32/plain.o $(F32)

# ---- benchmarks ----

# machine.c is compiled for this CPU, too: it measures the CPU's peak, and no result depends on it.
$(BUILD)/b32/machine.o: private NUMERICS = $(NATIVE) -ffp-contract=fast

$(BUILD)/b32/%.o: bench/%.c
	@mkdir -p $(@D); echo "  cc    $@"
	@$(COMPILE) -c -o $@ $<

$(BUILD)/bench: $(BENCH) $(F32)

bench: $(BUILD)/bench ## compares training steps with the machine's limits; writes bench/results.json
	@$(BUILD)/bench

# The matrix products of a step with OpenBLAS, for bench/peers.
$(BUILD)/b32/sgemm.o: private PKG_C = $(shell pkg-config --cflags openblas)
$(BUILD)/b32/sgemm.o: $(BUILD)/flags
$(BUILD)/sgemm: $(BUILD)/b32/sgemm.o $(BUILD)/f32/base/platform.o
	@echo "  link  $@"
	@$(CC) $(LINKFLAGS) -o $@ $^ $$(pkg-config --libs openblas) -lm $(LDFLAGS)

# ---- linking the programs above that have no recipe of their own ----

$(BUILD)/tests $(BUILD)/tests-f64: private LINK_L = $(TEST_L)
$(addprefix $(BUILD)/,onehot onehot-f64 tests tests-f64 client host plain bench $(FUZZERS) $(FUZZERS:%=once-%)) $(OUTSIDE):
	@echo "  link  $@"
	@$(CC) $(LINKFLAGS) -o $@ $^ $(LINK_L) $(PKG_L) -lm -pthread $(LDFLAGS)

# ---- the rest ----

bench-vmath: ## measures the errors of exp, log and tanh over all 2^32 floats (minutes)
	@mkdir -p $(BUILD)
	@$(COMPILE) -fopenmp -o $(BUILD)/bench-vmath bench/vmath.c src/tensor/vmath.c -lm
	@$(BUILD)/bench-vmath

schema: $(BUILD)/onehot ## generates configs/schema.json from the tables that parse configs
	@$(BUILD)/onehot schema >$(BUILD)/schema.json && mv $(BUILD)/schema.json configs/schema.json

docs: $(BUILD)/onehot $(BUILD)/onehot-f64 ## updates the console blocks in the documents with what the commands print now
	@ONEHOT=$(BUILD)/onehot tests/docs.sh --write *.md docs/*.md

# ---- installing ----

INSTALLED = $(BUILD)/onehot $(BUILD)/onehot-f64 library man
TO        = $(DESTDIR)$(PREFIX)
LIB       = $(DESTDIR)$(LIBDIR)
# Configs are next to a link to the data, where they look for it.
SHARED    = $(wildcard configs/*.json configs/*/*.json data/mnist/*)

# make install INSTALLED= installs what has been built already.
install: $(INSTALLED) ## installs programs, library, man pages, configs and MNIST in $(DESTDIR)$(PREFIX), LIBDIR=$(PREFIX)/lib
	install -d $(TO)/bin $(TO)/include $(LIB)/pkgconfig $(TO)/share/man/man1 $(TO)/share/man/man3
	install -m 755 $(BUILD)/onehot $(BUILD)/onehot-f64 $(TO)/bin
	install -m 644 include/onehot.h $(TO)/include
	install -m 644 $(BUILD)/libonehot.a $(LIB)
	install -m 755 $(BUILD)/libonehot.so.0 $(LIB)/libonehot.so.$(VERSION)
	ln -sf libonehot.so.$(VERSION) $(LIB)/libonehot.so.0
	ln -sf libonehot.so.0 $(LIB)/libonehot.so
	sed 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(patsubst $(PREFIX)/%,$${prefix}/%,$(LIBDIR))|; s|@VERSION@|$(VERSION)|; s|@PACKAGES@|$(PKGS)|' \
	 src/library/onehot.pc.txt >$(LIB)/pkgconfig/onehot.pc
	install -m 644 docs/onehot.1 $(TO)/share/man/man1
	install -m 644 $(BUILD)/man3/*.3 $(TO)/share/man/man3
	@for file in $(SHARED); do install -D -m 644 $$file $(TO)/share/onehot/$$file || exit; done
	ln -sfn ../data $(TO)/share/onehot/configs/data
	for folder in distill papers; do ln -sfn ../../data $(TO)/share/onehot/configs/$$folder/data || exit; done

# Installs into an empty folder to see which files these are.
uninstall: $(INSTALLED) ## removes what install installed
	@rm -rf $(BUILD)/uninstall
	@+$(SUB) install INSTALLED= DESTDIR=$(BUILD)/uninstall >/dev/null
	@cd $(BUILD)/uninstall && find . ! -type d | while read -r file; do rm -f "$(abspath $(DESTDIR))/$$file" || exit; done && \
	 find ./$(PREFIX)/share/onehot -depth -type d | while read -r folder; do \
	  ! test -d "$(abspath $(DESTDIR))/$$folder" || rmdir --ignore-fail-on-non-empty "$(abspath $(DESTDIR))/$$folder"; done
	@rm -rf $(BUILD)/uninstall

# The archive contains the commit's files, in the commit's order, with the commit's time.
DIST = build/onehot-$(VERSION).tar.gz
dist: ## makes the release tarball from the last commit; its bytes are always the same
	@mkdir -p build
	@git -c tar.umask=0022 archive --prefix=onehot-$(VERSION)/ HEAD | gzip -9n >$(DIST)
	@sha256sum $(DIST)

check-dist: dist ## checks that make dist is reproducible, and that the tarball builds
	@mv $(DIST) build/dist-first
	@+$(SUB) dist
	@cmp build/dist-first $(DIST)
	@rm -rf build/dist-first build/dist && mkdir build/dist && tar -xzf $(DIST) -C build/dist
	@+$(SUB) -C build/dist/onehot-$(VERSION) all
	@cd build/dist/onehot-$(VERSION) && ./onehot --version | grep -qx 'onehot $(VERSION)' && \
	 ./onehot train configs/tiny/xor.json --quiet && grep -q '"commit": *"$(VERSION)"' runs/latest/result.json

# Without the options of this make, which are not those of the packages.
deb: dist ## builds the Debian packages of the last commit in build/deb (needs debhelper)
	@rm -rf build/deb && mkdir -p build/deb && tar -xzf $(DIST) -C build/deb
	@cd build/deb/onehot-$(VERSION) && env -u MAKEFLAGS -u MFLAGS dpkg-buildpackage -us -uc -b
	@ls build/deb/*.deb

tidy: ## runs clang-tidy (.clang-tidy; minutes)
	@git ls-files 'src/*.c' | grep -v '/gemm_' | xargs -P $(shell getconf _NPROCESSORS_ONLN) -n 8 \
	 sh -c 'clang-tidy --quiet "$$@" -- $(REQUIRED) $(PKG_C) -DONEHOT_VERSION=\"\" 2>/dev/null' sh

format: ## formats the tree with clang-format
	clang-format -i $(shell git ls-files '*.c' '*.h')

clean: ## removes everything that make created
	rm -rf build onehot train plain

help: ## prints this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1	\2/p' $(firstword $(MAKEFILE_LIST)) web/web.mk | expand -t 20

include web/web.mk

-include $(shell find $(BUILD) $(WEB) -name '*.d' 2>/dev/null)
