#include "runs/checkpoint.h"
#include "base/file.h"
#include "base/sha256.h"
#include "runs/bytes.h"
#include "runs/metrics.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char MAGIC[] = "onehotCP";
enum { VERSION = 1, MAGIC_SIZE = 8, DIGEST = SHA256_HEX - 1, MAX_VECTORS = 2 + OPTIM_VECTORS };

#define MAX_FILE ((size_t)64 << 30)

static const char *const names[] = {"checkpoint", "checkpoint.previous"}; /* newest first */

/* Fills v with the vectors that training changes; returns how many there are. */
static int vectors(const struct training *t, real *v[MAX_VECTORS]) {
    int n = 0;
    v[n++] = t->model->theta;
    if (t->best)
        v[n++] = t->best;
    for (int i = 0; i < t->optim.type->vectors; i++)
        v[n++] = t->optim.state[i];
    return n;
}

/* ---- the format, in both directions ---- */

/* A file that is being written to `out`, or read. A read past its end fails, and so does every
 * later read. */
struct stream {
    struct text *out;
    const char *at;
    size_t left;
    bool failed;
};

static const char *take(struct stream *s, size_t size) {
    const char *bytes = s->at;
    s->failed = s->failed || size > s->left;
    if (s->failed)
        return NULL;
    s->at += size;
    s->left -= size;
    return bytes;
}

static uint64_t number(struct stream *s, uint64_t n, size_t size) {
    if (s->out) {
        bytes_add(s->out, n, size);
        return n;
    }
    const char *bytes = take(s, size);
    return bytes ? bytes_number(bytes, size) : 0;
}

/* An int that is not negative. */
static void integer(struct stream *s, int *x) {
    uint64_t n = number(s, (uint32_t)*x, 4);
    s->failed = s->failed || n > INT32_MAX;
    *x = s->failed ? 0 : (int)n;
}

static void real_number(struct stream *s, double *x) {
    uint64_t bits;
    memcpy(&bits, x, sizeof bits);
    bits = number(s, bits, sizeof bits);
    memcpy(x, &bits, sizeof bits);
    s->failed = s->failed || !isfinite(*x);
}

/* Writes a string; or reads one, and returns whether it is the same. */
static bool string(struct stream *s, const char *text) {
    size_t length = strlen(text), size = (size_t)number(s, length, 4);
    if (s->out)
        text_add(s->out, text, length);
    const char *bytes = s->out ? text : take(s, size);
    return bytes && size == length && memcmp(bytes, text, length) == 0;
}

static void progress(struct stream *s, struct train_progress *at, double *seconds) {
    integer(s, &at->epochs);
    integer(s, &at->steps);
    integer(s, &at->errors);
    real_number(s, &at->sum);
    real_number(s, &at->seconds);
    integer(s, &at->best_epoch);
    real_number(s, &at->best_value);
    real_number(s, seconds);
}

/* ---- writing ---- */

static void add_all(struct text *out, const struct checkpoint *c, const struct training *t) {
    struct stream s = {.out = out};
    struct train_progress at = t->at;
    double seconds = c->seconds;
    real *v[MAX_VECTORS];
    int n = vectors(t, v);
    text_add(out, MAGIC, MAGIC_SIZE);
    number(&s, VERSION, 4);
    string(&s, TRAIN_NUMERICS);
    string(&s, t->data->digest);
    string(&s, c->id);
    progress(&s, &at, &seconds);
    number(&s, (uint64_t)n, 4);
    number(&s, t->model->nparams, 8);
    for (int i = 0; i < n; i++)
        for (size_t k = 0; k < t->model->nparams; k++)
            bytes_add_float(out, (float)v[i][k]);
    number(&s, c->metrics->size, 8);
    text_add(out, c->metrics->data, c->metrics->size);
}

int checkpoint_write(const struct checkpoint *c, const struct training *t, struct error *e) {
    char path[FILE_PATH], previous[FILE_PATH], digest[SHA256_HEX];
    struct text out = {0};
    if (file_join(path, sizeof path, c->directory, names[0], e) != 0 ||
        file_join(previous, sizeof previous, c->directory, names[1], e) != 0)
        return -1;
    add_all(&out, c, t);
    if (!out.failed)
        sha256_hex(out.data, out.size, digest);
    text_add(&out, digest, DIGEST);
    int result = out.failed ? error_memory(e, path) : 0;
    if (result == 0 && rename(path, previous) != 0 && errno != ENOENT)
        result = error_run(e, "%s: cannot be renamed: %s", path, strerror(errno));
    if (result == 0)
        result = file_write(path, out.data, out.size, e);
    text_free(&out);
    return result;
}

/* ---- reading ---- */

static bool is_possible(const struct train_progress *at, const struct training *t) {
    return at->epochs <= t->config.train.epochs && at->steps < t->steps &&
           at->errors <= t->train.count && at->best_epoch <= at->epochs &&
           (at->best_epoch > 0) == (t->best && at->epochs > 0);
}

/* Restores the training from the data after the identity. Returns NULL, or an error message; then
 * nothing has changed. */
static const char *take_state(struct stream *r, struct checkpoint *c, struct training *t,
                              struct error *e) {
    real *v[MAX_VECTORS];
    size_t count = (size_t)vectors(t, v), n = t->model->nparams;
    struct train_progress at = {0};
    double seconds = 0;
    progress(r, &at, &seconds);
    if (r->failed || !is_possible(&at, t))
        return "its position is outside this training run";
    if (number(r, 0, 4) != count || number(r, 0, 8) != n)
        return "its vectors are not those of this training run";
    const char *values = take(r, 4 * count * n);
    size_t size = (size_t)number(r, 0, 8);
    const char *metrics = take(r, size);
    if (!metrics || r->left > 0)
        return "its length is wrong";
    if (metrics_count(metrics, size) != at.epochs)
        return "its metrics do not match its epochs";
    text_free(c->metrics);
    text_add(c->metrics, metrics, size);
    if (c->metrics->failed) {
        error_memory(e, "the metrics");
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < n; k++)
            v[i][k] = bytes_float(values + 4 * (i * n + k));
    c->seconds = seconds;
    t->at = at;
    return NULL;
}

/* Reads one file. Sets *damage if it is damaged, *e if it belongs to another run. */
static enum checkpoint_found read_file(const char *path, struct checkpoint *c, struct training *t,
                                       struct error *damage, struct error *e) {
    size_t size;
    if (!file_exists(path))
        return CHECKPOINT_NONE;
    char *data = file_read(path, MAX_FILE, &size, damage), digest[SHA256_HEX];
    if (!data)
        return CHECKPOINT_REFUSED;
    struct stream r = {NULL, data, size - DIGEST, size < DIGEST};
    const char *magic = take(&r, MAGIC_SIZE), *wrong = NULL;
    if (magic)
        sha256_hex(data, size - DIGEST, digest);
    if (!magic || memcmp(magic, MAGIC, MAGIC_SIZE) != 0)
        wrong = "it does not begin like one";
    else if (memcmp(data + size - DIGEST, digest, DIGEST) != 0)
        wrong = "its SHA-256 is wrong";
    else if (number(&r, 0, 4) != VERSION)
        error_input(e, "%s: was written by another version of onehot; start over with --fresh",
                    path);
    else {
        const char *other = !string(&r, TRAIN_NUMERICS)    ? "version of the numerics"
                            : !string(&r, t->data->digest) ? "dataset"
                            : !string(&r, c->id)           ? "config"
                                                           : NULL;
        if (other)
            error_input(e,
                        "%s: belongs to a run with another %s; finish that run, choose another "
                        "output, or start over with --fresh",
                        path, other);
        else
            wrong = take_state(&r, c, t, e);
    }
    free(data);
    if (wrong)
        error_input(damage, "%s: is not a complete checkpoint: %s", path, wrong);
    return e->status || wrong ? CHECKPOINT_REFUSED : CHECKPOINT_TAKEN;
}

enum checkpoint_found checkpoint_read(struct checkpoint *c, struct training *t,
                                      struct error *damage, struct error *e) {
    enum checkpoint_found found = CHECKPOINT_NONE;
    char path[FILE_PATH];
    for (int i = 0; i < 2 && found != CHECKPOINT_TAKEN; i++) {
        if (file_join(path, sizeof path, c->directory, names[i], e) != 0)
            return CHECKPOINT_REFUSED;
        found = read_file(path, c, t, damage, e);
        if (e->status)
            return CHECKPOINT_REFUSED;
    }
    if (damage->status && found != CHECKPOINT_TAKEN) {
        error_input(e, "%s; start over with --fresh", damage->text);
        return CHECKPOINT_REFUSED;
    }
    return found;
}

void checkpoint_remove(const char *directory) {
    char path[FILE_PATH];
    struct error ignored = {0};
    for (int i = 0; i < 2; i++)
        if (file_join(path, sizeof path, directory, names[i], &ignored) == 0)
            unlink(path);
}
