/* Contexts, errors, and kinds that a program registers. */
#include "base/platform.h"
#include "base/rng.h"
#include "library/library.h"
#include "tensor/kernel.h"
#include "tensor/vmath.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The public structs are those of the tree under other names: a pointer to one is a pointer to the
 * other. */
#define SAME_AS(a, b, field)                                                                       \
    _Static_assert(sizeof(struct a) == sizeof(struct b) &&                                         \
                       offsetof(struct a, field) == offsetof(struct b, field) &&                   \
                       sizeof(((struct a *)0)->field) == sizeof(((struct b *)0)->field),           \
                   #a "." #field)
#define SAME(tag, field) SAME_AS(oh_##tag, tag, field)
SAME(error, text);
SAME(kind, size);
SAME(kind, keys);
SAME(kind, conflict);
SAME_AS(oh_strings, string_list, items);
SAME_AS(oh_numbers, number_list, items);
SAME(key, offset);
SAME(key, initial);
SAME(key, max);
SAME(key, above_min);
SAME(key, words);
SAME(key, help);
SAME(tensor, cols);
SAME(param, grad);
SAME(layer, options);
SAME(layer, ntrained);
SAME(layer, cached);
SAME(pass, step);
SAME(layer_type, nondifferentiable);
SAME(layer_type, identity);
SAME(layer_type, element);
SAME(layer_type, infer);
SAME(layer_type, forward);
SAME(layer_type, gradient);
SAME(layer_type, attention_weights);
SAME(target, teacher);
SAME(loss_type, smoothing);
SAME(loss_type, formula_one);
SAME(loss_type, backward);
SAME(update, step);
SAME(optim_type, vectors);
SAME(optim_type, step);
_Static_assert((int)OH_KEY_REALS == (int)KEY_REALS, "the types of keys");

const char *const oh_class_weights[] = {"none", "balanced", NULL}; /* loss_class_weights */

const char *oh_version(void) {
    return ONEHOT_VERSION;
}

const char *oh_numerics(void) {
    return TRAIN_NUMERICS;
}

/* ---- calls ---- */

static locale_t c_locale;
static struct error kernel_error;

static void prepare_process(void) {
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    library_ignore(kernel_choose(getenv("ONEHOT_KERNEL"), &kernel_error));
}

bool library_enter(struct call *c, const void *needed, oh_error *to) {
    *c = (struct call){.to = to};
    if (!needed || (to && to->status != OH_OK)) {
        c->error.status = needed ? ERROR_RUN : ERROR_INPUT;
        return false;
    }
    c->locale = uselocale(c_locale);
    return true;
}

int library_leave(struct call *c) {
    if (c->locale)
        uselocale(c->locale);
    if (c->error.status != ERROR_NONE && c->to && c->to->status == OH_OK) {
        c->to->status = c->error.status == ERROR_BUSY ? OH_FAILED : (int)c->error.status;
        memcpy(c->to->text, c->error.text, sizeof c->to->text);
        if (!c->to->text[0])
            snprintf(c->to->text, sizeof c->to->text,
                     "an argument is NULL, because an earlier call failed");
    }
    return c->error.status == ERROR_NONE ? 0 : -1;
}

int oh_fail(struct oh_error *e, const char *sentence) {
    return error_input((struct error *)e, "%s", sentence);
}

void oh_free(void *memory) {
    free(memory);
}

/* ---- contexts ---- */

/* Fills a table with the tree's own rows. Returns false if they do not fit. */
static bool copy_rows(struct kinds *to, const struct kind *const *from) {
    int i = 0;
    while (i < LIBRARY_KINDS && (to->rows[i] = from[i]) != NULL)
        i++;
    return i < LIBRARY_KINDS;
}

static bool fill(struct oh_context *c) {
    int i = 0;
    if (!copy_rows(&c->layers, layers_kinds) || !copy_rows(&c->losses, losses_kinds) ||
        !copy_rows(&c->optims, optims_kinds))
        return false;
    do {
        struct key *k = &c->keys[i];
        *k = config_keys[i];
        k->rows = k->rows == layers_kinds   ? c->layers.rows
                  : k->rows == losses_kinds ? c->losses.rows
                  : k->rows == optims_kinds ? c->optims.rows
                                            : k->rows;
    } while (config_keys[i].type != KEY_END && ++i < LIBRARY_KEYS);
    return i < LIBRARY_KEYS;
}

oh_context *oh_context_new(oh_error *e) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct call call;
    struct oh_context *c = NULL;
    pthread_once(&once, prepare_process);
    if (library_enter(&call, &once, e)) {
        if (kernel_error.status != ERROR_NONE)
            call.error = kernel_error;
        else if (!c_locale || !(c = calloc(1, sizeof *c)) || !fill(c))
            error_memory(&call.error, "the context");
    }
    if (library_leave(&call) != 0) {
        free(c);
        return NULL;
    }
    c->threads = platform_cpus() < THREAD_POOL_MAX ? platform_cpus() : THREAD_POOL_MAX;
    return c;
}

void oh_context_free(oh_context *c) {
    free(c);
}

int oh_set_threads(oh_context *c, int threads, oh_error *e) {
    struct call call;
    if (library_enter(&call, c, e)) {
        if (threads < 1 || threads > THREAD_POOL_MAX)
            error_input(&call.error, "oh_set_threads: threads must be 1 to %d, got %d",
                        THREAD_POOL_MAX, threads);
        else
            c->threads = threads;
    }
    return library_leave(&call);
}

const char *oh_kernel(const oh_context *c) {
    (void)c;
    return kernel_name();
}

/* ---- registering ---- */

static int add(struct kinds *to, const struct kind *kind, bool whole, struct error *e) {
    int i = 0;
    if (!kind->name || !kind->name[0] || !whole)
        return error_input(e, "%s: a required name or function is missing",
                           kind->name && kind->name[0] ? kind->name : "oh_register");
    for (; to->rows[i]; i++)
        if (strcmp(to->rows[i]->name, kind->name) == 0)
            return error_input(e, "%s: there already is a kind of this name; choose another",
                               kind->name);
    if (i + 1 == 2 * LIBRARY_KINDS)
        return error_input(e, "%s: too many kinds have been registered", kind->name);
    to->rows[i] = kind;
    return 0;
}

int oh_register_layer(oh_context *c, const struct oh_layer_type *type, oh_error *e) {
    const struct layer_type *t = (const struct layer_type *)type;
    struct call call;
    if (library_enter(&call, c && t ? c : NULL, e))
        library_ignore(add(&c->layers, &t->kind,
                           t->forward && t->backward && !t->init == !t->gradient, &call.error));
    return library_leave(&call);
}

int oh_register_loss(oh_context *c, const struct oh_loss_type *type, oh_error *e) {
    const struct loss_type *t = (const struct loss_type *)type;
    struct call call;
    if (library_enter(&call, c && t ? c : NULL, e))
        library_ignore(add(&c->losses, &t->kind,
                           t->forward && t->backward &&
                               t->kind.size >= sizeof(struct loss_options) && t->kind.keys,
                           &call.error));
    return library_leave(&call);
}

int oh_register_optimizer(oh_context *c, const struct oh_optim_type *type, oh_error *e) {
    const struct optim_type *t = (const struct optim_type *)type;
    struct call call;
    if (library_enter(&call, c && t ? c : NULL, e))
        library_ignore(add(&c->optims, &t->kind,
                           t->step && t->vectors >= 0 && t->vectors <= OPTIM_VECTORS &&
                               t->kind.size >= sizeof(double) && t->kind.keys,
                           &call.error));
    return library_leave(&call);
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

float oh_logf(float x) {
    return vmath_log(x);
}

float oh_tanhf(float x) {
    vmath_tanh(1, &x, &x);
    return x;
}
