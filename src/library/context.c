/* Contexts, errors, and kinds that a program registers. */
#include "base/platform.h"
#include "base/rng.h"
#include "library/library.h"
#include "tensor/kernel.h"
#include "tensor/vmath.h"

#include <assert.h>

/* The public structs are those of the tree under other names, which tests/public_structs.c asserts:
 * a pointer to one is a pointer to the other. */

const char *const oh_class_weights[] = {"none", "balanced", NULL}; /* loss_class_weights */

const char *oh_version(void) { return ONEHOT_VERSION; }

const char *oh_numerics(void) { return TRAIN_NUMERICS; }

/* ---- calls ---- */

static locale_t c_locale;
static struct error unprepared; /* why the process is not prepared */

static void prepare_process(void) {
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c_locale || kernel_choose(getenv("ONEHOT_KERNEL"), &unprepared) != 0)
        error_memory(&unprepared, "the locale");
}

bool library_enter(struct call *c, bool complete) {
    c->locale = uselocale(c_locale);
    if (!complete)
        error_input(&c->error, "an argument is NULL, because an earlier call failed");
    return complete && !(c->to && c->to->status);
}

void library_leave(struct call *c) {
    uselocale(c->locale);
    arena_free(&c->arena);
    if (c->error.status && c->to && !c->to->status)
        memcpy(c->to, &c->error, sizeof *c->to);
}

int oh_fail(struct oh_error *e, const char *sentence) {
    return error_input((struct error *)e, "%s", sentence);
}

void oh_free(void *memory) { free(memory); }

/* ---- contexts ---- */

static void fill(struct oh_context *c) {
    static const struct kind *const *const tree[] = {layers_kinds, losses_kinds, optims_kinds};
    for (int k = 0; k < LIBRARY_TABLES; k++)
        for (int i = 0; tree[k][i]; i++) {
            assert(i < LIBRARY_KINDS);
            c->kinds[k][i] = tree[k][i];
        }
    for (int i = 0; i == 0 || config_keys[i - 1].type != KEY_END; i++) {
        assert(i < LIBRARY_KEYS);
        c->keys[i] = config_keys[i];
        for (int k = 0; k < LIBRARY_TABLES; k++)
            if (config_keys[i].rows == tree[k])
                c->keys[i].rows = c->kinds[k];
    }
}

oh_context *oh_context_new(oh_error *to) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare_process);
    LIBRARY_CALL(true, to, NULL);
    *e = unprepared;
    struct oh_context *c = e->status ? NULL : calloc(1, sizeof *c);
    if (!c) {
        error_memory(e, "the context");
        return NULL;
    }
    fill(c);
    c->threads = platform_cpus() < THREAD_POOL_MAX ? platform_cpus() : THREAD_POOL_MAX;
    return c;
}

void oh_context_free(oh_context *c) { free(c); }

int oh_set_threads(oh_context *c, int threads, oh_error *to) {
    LIBRARY_CALL(c, to, -1);
    if (threads < 1 || threads > THREAD_POOL_MAX)
        return error_input(e, "oh_set_threads: threads must be 1 to %d, got %d", THREAD_POOL_MAX,
                           threads);
    c->threads = threads;
    return 0;
}

const char *oh_kernel(const oh_context *c) { return kernel_name(); }

/* ---- registering ---- */

/* `kind` is the first member of every type. `whole`: it has the functions that it needs. */
static int add(struct oh_context *c, enum library_table table, const void *type, bool whole,
               oh_error *to) {
    const struct kind *kind = type;
    LIBRARY_CALL(c && kind, to, -1);
    const struct kind **rows = c->kinds[table];
    int i = 0;
    if (!kind->name || !kind->name[0] || !whole)
        return error_input(e, "%s: a required name or function is missing",
                           kind->name && kind->name[0] ? kind->name : "oh_register");
    for (; rows[i]; i++)
        if (strcmp(rows[i]->name, kind->name) == 0)
            return error_input(e, "%s: there already is a kind of this name; choose another",
                               kind->name);
    if (i + 1 == 2 * LIBRARY_KINDS)
        return error_input(e, "%s: too many kinds have been registered", kind->name);
    rows[i] = kind;
    return 0;
}

/* Both forms of an elementwise function, or neither, take its options as real numbers. */
static bool exportable(const struct oh_layer_type *t) {
    const struct oh_key *keys = t->element.c ? t->kind.keys : NULL;
    for (int k = 0; keys && keys[k].type != OH_KEY_END; k++)
        if (k == LAYER_ATTRIBUTES || keys[k].type != OH_KEY_REAL || !t->element.onnx_attributes[k])
            return false;
    return !t->element.c == !t->element.onnx;
}

int oh_register_layer(oh_context *c, const struct oh_layer_type *t, oh_error *to) {
    bool functions = t && t->forward && t->backward && !t->init == !t->gradient;
    return add(c, LAYERS, t, functions && exportable(t), to);
}

int oh_register_loss(oh_context *c, const struct oh_loss_type *t, oh_error *to) {
    bool options = t && t->kind.size >= sizeof(struct loss_options) && t->kind.keys;
    return add(c, LOSSES, t, options && t->forward && t->backward, to);
}

int oh_register_optimizer(oh_context *c, const struct oh_optim_type *t, oh_error *to) {
    bool options = t && t->kind.size >= sizeof(double) && t->kind.keys;
    return add(c, OPTIMS, t, options && t->step && t->vectors >= 0 && t->vectors <= OPTIM_VECTORS,
               to);
}

/* ---- for their functions ---- */

void oh_random(uint64_t seed, uint32_t stream, size_t n, float *x) {
    struct rng r = rng_stream(seed, RNG_INIT, stream);
    for (size_t i = 0; i < n; i++)
        x[i] = rng_uniform(&r);
}

float oh_expf(float x) {
    vmath_exp(1, &x, &x);
    return x;
}

float oh_logf(float x) { return vmath_log(x); }

float oh_tanhf(float x) {
    vmath_tanh(1, &x, &x);
    return x;
}
