/* Plans a sweep: the configs, names and directories of its jobs, before anything runs. */
#include "base/file.h"
#include "data/dataset.h"
#include "data/formats.h"
#include "programs/sweep/sweep.h"
#include "runs/metrics.h"
#include "runs/model_file.h"
#include "runs/run_id.h"
#include "runs/run_record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

int sweep_count(const struct sweep *s, enum job_state state) {
    int count = 0;
    for (int i = 0; i < s->grid.jobs; i++)
        count += s->jobs[i].state == state;
    return count;
}

static const char *last_part(const char *key) {
    const char *dot = strrchr(key, '.');
    return dot ? dot + 1 : key;
}

const char *sweep_key(const struct sweep *s, const struct grid_axis *axis) {
    const char *part = last_part(axis->key);
    for (int i = 0; i < s->grid.count; i++)
        if (&s->grid.axes[i] != axis && strcmp(last_part(s->grid.axes[i].key), part) == 0)
            return axis->key;
    return part;
}

char *sweep_job_name(const struct sweep *s, const struct job *j) {
    struct text t = {0};
    text_add(&t, "", 0);
    for (int i = 0; i < s->grid.count; i++)
        if (s->grid.axes[i].count > 1)
            text_printf(&t, "%s%s=%s", t.size > 0 ? " " : "", sweep_key(s, &s->grid.axes[i]),
                        grid_value(j->overrides[i]));
    if (t.failed)
        text_free(&t);
    return t.data;
}

/* ---- the plan ---- */

/* The validation accuracy of the model that the run saved: the best one, otherwise the last. */
static double validation_of(const struct run_record *r, const struct metrics *m) {
    double epoch = isnan(r->best_epoch) ? m->count : r->best_epoch;
    return epoch >= 1 && epoch <= m->count ? m->rows[(int)epoch - 1].validation_accuracy
                                           : (double)NAN;
}

bool sweep_take_result(struct job *j) {
    char model[FILE_PATH], metrics[FILE_PATH], id[SHA256_HEX];
    struct error none = {0};
    struct run_record r;
    struct metrics m;
    if (run_record_read(&r, j->directory, &none) == 0 && r.finished &&
        file_join(model, sizeof model, j->directory, "model.safetensors", &none) == 0 &&
        model_file_run(model, id, &none) == 0 && strcmp(id, j->id) == 0 &&
        file_join(metrics, sizeof metrics, j->directory, "metrics.csv", &none) == 0 &&
        metrics_read(&m, metrics, &r.arena, &none) == 0 && m.count == r.epochs) {
        j->result = (struct job_result){validation_of(&r, &m), r.accuracy, r.seconds, ""};
        memcpy(j->result.model, r.model, sizeof r.model);
        j->state = JOB_FINISHED;
    }
    run_record_free(&r);
    return j->state == JOB_FINISHED;
}

/* The digests of the datasets, each read once. */
struct digests {
    int count;
    struct digest {
        struct data_options from;
        char hex[SHA256_HEX];
    } * items;
};

static bool same_data(const struct data_options *a, const struct data_options *b) {
    return strcmp(a->path, b->path) == 0 && strcmp(a->label, b->label) == 0 &&
           a->test_fraction == b->test_fraction;
}

static const char *digest_of(struct digests *d, const struct data_options *from, struct sweep *s,
                             struct thread_pool *pool, struct error *e) {
    for (int i = 0; i < d->count; i++)
        if (same_data(&d->items[i].from, from))
            return d->items[i].hex;
    struct dataset *data = formats_read(from, pool, e);
    if (!data)
        return NULL;
    struct digest *new = &d->items[d->count];
    new->from = *from;
    new->from.path = arena_string(&s->arena, from->path);
    new->from.label = arena_string(&s->arena, from->label);
    memcpy(new->hex, data->digest, sizeof new->hex);
    dataset_free(data);
    if (!new->from.path || !new->from.label) {
        error_memory(e, "the jobs");
        return NULL;
    }
    d->count++;
    return new->hex;
}

/* Checks the job's config and finds the run's name. */
static int plan_job(struct sweep *s, struct job *j, struct digests *d, struct thread_pool *pool,
                    struct arena *scratch, struct error *e) {
    char directory[FILE_PATH];
    struct config c;
    if (config_read(&c, s->config, j->overrides, scratch, e) != 0)
        return -1;
    const char *digest = digest_of(d, &c.data, s, pool, e);
    if (!digest || run_id_make(&c, digest, j->id, directory, e) != 0)
        return -1;
    j->epochs = c.train.epochs;
    s->has_validation &= c.data.validation > 0;
    j->directory = arena_string(&s->arena, directory);
    return j->directory ? 0 : error_memory(e, "the jobs");
}

static int by_directory(const void *a, const void *b) {
    const struct job *x = *(const struct job *const *)a, *y = *(const struct job *const *)b;
    int order = strcmp(x->directory, y->directory);
    return order != 0 ? order : (x > y) - (x < y);
}

/* Fails if two jobs are the same, or would write into the same directory. */
static int check_directories(const struct sweep *s, struct error *e) {
    int n = s->grid.jobs, result = 0;
    const struct job **sorted = malloc((size_t)n * sizeof *sorted);
    if (!sorted)
        return error_memory(e, "the jobs");
    for (int i = 0; i < n; i++)
        sorted[i] = &s->jobs[i];
    qsort(sorted, (size_t)n, sizeof *sorted, by_directory);
    for (int i = 1; i < n && result == 0; i++)
        if (strcmp(sorted[i - 1]->directory, sorted[i]->directory) == 0) {
            char *a = sweep_job_name(s, sorted[i - 1]), *b = sweep_job_name(s, sorted[i]);
            result = error_input(
                e, "onehot sweep: the jobs \"%s\" and \"%s\" have the same run directory, %s",
                a ? a : "", b ? b : "", sorted[i]->directory);
            free(a);
            free(b);
        }
    free(sorted);
    return result;
}

int sweep_plan(struct sweep *s, struct error *e) {
    size_t n = (size_t)s->grid.jobs, row = (size_t)s->grid.count + 1;
    struct digests d = {.items = arena_alloc(&s->arena, n, sizeof *d.items)};
    const char **overrides = arena_alloc(&s->arena, n, row * sizeof *overrides);
    s->jobs = arena_alloc(&s->arena, n, sizeof *s->jobs);
    if (!s->jobs || !d.items || !overrides)
        return error_memory(e, "the jobs");
    struct thread_pool *pool =
        thread_pool_new(s->cpus < THREAD_POOL_MAX ? s->cpus : THREAD_POOL_MAX, e);
    int result = pool ? 0 : -1;
    s->has_validation = true;
    for (size_t i = 0; i < n && result == 0; i++) {
        struct arena scratch = {0};
        s->jobs[i].overrides = overrides + i * row;
        grid_job(&s->grid, (int)i, s->jobs[i].overrides);
        result = plan_job(s, &s->jobs[i], &d, pool, &scratch, e);
        arena_free(&scratch);
    }
    thread_pool_free(pool);
    if (result != 0 || check_directories(s, e) != 0)
        return -1;
    for (struct job *j = s->jobs; j < s->jobs + n; j++)
        sweep_take_result(j);
    return 0;
}
