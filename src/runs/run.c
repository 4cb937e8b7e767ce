#include "runs/run.h"
#include "base/platform.h"
#include "runs/metrics.h"
#include "runs/model_file.h"
#include "runs/safetensors.h"
#include "runs/training.h"
#include "tensor/kernel.h"
#include "json/json.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef ONEHOT_COMMIT
#define ONEHOT_COMMIT "unknown"
#endif

/* ---- beginning ---- */

/* The files that a run writes. The first ones, beside a config.json, show that it was a run. */
static const char *const files[] = {"lock",
                                    "model.safetensors",
                                    "result.json",
                                    "checkpoint",
                                    "checkpoint.previous",
                                    "metrics.partial.csv",
                                    "state",
                                    "report.html",
                                    "config.json",
                                    "model.last.safetensors",
                                    "model.differs.safetensors",
                                    "metrics.csv"};
enum { EVIDENCE = 6, FILES = sizeof files / sizeof *files };

/* Sets and returns the path of a file, for whose name run_id_make leaves room. */
static const char *path_of(const struct run *r, const char *name, char path[FILE_PATH]) {
    stpcpy(stpcpy(stpcpy(path, r->directory), "/"), name);
    return path;
}

/* Whether the directory has one of those files, from file i on. */
static bool has_evidence(const char *directory, int i, struct error *e) {
    char path[FILE_PATH];
    while (i < EVIDENCE && !file_find(path, directory, files[i], e))
        i++;
    return i < EVIDENCE;
}

static struct text config_text(const struct training *t) {
    struct text config = {0};
    config_write(&t->config, 2, &config);
    text_printf(&config, "\n");
    return config;
}

/* Whether the directory is a run's. A config alone may be the user's own, unless it is just what
 * this run would write, and was killed before it took the lock. */
static bool is_ours(const struct run *r, const struct training *t, struct error *e) {
    char path[FILE_PATH];
    size_t size;
    struct error none = {0};
    SCOPED(arena) a = {0};
    struct config c;
    SCOPED(text) ours = config_text(t);
    bool exists = file_find(path, r->directory, "config.json", e);
    SCOPED_MEMORY char *config = exists ? file_read(path, CONFIG_MAX_SIZE, &size, e) : NULL;
    bool is = config && !ours.failed &&
              (has_evidence(r->directory, 0, e)
                   ? config_parse(&c, config_keys, config, size, path, NULL, &a, &none) == 0
                   : strcmp(config, ours.data) == 0);
    if (ours.failed)
        error_memory(e, path);
    (void)error_pass(e, &none);
    return is;
}

/* Refuses a directory in which the run would overwrite anybody else's files. */
static int check_files(const struct run *r, const struct training *t, struct error *e) {
    char path[FILE_PATH];
    bool ours = is_ours(r, t, e);
    for (int i = 0; i < FILES && !e->status; i++) {
        bool exists = file_type(path_of(r, files[i], path), false, e) != 0;
        unsigned type = file_type(path, true, e); /* 0 if a link leads nowhere */
        if (exists && !ours)
            error_input(e, "%s: is not from a run, which would replace it; choose another output",
                        path);
        else if (type && type != S_IFREG)
            error_input(e, "%s: is not a file; remove it, or choose another output", path);
    }
    return e->status ? -1 : 0;
}

/* Accepts an earlier run with the same ID, whose model's hash it stores, or one to extend; refuses
 * to overwrite anything else. (A run writes its model first, so files without one are not a run.)
 */
static int find_earlier(struct run *r, const struct training *t, struct error *e) {
    char path[FILE_PATH], id[SHA256_HEX];
    struct error damage = {0};
    if (!file_find(path, r->directory, "model.safetensors", e))
        return e->status ? -1 : t->config.output[0] ? 0 : extend_find(&r->extends, t, &r->why, e);
    if (model_file_run(path, id, &damage) != 0)
        return error_pass(e, &damage) != 0
                   ? -1
                   : error_input(e, "%s; to train again, remove what an earlier run left there",
                                 damage.text);
    if (strcmp(id, r->id) == 0)
        return sha256_file(path, r->earlier, e);
    if (extend_match(&r->extends, t, r->directory, &damage, e) != 0 || r->extends.epochs > 0)
        return e->status ? -1 : 0;
    return damage.status
               ? error_input(e, "%s; choose another output", damage.text)
               : error_input(
                     e,
                     "%s: contains a run with a different config or different data; choose another "
                     "output",
                     r->directory);
}

static int lock(struct run *r, struct error *e) {
    char path[FILE_PATH];
    int result = file_lock(&r->lock, path_of(r, "lock", path), e);
    r->locked = result == 0;
    return result == FILE_BUSY
               ? error_busy(e, "%s: another process is training in it", r->directory)
               : result;
}

/* Fails if the lock is another process's by now. */
static int check_lock(const struct run *r, struct error *e) {
    return file_lock_lost(&r->lock)
               ? error_busy(e,
                            "%s: another process has taken over this run, because this one was "
                            "suspended or could not reach its lock for a minute",
                            r->directory)
               : 0;
}

/* Writes a text to the directory, unless `built` is not 0, and frees it. */
static int write_file(const struct run *r, const char *name, struct text *t, int built,
                      struct error *e) {
    char path[FILE_PATH];
    return file_write_text(path_of(r, name, path), t, built, e);
}

static int write_config(const struct run *r, const struct training *t, struct error *e) {
    struct text config = config_text(t);
    return write_file(r, "config.json", &config, 0, e);
}

int run_open(struct run *r, const struct training *t, struct error *e) {
    char path[FILE_PATH];
    *r = (struct run){.start = clock_seconds(), .checkpoint_time = clock_seconds()};
    if (run_id_make(&t->config, t->data->digest, r->id, r->directory, e) != 0)
        return -1;
    bool exists = file_exists(r->directory, e);
    if (e->status || check_files(r, t, e) != 0 || file_make_directory(r->directory, e) != 0)
        return -1;
    r->made = !exists;
    bool configured = file_find(path, r->directory, "config.json", e);
    if (e->status || (!configured && write_config(r, t, e) != 0) || lock(r, e) != 0)
        return -1;
    for (int i = 0; i < FILES; i++)
        file_remove_unfinished(path_of(r, files[i], path));
    text_printf(&r->metrics, "%s", metrics_header);
    if (r->metrics.failed)
        return error_memory(e, "the metrics");
    return find_earlier(r, t, e) != 0 || e->status ? -1 : 0;
}

/* ---- training ---- */

static struct checkpoint checkpoint(struct run *r) {
    return (struct checkpoint){r->directory, r->id, &r->metrics, clock_seconds() - r->start, false};
}

int run_resume(struct run *r, struct training *t, bool fresh, struct error *damage,
               struct error *e) {
    struct checkpoint c = checkpoint(r);
    if (fresh)
        checkpoint_remove(r->directory);
    enum checkpoint_found found = checkpoint_read(&c, t, damage, e);
    if (found == CHECKPOINT_NONE && r->extends.epochs > 0 && !fresh) {
        c.directory = r->extends.directory;
        c.id = r->extends.id;
        c.finished = true;
        found = checkpoint_read(&c, t, damage, e);
    }
    if (found == CHECKPOINT_TAKEN)
        r->start = clock_seconds() - c.seconds;
    return found == CHECKPOINT_REFUSED ? -1 : 0;
}

bool run_save_due(const struct run *r, const struct training *t) {
    double since = clock_seconds() - r->checkpoint_time;
    return file_lock_lost(&r->lock) || since >= t->config.train.checkpoint_seconds ||
           (t->at.epochs > 0 && t->at.steps == 0 && since >= 50 * r->checkpoint_cost);
}

int run_save(struct run *r, const struct training *t, struct error *e) {
    struct checkpoint c = checkpoint(r);
    double start = clock_seconds();
    int result = check_lock(r, e) != 0 ? -1 : checkpoint_write(&c, t, e);
    r->checkpoint_time = clock_seconds();
    r->checkpoint_cost = r->checkpoint_time - start;
    return result;
}

int run_epoch(struct run *r, const struct train_epoch *row, struct error *e) {
    char path[FILE_PATH];
    size_t start = r->partial ? r->metrics.size : 0;
    metrics_write(row, &r->metrics);
    if (r->metrics.failed)
        return error_memory(e, "the metrics");
    if (!r->partial) {
        unlink(path_of(r, "metrics.partial.csv", path)); /* that of an interrupted run */
        r->partial = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
    if (r->partial < 0 ||
        file_write_all(r->partial, r->metrics.data + start, r->metrics.size - start) != 0)
        return error_run(e, "%s/metrics.partial.csv: cannot be written: %s", r->directory,
                         strerror(errno));
    return 0;
}

/* ---- the end ---- */

/* Updates the link runs/latest. It is only a convenience, so its failure is ignored. */
static void link_latest(const struct run *r) {
    static const char temporary[] = "runs/.latest.tmp";
    unlink(temporary); /* that of a process that was killed */
    if (symlink(r->directory + strlen("runs/"), temporary) == 0 &&
        rename(temporary, "runs/latest") != 0)
        unlink(temporary);
}

/* With early stopping, writes the last model; t->model is the best one. */
static int write_last(const struct run *r, struct training *t, struct error *e) {
    struct text last = {0};
    best_restore(t);
    int built = model_file_write(t, r->id, &last, e);
    best_restore(t);
    return write_file(r, "model.last.safetensors", &last, built, e);
}

/* Writes the model. Fails if it differs from an earlier run's. */
static int write_model(struct run *r, struct training *t, struct error *e) {
    SCOPED(text) model = {0};
    if (model_file_write(t, r->id, &model, e) != 0)
        return -1;
    sha256_hex(model.data, model.size, r->model);
    safetensors_weights(&model, r->weights);
    if (r->earlier[0] && strcmp(r->earlier, r->model) != 0)
        return write_file(r, "model.differs.safetensors", &model, 0, e) != 0
                   ? -1
                   : error_run(e,
                               "%s: the model differs from that of an earlier run here: its "
                               "SHA-256 is %s, not %s; it is saved as model.differs.safetensors",
                               r->directory, r->model, r->earlier);
    if (t->best && write_last(r, t, e) != 0)
        return -1;
    return write_file(r, "model.safetensors", &model, 0, e);
}

static int keep_state(struct run *r, struct training *t, struct error *e) {
    struct checkpoint c = checkpoint(r);
    char path[FILE_PATH];
    if (r->no_state) {
        unlink(path_of(r, "state", path)); /* that of a shorter run */
        return 0;
    }
    c.finished = true;
    best_restore(t); /* the last parameters, as during training */
    average_swap(t);
    int result = checkpoint_write(&c, t, e);
    average_swap(t);
    best_restore(t);
    return result;
}

static void add_result(const struct run *r, const struct training *t,
                       const struct run_result *result, struct text *out) {
    const struct evaluation *test = &result->test;
    char metrics_hash[SHA256_HEX], cpu[PLATFORM_CPU_NAME];
    double samples = (double)t->at.epochs * t->train.count;
    struct json j = {.out = out, .lines = 1};
    platform_cpu_name(cpu);
    sha256_hex(r->metrics.data, r->metrics.size, metrics_hash);
    json_add(&j, "{ name=%s data=%s", t->config.name, t->config.data.path);
    json_add(&j, "test_loss=%g test_accuracy=%g test_errors=%g", test->count ? test->loss : NAN,
             test->count ? evaluation_accuracy(test) : NAN,
             test->count ? test->errors : (double)NAN);
    json_add(&j, "model_sha256=%s weights_sha256=%s metrics_sha256=%s dataset_sha256=%s", r->model,
             r->weights, metrics_hash, t->data->digest);
    json_add(&j, "epochs=%d samples_per_second=%g seconds=%g", t->at.epochs,
             t->at.seconds > 0 ? floor(samples / t->at.seconds) : (double)NAN,
             round(result->seconds * 1000) / 1000);
    json_add(&j, "threads=%d kernel=%s compiler=%s commit=%s best_epoch=%g cpu=%s",
             thread_pool_threads(t->pool), kernel_name(), PLATFORM_COMPILER, ONEHOT_COMMIT,
             t->at.best_epoch > 0 ? t->at.best_epoch : (double)NAN, cpu);
    json_strings(&j, "warnings", t->at.warnings.items, t->at.warnings.count);
    json_add(&j, "}");
    text_printf(out, "\n");
}

int run_finish(struct run *r, struct training *t, const struct run_result *result,
               struct error *e) {
    SCOPED(text) figures = {0};
    if (check_lock(r, e) != 0 || write_model(r, t, e) != 0 || keep_state(r, t, e) != 0)
        return -1;
    add_result(r, t, result, &figures);
    if (write_file(r, "metrics.csv", &r->metrics, 0, e) != 0 || write_config(r, t, e) != 0 ||
        write_file(r, "result.json", &figures, 0, e) != 0)
        return -1;
    r->finished = true;
    if (!t->config.output[0])
        link_latest(r);
    return 0;
}

/* The lock goes last: what it stays beside is not complete. */
void run_close(struct run *r) {
    char path[FILE_PATH];
    struct error e = {0};
    if (r->partial > 0)
        close(r->partial);
    if (r->finished) {
        checkpoint_remove(r->directory);
        unlink(path_of(r, "metrics.partial.csv", path));
    }
    if (r->locked && !has_evidence(r->directory, 1, &e) && !e.status)
        unlink(path_of(r, "config.json", path));
    if (r->locked)
        file_unlock(&r->lock);
    if (r->made)
        rmdir(r->directory); /* fails unless it is empty */
    text_free(&r->metrics);
    *r = (struct run){0};
}
