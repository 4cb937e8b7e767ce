#include "tensor/kernel.h"
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

extern const struct gemm gemm_scalar, gemm_avx2, gemm_avx512;

static bool always(void) {
    return true;
}

#if defined(__x86_64__) && !defined(ONEHOT_DOUBLE)
static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && has_avx2();
}
#endif

/* Best first. */
static const struct kernel {
    const char *name;
    const struct gemm *gemm;
    bool (*runs_here)(void);
} kernels[] = {
#if defined(__x86_64__) && !defined(ONEHOT_DOUBLE)
    {"avx512", &gemm_avx512, has_avx512},
    {"avx2", &gemm_avx2, has_avx2},
#endif
    {"scalar", &gemm_scalar, always},
};
enum { KERNELS = sizeof kernels / sizeof *kernels };

static const struct kernel *chosen = &kernels[KERNELS - 1];

const char *kernel_available(int i) {
    for (int k = 0; k < KERNELS; k++)
        if (kernels[k].runs_here() && i-- == 0)
            return kernels[k].name;
    return NULL;
}

int kernel_choose(const char *name, struct error *e) {
    for (int k = 0; k < KERNELS; k++)
        if (kernels[k].runs_here() && (!name || strcmp(name, kernels[k].name) == 0)) {
            chosen = &kernels[k];
            return 0;
        }
    struct text list = {0};
    for (int i = 0; kernel_available(i); i++)
        text_printf(&list, "%s%s", i ? ", " : "", kernel_available(i));
    error_input(e, "ONEHOT_KERNEL=%s: this build on this CPU has %s", name, list.data);
    text_free(&list);
    return -1;
}

const struct gemm *kernel_gemm(void) {
    return chosen->gemm;
}

const char *kernel_name(void) {
    return chosen->name;
}
