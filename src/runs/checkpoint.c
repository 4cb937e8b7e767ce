#include "runs/checkpoint.h"
#include "base/file.h"
#include "config/keys.h"
#include "runs/bytes.h"
#include "runs/metrics.h"

#include <errno.h>
#include <float.h>
#include <unistd.h>

enum { DIGEST = SHA256_HEX - 1, MAX_VECTORS = 3 + OPTIM_VECTORS };

static const char *const names[] = {"checkpoint", "checkpoint.previous"}; /* newest first */
static const char state[] = "state";                                      /* of a finished run */

/* Fills v with the vectors that training changes; returns how many there are. */
static int vectors(const struct training *t, real *v[MAX_VECTORS]) {
    int n = 0;
    v[n++] = t->model->theta;
    if (t->best)
        v[n++] = t->best;
    if (t->average)
        v[n++] = t->average;
    for (int i = 0; i < t->optim.type->vectors; i++)
        v[n++] = t->optim.state[i];
    return n;
}

/* The first lines, which say which run the checkpoint belongs to. */
static void add_identity(struct text *out, const struct checkpoint *c, const struct training *t) {
    text_printf(out, "onehot checkpoint 2\nnumerics %s\ndataset %s\nrun %s\n", TRAIN_NUMERICS,
                t->data->digest, c->id);
}

/* What each of these lines identifies. */
static const char *const identity[] = {"version of onehot", "version of the numerics", "dataset",
                                       "config"};

struct progress {
    struct train_progress at;
    double seconds; /* since the start of the run */
};

#define COUNT(field)                                                                               \
    { KEY_AS(#field, struct progress, at.field, KEY_INT, NULL, ""), .max = INT32_MAX }
#define NUMBER(name, field)                                                                        \
    { KEY_AS(name, struct progress, field, KEY_REAL, NULL, ""), .min = -DBL_MAX, .max = DBL_MAX }

static const struct key progress_keys[] = {
    COUNT(epochs),
    COUNT(steps),
    COUNT(errors),
    NUMBER("loss_sum", at.sum),
    NUMBER("step_seconds", at.seconds),
    COUNT(best_epoch),
    NUMBER("best_value", at.best_value),
    NUMBER("seconds", seconds),
    {KEY_AS("warnings", struct progress, at.warnings, KEY_STRINGS, "[]", "")},
    END_KEY,
};

void checkpoint_add(const struct checkpoint *c, const struct training *t, struct text *out) {
    struct progress progress = {t->at, c->seconds};
    char digest[SHA256_HEX];
    real *v[MAX_VECTORS];
    int n = vectors(t, v);
    add_identity(out, c, t);
    keys_write_object(progress_keys, &progress, KEYS_ALL, 0, out);
    text_add(out, "\n", 1);
    for (int i = 0; i < n; i++)
        for (size_t k = 0; k < t->model->nparams; k++)
            bytes_add_float(out, (float)v[i][k]);
    text_add(out, c->metrics->data, c->metrics->size);
    if (!out->failed)
        sha256_hex(out->data, out->size, digest);
    text_add(out, digest, DIGEST);
}

int checkpoint_write(const struct checkpoint *c, const struct training *t, struct error *e) {
    char path[FILE_PATH], previous[FILE_PATH];
    struct text out = {0};
    if (file_join(path, sizeof path, c->directory, c->finished ? state : names[0], e) != 0 ||
        file_join(previous, sizeof previous, c->directory, names[1], e) != 0)
        return -1;
    checkpoint_add(c, t, &out);
    int result = out.failed ? error_memory(e, path) : 0;
    if (result == 0 && !c->finished && rename(path, previous) != 0 && errno != ENOENT)
        result = error_run(e, "%s: cannot be renamed: %s", path, strerror(errno));
    return file_write_text(path, &out, result, e);
}

static bool is_possible(const struct train_progress *at, const struct training *t) {
    return at->epochs <= t->config.train.epochs && at->steps < t->steps &&
           at->errors <= t->train.count && at->best_epoch <= at->epochs &&
           (at->best_epoch > 0) == (t->best && at->epochs > 0);
}

/* Restores the training from what follows the identity, up to `end`, and returns NULL; or changes
 * nothing, and returns the problem. */
static const char *take_state(char *line, const char *end, struct checkpoint *c, struct training *t,
                              struct error *e) {
    real *v[MAX_VECTORS];
    size_t count = (size_t)vectors(t, v), n = t->model->nparams;
    struct progress progress;
    struct error ignored = {0};
    char *values = line + strcspn(line, "\n") + 1;
    if (values > end || (size_t)(end - values) < 4 * count * n)
        return "it is too short";
    values[-1] = '\0';
    if (keys_read(progress_keys, line, strlen(line), "progress", NULL, &t->arena, &progress,
                  &ignored) != 0 ||
        !is_possible(&progress.at, t))
        return error_pass(e, &ignored) != 0 ? NULL : "its position is outside this training run";
    const char *metrics = values + 4 * count * n;
    size_t size = (size_t)(end - metrics);
    if (strncmp(metrics, metrics_header, strlen(metrics_header)) != 0 ||
        metrics_count(metrics, size) != progress.at.epochs || end[-1] != '\n')
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
    c->seconds = progress.seconds;
    t->at = progress.at;
    return NULL;
}

enum checkpoint_found checkpoint_parse(struct checkpoint *c, struct training *t, char *data,
                                       size_t size, const char *where, struct error *damage,
                                       struct error *e) {
    size_t same = 0;
    int line = 0;
    char digest[SHA256_HEX];
    const char *wrong = NULL;
    SCOPED(text) expected = {0};
    size = size < DIGEST ? 0 : size - DIGEST;
    sha256_hex(data, size, digest);
    add_identity(&expected, c, t);
    for (; same < size && same < expected.size && data[same] == expected.data[same]; same++)
        line += data[same] == '\n';
    if (expected.failed)
        error_memory(e, where);
    else if (strcmp(data + size, digest) != 0)
        wrong = "its SHA-256 is wrong";
    else if (same < expected.size)
        error_input(e,
                    "%s: belongs to a run with another %s; finish that run, choose another "
                    "output, or start over with --fresh",
                    where, identity[line]);
    else
        wrong = take_state(data + same, data + size, c, t, e);
    if (wrong)
        error_input(damage, "%s: is not a complete checkpoint: %s", where, wrong);
    return e->status || wrong ? CHECKPOINT_REFUSED : CHECKPOINT_TAKEN;
}

enum checkpoint_found checkpoint_read(struct checkpoint *c, struct training *t,
                                      struct error *damage, struct error *e) {
    enum checkpoint_found found = CHECKPOINT_NONE;
    char path[FILE_PATH];
    size_t size;
    for (int i = 0; i < (c->finished ? 1 : 2) && found != CHECKPOINT_TAKEN; i++) {
        bool exists = file_find(path, c->directory, c->finished ? state : names[i], e);
        if (e->status)
            return CHECKPOINT_REFUSED;
        if (!exists)
            continue;
        SCOPED_MEMORY char *data = file_read(path, SIZE_MAX, &size, damage);
        found = data ? checkpoint_parse(c, t, data, size, path, damage, e) : CHECKPOINT_REFUSED;
        if (e->status || error_pass(e, damage) != 0) /* a failing disk damages nothing */
            return CHECKPOINT_REFUSED;
    }
    if (damage->status && found == CHECKPOINT_TAKEN && file_find(path, c->directory, names[0], e))
        unlink(path); /* otherwise the next checkpoint would rename it over its good predecessor */
    if (found == CHECKPOINT_REFUSED)
        error_input(e, "%s; start over with --fresh", damage->text);
    return found;
}

void checkpoint_remove(const char *directory) {
    char path[FILE_PATH];
    struct error ignored = {0};
    for (int i = 0; i < 2; i++)
        if (file_join(path, sizeof path, directory, names[i], &ignored) == 0)
            unlink(path);
}
