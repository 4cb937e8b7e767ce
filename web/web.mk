# make web: the core compiled to WebAssembly, and the page around it. See web/README.md.
#
# WASI is Debian's C library for WebAssembly. What Debian lacks there has a stand-in in web/standin.

.PHONY: web check-web

WEB       = build/web
WASI     ?= /usr
WEB_CLANG ?= clang
WEB_ROOT := $(shell $(WEB_CLANG) -print-resource-dir 2>/dev/null)
WEB_FLAGS = --target=wasm32-wasi -std=gnu11 -O2 -msimd128 -nostdinc -isystem web/standin -isystem $(WEB_ROOT)/include \
            -isystem $(WASI)/include/wasm32-wasi -Isrc -Iweb/standin -Iweb -fno-math-errno -fno-trapping-math -MMD -MP \
            $(WARNINGS) -Wno-missing-prototypes -Wno-shorten-64-to-32 -Werror $(NUMERICS)
# JavaScript calls the functions without prototypes; src checks sizes before it narrows them.
# The stack is first in memory, so that an overflow traps instead of overwriting data.
WEB_LINK  = --target=wasm32-wasi -mexec-model=reactor -nodefaultlibs -L$(WASI)/lib/wasm32-wasi -lc \
            $(WEB_ROOT)/lib/wasi/libclang_rt.builtins-wasm32.a -Wl,--gc-sections,--strip-all,--stack-first,-z,stack-size=4194304

WEB_ROOMS = json tensor keys config layers losses optim model picture data data/pictures data/tables train
WEB_CORE := $(filter-out src/tensor/gemm_% src/picture/decode_png.c src/picture/decode_jpeg.c src/picture/picture_encode.c src/data/gzip.c, \
              $(foreach m,$(WEB_ROOMS),$(wildcard src/$(m)/*.c))) src/tensor/gemm.c \
            $(filter-out src/base/file.c src/base/file_write.c src/base/file_lock.c src/base/platform.c src/base/thread_pool.c,$(wildcard src/base/*.c)) \
            $(addprefix src/runs/,training.c model_file.c model_file_dataset.c safetensors.c state_dict.c teacher.c) \
            $(addprefix src/ui/,command.c terminal.c table.c) $(wildcard web/standin/*.c)
WEB_F32  := $(WEB_CORE) $(addprefix src/runs/,checkpoint.c metrics.c) src/report/html.c $(wildcard src/explain/*.c) \
            $(addprefix src/programs/,explain.c softmax.c schema.c) web/engine.c web/views.c
WEB_F64  := $(WEB_CORE) $(wildcard src/gradcheck/*.c) web/gradcheck.c
WEB_TEXT  = report/report.css report/report.html report/report.js report/chart.js explain/page.css explain/page.html explain/page.js programs/softmax.in \
            $(addprefix programs/help/,explain.txt softmax.txt schema.txt)

$(WEB)/f32/src/picture/picture.o $(WEB)/f64/src/picture/picture.o: WEB_WHAT = -Dread=file_get -Dclose=file_close
$(WEB)/f64/src/gradcheck/main.o: WEB_WHAT = -Dmain=gradcheck_main

$(WEB)/f32/src/tensor/gemm_scalar.o: src/tensor/gemm_tiled.c
	@mkdir -p $(@D); echo "  wasm  $@"
	@$(WEB_CLANG) $(WEB_FLAGS) -DONEHOT_GEMM=gemm_scalar -c -o $@ $<

$(WEB)/f32/src/tensor/gemm_simd128.o: src/tensor/gemm_simd.c
	@mkdir -p $(@D); echo "  wasm  $@"
	@$(WEB_CLANG) $(WEB_FLAGS) -DONEHOT_LANES=4 -DONEHOT_GEMM=gemm_simd128 -c -o $@ $<

$(WEB)/f64/src/tensor/gemm_scalar.o: src/tensor/gemm_tiled.c
	@mkdir -p $(@D); echo "  wasm  $@"
	@$(WEB_CLANG) $(WEB_FLAGS) -DONEHOT_DOUBLE -DONEHOT_GEMM=gemm_scalar -c -o $@ $<

$(WEB)/f32/%.o: %.c
	@mkdir -p $(@D); echo "  wasm  $@"
	@$(WEB_CLANG) $(WEB_FLAGS) $(WEB_WHAT) -c -o $@ $<

$(WEB)/f64/%.o: %.c
	@mkdir -p $(@D); echo "  wasm  $@"
	@$(WEB_CLANG) $(WEB_FLAGS) $(WEB_WHAT) -DONEHOT_DOUBLE -c -o $@ $<

$(WEB)/embed/%.o: $(BUILD)/embed/%.c
	@mkdir -p $(@D)
	@$(WEB_CLANG) $(WEB_FLAGS) -c -o $@ $<

WEB_O32 := $(WEB_F32:%.c=$(WEB)/f32/%.o) $(WEB_TEXT:%=$(WEB)/embed/%.o) \
           $(addprefix $(WEB)/f32/src/tensor/,gemm_scalar.o gemm_simd128.o)
WEB_O64 := $(WEB_F64:%.c=$(WEB)/f64/%.o) $(WEB)/f64/src/tensor/gemm_scalar.o $(WEB)/embed/programs/help/gradcheck.txt.o
$(WEB_O32) $(WEB_O64): web/web.mk

$(WEB)/onehot.wasm: $(WEB_O32)
$(WEB)/onehot-f64.wasm: $(WEB_O64)
$(WEB)/onehot.wasm $(WEB)/onehot-f64.wasm:
	@echo "  link  $@"
	@$(WEB_CLANG) -o $@ $^ $(WEB_LINK)

# ---- the page ----

# The packages that are missing, by their names in Debian, where clang's library has clang's version.
WEB_LLVM  = $(firstword $(subst ., ,$(notdir $(WEB_ROOT))))
WEB_NEEDS = $(strip $(if $(shell command -v $(WEB_CLANG)),,clang) $(if $(shell command -v wasm-ld),,lld) \
              $(if $(wildcard $(WASI)/include/wasm32-wasi/stdio.h),,wasi-libc) \
              $(if $(wildcard $(WEB_ROOT)/lib/wasi/libclang_rt.builtins-wasm32.a),,libclang-rt-$(WEB_LLVM)-dev-wasm32) \
              $(if $(shell command -v pandoc),,pandoc))

web: ## builds the page for browsers, build/web/onehot.html, and the same as a folder, build/web/site
	@test -z "$(WEB_NEEDS)" || { echo "make web needs packages that are not installed: $(WEB_NEEDS); ./bootstrap --web installs them" >&2; exit 2; }
	@+$(MAKE) --no-print-directory $(WEB)/onehot.html

$(WEB)/onehot.html: $(WEB)/onehot.wasm $(WEB)/onehot-f64.wasm $(wildcard web/*.js web/*.css web/*.html web/*.sh web/*.awk web/*.lua) \
                    $(wildcard configs/tiny/*.json docs/*.md exercises/README.md README.md)
	@echo "  page  $@"
	@web/build.sh $(WEB)

check-web: ## checks the page in node and in Chromium, if make web and they are installed
	@if test -n "$(WEB_NEEDS)" || ! command -v node >/dev/null; then \
	  echo "== the page: not tested, for lack of $(strip $(WEB_NEEDS) $(if $(shell command -v node),,nodejs)); ./bootstrap --web installs it"; \
	 else echo "== the page: golden hashes in WebAssembly" && \
	  $(MAKE) --no-print-directory web $(WEB)/fma.wasm $(BUILD)/onehot $(BUILD)/onehot-f64 && \
	  ONEHOT=$(BUILD)/onehot tests/web/run.sh; fi

# A module for tests/web/fma.mjs.
$(WEB)/fma.wasm: tests/web/fma.c src/base/rng.c src/tensor/simd.h src/tensor/fma.h
	@echo "  wasm  $@"
	@$(WEB_CLANG) $(WEB_FLAGS) -o $@ tests/web/fma.c src/base/rng.c $(WEB_LINK)
