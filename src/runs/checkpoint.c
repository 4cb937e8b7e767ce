#include "runs/checkpoint.h"
#include "base/file.h"
#include "base/sha256.h"

#include <endian.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char MAGIC[] = "onehotCP";
enum { VERSION = 1, MAGIC_SIZE = 8, DIGEST = SHA256_HEX - 1, VECTORS = 2 + OPTIM_VECTORS };

#define MOST_FILE ((size_t)64 << 30)

static const char *const names[] = {"checkpoint", "checkpoint.previous"}; /* newest first */

/* Fills v with the vectors that steps and epochs change; returns how many there are. */
static int vectors(const struct training *t, real *v[VECTORS]) {
    int n = 0;
    v[n++] = t->model->theta;
    if (t->best)
        v[n++] = t->best;
    for (int i = 0; i < t->optim.type->vectors; i++)
        v[n++] = t->optim.state[i];
    return n;
}

/* ---- writing ---- */

static void add_number(struct text *t, uint64_t n, size_t size) {
    n = htole64(n);
    text_add(t, &n, size);
}

static void add_double(struct text *t, double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    add_number(t, bits, sizeof bits);
}

static void add_string(struct text *t, const char *s) {
    add_number(t, strlen(s), 4);
    text_add(t, s, strlen(s));
}

static void add_vector(struct text *t, const real *v, size_t n) {
    uint32_t bits[1024];
    for (size_t first = 0; first < n; first += 1024) {
        size_t some = n - first < 1024 ? n - first : 1024;
        for (size_t i = 0; i < some; i++) {
            float x = (float)v[first + i];
            memcpy(&bits[i], &x, sizeof x);
            bits[i] = htole32(bits[i]);
        }
        text_add(t, bits, some * sizeof *bits);
    }
}

static void add_all(struct text *out, const struct checkpoint *c, const struct training *t) {
    const struct train_progress *at = &t->at;
    real *v[VECTORS];
    int n = vectors(t, v);
    text_add(out, MAGIC, MAGIC_SIZE);
    add_number(out, VERSION, 4);
    add_string(out, TRAIN_NUMERICS);
    add_string(out, t->data->digest);
    add_string(out, c->id);
    add_number(out, (uint32_t)at->epochs, 4);
    add_number(out, (uint32_t)at->steps, 4);
    add_number(out, (uint32_t)at->errors, 4);
    add_double(out, at->sum);
    add_double(out, at->seconds);
    add_number(out, (uint32_t)at->best_epoch, 4);
    add_double(out, at->best_value);
    add_double(out, c->seconds);
    add_number(out, (uint32_t)n, 4);
    add_number(out, t->model->nparams, 8);
    for (int i = 0; i < n; i++)
        add_vector(out, v[i], t->model->nparams);
    add_number(out, c->metrics->size, 8);
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

/* What is left to be read. A read behind the end fails, and so do all later ones. */
struct reader {
    const char *at;
    size_t left;
    bool failed;
};

static const char *take(struct reader *r, size_t size) {
    const char *bytes = r->at;
    r->failed = r->failed || size > r->left;
    if (r->failed)
        return NULL;
    r->at += size;
    r->left -= size;
    return bytes;
}

static uint64_t take_number(struct reader *r, size_t size) {
    uint64_t n = 0;
    const char *bytes = take(r, size);
    if (bytes)
        memcpy(&n, bytes, size);
    return le64toh(n);
}

/* Of a number that was written from an int that is not negative. */
static int take_int(struct reader *r) {
    uint64_t n = take_number(r, 4);
    r->failed = r->failed || n > INT32_MAX;
    return r->failed ? 0 : (int)n;
}

static double take_double(struct reader *r) {
    uint64_t bits = take_number(r, 8);
    double x;
    memcpy(&x, &bits, sizeof x);
    r->failed = r->failed || !isfinite(x);
    return r->failed ? 0 : x;
}

/* Whether a string follows, and it is this one. */
static bool take_same(struct reader *r, const char *s) {
    size_t size = (size_t)take_number(r, 4);
    const char *bytes = take(r, size);
    return bytes && size == strlen(s) && memcmp(bytes, s, size) == 0;
}

static void take_vector(struct reader *r, real *v, size_t n) {
    const char *bytes = take(r, 4 * n);
    for (size_t i = 0; bytes && i < n; i++) {
        uint32_t bits;
        float x;
        memcpy(&bits, bytes + 4 * i, sizeof bits);
        bits = le32toh(bits);
        memcpy(&x, &bits, sizeof x);
        v[i] = x;
    }
}

/* The rows of a CSV text, its header not counted. */
static long long rows(const char *text, size_t size) {
    long long n = -1;
    for (size_t i = 0; i < size; i++)
        n += text[i] == '\n';
    return n;
}

static struct train_progress take_place(struct reader *r) {
    struct train_progress at = {0};
    at.epochs = take_int(r);
    at.steps = take_int(r);
    at.errors = take_int(r);
    at.sum = take_double(r);
    at.seconds = take_double(r);
    at.best_epoch = take_int(r);
    at.best_value = take_double(r);
    return at;
}

static bool is_place(const struct train_progress *at, const struct training *t) {
    return at->epochs <= t->config.train.epochs && at->steps < t->steps &&
           at->errors <= t->train.count && at->best_epoch <= at->epochs &&
           (at->best_epoch > 0) == (t->best && at->epochs > 0);
}

/* The part of a checkpoint behind its identity. NULL where all of it is taken, else what is wrong:
 * then nothing is. */
static const char *take_state(struct reader *r, struct checkpoint *c, struct training *t,
                              struct error *e) {
    real *v[VECTORS];
    size_t count = (size_t)vectors(t, v), n = t->model->nparams;
    struct train_progress at = take_place(r);
    double seconds = take_double(r);
    if (r->failed || !is_place(&at, t))
        return "it is at no place of this training";
    if (take_number(r, 4) != count || take_number(r, 8) != n)
        return "it has other vectors than this training";
    struct reader values = *r;
    take(r, 4 * count * n);
    size_t size = (size_t)take_number(r, 8);
    const char *metrics = take(r, size);
    if (!metrics || r->left > 0)
        return "its length is wrong";
    if (rows(metrics, size) != at.epochs)
        return "its metrics are not those of its epochs";
    text_free(c->metrics);
    text_add(c->metrics, metrics, size);
    if (c->metrics->failed) {
        error_memory(e, "the metrics");
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        take_vector(&values, v[i], n);
    c->seconds = seconds;
    t->at = at;
    return NULL;
}

/* One file. A damaged one is recorded in *damage, another run's in *e. */
static enum checkpoint_found read_file(const char *path, struct checkpoint *c, struct training *t,
                                       struct error *damage, struct error *e) {
    size_t size;
    if (!file_exists(path))
        return CHECKPOINT_NONE;
    char *data = file_read(path, MOST_FILE, &size, damage), digest[SHA256_HEX];
    if (!data)
        return CHECKPOINT_REFUSED;
    struct reader r = {data, size - DIGEST, size < DIGEST};
    const char *magic = take(&r, MAGIC_SIZE), *wrong = NULL;
    if (magic)
        sha256_hex(data, size - DIGEST, digest);
    if (!magic || memcmp(magic, MAGIC, MAGIC_SIZE) != 0)
        wrong = "it does not begin as one";
    else if (memcmp(data + size - DIGEST, digest, DIGEST) != 0)
        wrong = "its SHA-256 is wrong";
    else if (take_number(&r, 4) != VERSION)
        error_input(e, "%s: is of another version of onehot; --fresh starts over", path);
    else {
        const char *other = !take_same(&r, TRAIN_NUMERICS)    ? "version of the numerics"
                            : !take_same(&r, t->data->digest) ? "dataset"
                            : !take_same(&r, c->id)           ? "config"
                                                              : NULL;
        if (other)
            error_input(e,
                        "%s: is the checkpoint of a run with another %s; finish that run, choose "
                        "another output, or start over with --fresh",
                        path, other);
        else
            wrong = take_state(&r, c, t, e);
    }
    free(data);
    if (wrong)
        error_input(damage, "%s: is no whole checkpoint: %s", path, wrong);
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
        error_input(e, "%s; --fresh starts over", damage->text);
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
