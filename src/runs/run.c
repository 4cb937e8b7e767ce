#include "runs/run.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/cpus.h"
#include "base/file.h"
#include "base/lock.h"
#include "runs/metrics.h"
#include "runs/run_id.h"
#include "tensor/kernel.h"
#include "train/best.h"
#include "json/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef ONEHOT_COMMIT
#define ONEHOT_COMMIT "unknown"
#endif

/* Whether a file of that name is in the directory. */
static bool holds(const struct run *r, const char *name) {
    char path[FILE_PATH];
    struct error ignored = {0};
    return file_join(path, sizeof path, r->directory, name, &ignored) == 0 && file_exists(path);
}

/* The model that is there already: the same run's, to compare with, or a reason to refuse. The
 * model is written first: other files without one are somebody else's. */
static int find_earlier(struct run *r, struct error *e) {
    char path[FILE_PATH], id[SHA256_HEX];
    size_t size;
    struct error damage = {0};
    if (!holds(r, "model.safetensors")) {
        if (holds(r, "config.json") || holds(r, "metrics.csv") || holds(r, "result.json"))
            return error_input(e,
                               "%s: holds files that a run would overwrite, but no run; choose "
                               "another output",
                               r->directory);
        return 0;
    }
    if (file_join(path, sizeof path, r->directory, "model.safetensors", e) != 0)
        return -1;
    if (model_file_run(path, id, &damage) != 0)
        return error_input(e, "%s; remove what an earlier run left there to train again",
                           damage.text);
    if (strcmp(id, r->id) != 0)
        return error_input(e,
                           "%s: holds another run, of other config or data; choose another output",
                           r->directory);
    char *bytes = file_read(path, (size_t)-1 >> 1, &size, e);
    if (!bytes)
        return -1;
    sha256_hex(bytes, size, r->earlier);
    free(bytes);
    return 0;
}

static int lock(struct run *r, struct error *e) {
    char path[FILE_PATH];
    if (file_join(path, sizeof path, r->directory, "lock", e) != 0)
        return -1;
    r->lock = lock_take(path, e);
    r->locked = r->lock >= 0;
    return r->locked ? 0
           : r->lock == LOCK_BUSY
               ? error_run(e, "%s: another process is training in it", r->directory)
               : -1;
}

/* What file_write left of a file of the run when its process was killed: NAME.PID.tmp. */
static int remove_unfinished(const struct run *r, struct error *e) {
    static const char *const ours[] = {"model.",       "metrics.csv.", "config.json.",
                                       "result.json.", "report.html.", "checkpoint."};
    char path[FILE_PATH];
    int count;
    char **names = file_list(r->directory, &count, e);
    for (int i = 0; names && i < count; i++)
        for (size_t k = 0; k < sizeof ours / sizeof *ours; k++) {
            size_t size = strlen(names[i]);
            if (strncmp(names[i], ours[k], strlen(ours[k])) == 0 && size > 4 &&
                strcmp(names[i] + size - 4, ".tmp") == 0 &&
                file_join(path, sizeof path, r->directory, names[i], e) == 0)
                unlink(path);
        }
    free(names);
    return names ? 0 : -1;
}

int run_open(struct run *r, const struct training *t, struct error *e) {
    char path[FILE_PATH];
    *r = (struct run){.start = clock_seconds(), .saved = clock_seconds()};
    if (run_id_make(&t->config, t->data->digest, r->id, r->directory, e) != 0 ||
        file_make_directory(r->directory, e) != 0 || lock(r, e) != 0 ||
        remove_unfinished(r, e) != 0 || find_earlier(r, e) != 0 ||
        file_join(path, sizeof path, r->directory, "metrics.partial.csv", e) != 0)
        return -1;
    r->partial = fopen(path, "w");
    if (!r->partial)
        return file_error(e, path, "written", errno);
    text_printf(&r->metrics, "%s", metrics_header);
    fputs(metrics_header, r->partial);
    return 0;
}

static struct checkpoint checkpoint(struct run *r) {
    return (struct checkpoint){r->directory, r->id, &r->metrics, clock_seconds() - r->start};
}

enum checkpoint_found run_resume(struct run *r, struct training *t, bool fresh,
                                 struct error *damage, struct error *e) {
    struct checkpoint c = checkpoint(r);
    if (fresh)
        checkpoint_remove(r->directory);
    enum checkpoint_found found = checkpoint_read(&c, t, damage, e);
    if (found == CHECKPOINT_TAKEN) {
        r->start = clock_seconds() - c.seconds;
        rewind(r->partial);
        fputs(r->metrics.data, r->partial);
    }
    return found;
}

bool run_save_due(const struct run *r, const struct training *t) {
    enum { SHARE = 50 };
    double since = clock_seconds() - r->saved;
    return since >= t->config.train.checkpoint_seconds ||
           (t->at.epochs > 0 && t->at.steps == 0 && since >= SHARE * r->cost);
}

int run_save(struct run *r, const struct training *t, struct error *e) {
    struct checkpoint c = checkpoint(r);
    double start = clock_seconds();
    int result = checkpoint_write(&c, t, e);
    r->saved = clock_seconds();
    r->cost = r->saved - start;
    return result;
}

int run_epoch(struct run *r, const struct train_epoch *row, struct error *e) {
    size_t start = r->metrics.size;
    metrics_write(row, &r->metrics);
    if (r->metrics.failed)
        return error_memory(e, "the metrics");
    fputs(r->metrics.data + start, r->partial);
    if (fflush(r->partial) != 0)
        return error_run(e, "%s/metrics.partial.csv: cannot be written: %s", r->directory,
                         strerror(errno));
    return 0;
}

static void write_result(const struct run *r, const struct training *t,
                         const struct run_result *result, struct text *out) {
    const struct evaluation *test = &result->test;
    char metrics[SHA256_HEX], cpu[CPUS_NAME];
    struct json j = {.out = out, .lines = 1};
    cpus_name(cpu);
    sha256_hex(r->metrics.data, r->metrics.size, metrics);
    json_open(&j, NULL, '{');
    json_number(&j, "test_loss", test->count ? test->loss : NAN);
    json_number(&j, "test_accuracy", test->count ? evaluation_accuracy(test) : NAN);
    json_number(&j, "test_errors", test->count ? (double)test->errors : (double)NAN);
    json_string(&j, "model_sha256", r->model);
    json_string(&j, "metrics_sha256", metrics);
    json_string(&j, "dataset_sha256", t->data->digest);
    json_int(&j, "epochs", t->at.epochs);
    json_number(&j, "samples_per_second",
                t->at.seconds > 0 ? floor((double)t->at.epochs * t->train.count / t->at.seconds)
                                  : NAN);
    json_number(&j, "seconds", round(result->seconds * 1000) / 1000);
    json_int(&j, "threads", thread_pool_threads(t->pool));
    json_string(&j, "kernel", kernel_name());
    json_string(&j, "compiler", COMPILER);
    json_string(&j, "commit", ONEHOT_COMMIT);
    json_number(&j, "best_epoch", t->at.best_epoch > 0 ? t->at.best_epoch : (double)NAN);
    json_string(&j, "cpu", cpu);
    json_open(&j, "warnings", '[');
    for (int i = 0; i < result->warnings.count; i++)
        json_string(&j, NULL, result->warnings.items[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    text_printf(out, "\n");
}

static int write_file(const struct run *r, const char *name, const struct text *t,
                      struct error *e) {
    char path[FILE_PATH];
    if (t->failed)
        return error_memory(e, name);
    if (file_join(path, sizeof path, r->directory, name, e) != 0)
        return -1;
    return file_write(path, t->data, t->size, e);
}

/* runs/latest, beside the directory; a convenience whose failure is no failure of the run. */
static void link_latest(const struct run *r) {
    char temporary[64];
    snprintf(temporary, sizeof temporary, "runs/.latest.%ld", (long)getpid());
    if (symlink(r->directory + strlen("runs/"), temporary) == 0 &&
        rename(temporary, "runs/latest") != 0)
        unlink(temporary);
}

int run_finish(struct run *r, struct training *t, const struct run_result *result,
               struct error *e) {
    struct text model = {0}, last = {0}, config = {0}, figures = {0};
    int status = -1;
    if (model_file_write(t, r->id, &model, e) != 0)
        goto done;
    sha256_hex(model.data, model.size, r->model);
    if (r->earlier[0] && strcmp(r->earlier, r->model) != 0) {
        if (write_file(r, "model.differs.safetensors", &model, e) == 0)
            error_run(e,
                      "%s: the model differs from the one that an earlier run left here: "
                      "SHA-256 %s, not %s; this one is kept as model.differs.safetensors",
                      r->directory, r->model, r->earlier);
        goto done;
    }
    if (t->best) {
        best_restore(t);
        int swapped = model_file_write(t, r->id, &last, e);
        best_restore(t);
        if (swapped != 0 || write_file(r, "model.last.safetensors", &last, e) != 0)
            goto done;
    }
    config_write(&t->config, 2, &config);
    text_printf(&config, "\n");
    write_result(r, t, result, &figures);
    if (write_file(r, "model.safetensors", &model, e) != 0 ||
        write_file(r, "metrics.csv", &r->metrics, e) != 0 ||
        write_file(r, "config.json", &config, e) != 0 ||
        write_file(r, "result.json", &figures, e) != 0)
        goto done;
    checkpoint_remove(r->directory);
    if (!t->config.output[0])
        link_latest(r);
    r->finished = true;
    status = 0;
done:
    text_free(&model);
    text_free(&last);
    text_free(&config);
    text_free(&figures);
    return status;
}

void run_close(struct run *r) {
    char path[FILE_PATH];
    struct error ignored = {0};
    bool nothing = r->metrics.size <= strlen(metrics_header); /* no epoch was completed */
    if (r->partial)
        fclose(r->partial);
    if (r->partial && (r->finished || nothing) &&
        file_join(path, sizeof path, r->directory, "metrics.partial.csv", &ignored) == 0)
        unlink(path);
    if (r->locked && file_join(path, sizeof path, r->directory, "lock", &ignored) == 0)
        lock_release(path, r->lock);
    if (r->directory[0])
        rmdir(r->directory); /* does nothing to one that holds files */
    text_free(&r->metrics);
    *r = (struct run){0};
}
