/* Plans a sweep: the configs, names and directories of its jobs, before anything runs. */
#include "base/file.h"
#include "config/keys.h"
#include "data/dataset.h"
#include "data/formats.h"
#include "programs/sweep/sweep.h"
#include "runs/metrics.h"
#include "runs/model_file.h"
#include "runs/run_record.h"
#include "runs/training.h"
#include "ui/command.h"

#include <math.h>
#include <string.h>

int sweep_count(const struct sweep *s, enum job_state state) {
    int count = 0;
    for (int i = 0; i < s->grid.jobs; i++)
        count += s->jobs[i].state == state;
    return count;
}

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

/* Sets j->data. A dataset is read once, for the first of the jobs that share it. */
static int find_data(const struct sweep *s, struct job *j, const struct data_options *from,
                     struct thread_pool *pool, struct arena *a, struct error *e) {
    struct data_options content = *from;
    struct text t = {0};
    content.validation = content.limit = content.scaling = 0;
    keys_write_object(data_options_keys, &content, KEYS_ALL, 0, &t);
    const char *key = t.failed ? NULL : arena_string(a, t.data);
    text_free(&t);
    if (!key)
        return error_memory(e, "the jobs");
    for (const struct job *other = s->jobs; other < j; other++)
        if (strcmp(other->data.content, key) == 0) {
            j->data = other->data;
            return 0;
        }
    struct dataset *d = formats_read(from, pool, e);
    if (!d)
        return -1;
    j->data = (struct job_data){key, d->split[VALIDATION].count > 0, ""};
    memcpy(j->data.digest, d->digest, sizeof d->digest);
    dataset_free(d);
    return 0;
}

/* "learning_rate=0.05 seed=3", or NULL. */
static const char *name_of(struct sweep *s, const struct job *j) {
    const char *name = "";
    for (int i = 0; i < s->grid.count && name; i++)
        if (s->grid.axes[i].count > 1)
            name = arena_printf(&s->arena, "%s%s%s=%s", name, *name ? " " : "",
                                s->grid.axes[i].name, grid_value(j->overrides[i]));
    return name;
}

/* Checks the job's config and finds the run's directory, which must be no earlier job's. */
static int plan_job(struct sweep *s, struct job *j, struct thread_pool *pool, struct error *e) {
    char directory[FILE_PATH];
    struct config c;
    if (config_read(&c, s->config, j->overrides, &s->arena, e) != 0 ||
        find_data(s, j, &c.data, pool, &s->arena, e) != 0 ||
        run_id_make(&c, j->data.digest, j->id, directory, e) != 0)
        return -1;
    j->epochs = c.train.epochs;
    s->has_validation &= c.data.validation > 0 || j->data.validation;
    j->directory = arena_string(&s->arena, directory);
    j->name = name_of(s, j);
    if (!j->directory || !j->name)
        return error_memory(e, "the jobs");
    for (const struct job *other = s->jobs; other < j; other++)
        if (strcmp(other->directory, directory) == 0)
            return error_input(
                e, "onehot sweep: the jobs \"%s\" and \"%s\" have the same run directory, %s",
                other->name, j->name, directory);
    return 0;
}

int sweep_plan(struct sweep *s, struct error *e) {
    size_t n = (size_t)s->grid.jobs, row = (size_t)s->grid.count + 1;
    struct thread_pool *pool = thread_pool_new(command_default_threads(), e);
    const char **overrides = arena_alloc(&s->arena, n, row * sizeof *overrides);
    int result = pool ? 0 : -1;
    s->jobs = arena_alloc(&s->arena, n, sizeof *s->jobs);
    s->has_validation = true;
    if (!s->jobs || !overrides)
        result = error_memory(e, "the jobs");
    for (size_t i = 0; i < n && result == 0; i++) {
        s->jobs[i].overrides = overrides + i * row;
        grid_overrides(&s->grid, (int)i, s->jobs[i].overrides);
        result = plan_job(s, &s->jobs[i], pool, e);
    }
    thread_pool_free(pool);
    for (size_t i = 0; i < n && result == 0; i++)
        sweep_take_result(&s->jobs[i]);
    return result;
}
