/* onehot sweep: trains one config with many overrides and seeds, in parallel processes. */
#include "programs/sweep/sweep.h"
#include "base/platform.h"
#include "config/keys.h"
#include "data/formats.h"
#include "programs/commands.h"
#include "programs/compare/comparison.h"
#include "runs/metrics.h"
#include "runs/model_file.h"
#include "runs/training.h"

static const struct option options[] = {
    OPTION(jobs, INT, "N", "run N jobs at a time (default: one per CPU)", .min = 1,
           .max = THREAD_POOL_MAX),
    OPTION(threads, INT, "N", "use N threads per job (default: the CPUs divided by the jobs)",
           .min = 1, .max = THREAD_POOL_MAX),
    OPTION(slurm, OPTIONAL, "OPTS", "run the jobs in Slurm, with these options for sbatch"),
    OPTION(list, OPTIONAL, "slurm", "print the commands of unfinished jobs, or Slurm's script"),
    OPTION(markdown, FLAG, NULL, "print a Markdown table, for a README or an issue"),
    OPTION(csv, FLAG, NULL, "print CSV with all digits, for spreadsheets"),
    OPTION(json, FLAG, NULL, "print JSON with every run"),
    OPTION(html, TEXT, "FILE", "also write the web page of onehot compare"),
};

/* ---- the jobs ---- */

int sweep_count(const struct sweep *s, enum job_state state) {
    int count = 0;
    for (int i = 0; i < s->grid.jobs; i++)
        count += s->jobs[i].state == state;
    return count;
}

bool sweep_take_result(struct job *j, bool trained) {
    char model[FILE_PATH], id[SHA256_HEX];
    struct error none = {0};
    SCOPED(run_record) r = {0};
    struct metrics m;
    /* A process that was killed leaves the lock; one that could not write report.html, the metrics
     * so far, if there are any. */
    bool left = !trained && (file_find(model, j->directory, "lock", &none) ||
                             file_find(model, j->directory, "metrics.partial.csv", &none));
    if (run_record_read(&r, j->directory, &none) == 0 && r.finished && !left &&
        file_join(model, sizeof model, j->directory, "model.safetensors", &none) == 0 &&
        model_file_run(model, id, &none) == 0 && strcmp(id, j->id) == 0 &&
        metrics_read(&m, j->directory, true, &r.arena, &none) == 0 &&
        m.count == r.figures[RUN_EPOCHS] &&
        (trained || m.count > 0 || file_find(model, j->directory, "report.html", &none))) {
        double best = r.figures[RUN_BEST_EPOCH];
        double epoch = isnan(best) ? m.count : best; /* of the saved model */
        if (epoch >= 1 && epoch <= m.count)
            j->validation_accuracy = m.rows[(int)epoch - 1].validation_accuracy;
        j->test_accuracy = r.figures[RUN_ACCURACY];
        j->seconds = r.figures[RUN_SECONDS];
        memcpy(j->model, r.model, sizeof r.model);
        j->state = JOB_FINISHED;
    }
    if (trained)
        (void)error_pass(&j->error, &none);
    return j->state == JOB_FINISHED;
}

/* Sets j->data. A dataset is read once, for the first of the jobs that share it. */
static int find_data(const struct sweep *s, struct job *j, const struct data_options *from,
                     struct thread_pool *pool, struct arena *a, struct error *e) {
    struct data_options content = *from;
    SCOPED(text) t = {0};
    content.validation = content.limit = content.scaling = 0;
    keys_write_object(data_options_keys, &content, KEYS_ALL, 0, &t);
    const char *key = t.failed ? NULL : arena_string(a, t.data);
    if (!key)
        return error_memory(e, "the jobs");
    for (const struct job *other = s->jobs; other < j; other++)
        if (strcmp(other->data.content, key) == 0) {
            j->data = other->data;
            return 0;
        }
    SCOPED_PTR(dataset) d = formats_read(from, pool, e);
    if (!d)
        return -1;
    j->data = (struct job_data){.content = key};
    for (int k = 0; k < SPLITS; k++)
        j->data.split[k].count = d->split[k].count;
    memcpy(j->data.digest, d->digest, sizeof d->digest);
    return 0;
}

/* Checks the job's config and finds its run directory, which must differ from those of the jobs
 * before it. */
static int plan_job(struct sweep *s, struct job *j, struct thread_pool *pool, struct error *e) {
    char directory[FILE_PATH];
    struct config c;
    if (config_read(&c, s->config, j->overrides, &s->arena, e) != 0 ||
        find_data(s, j, &c.data, pool, &s->arena, e) != 0)
        return -1;
    int used = sample_set_used(j->data.split, &c.data);
    if (c.train.batch_size > used)
        c.train.batch_size = used; /* as train does */
    if (run_id_make(&c, j->data.digest, j->id, directory, e) != 0)
        return -1;
    j->validation_accuracy = j->test_accuracy = (double)NAN;
    j->epochs = c.train.epochs;
    s->has_validation &= c.data.validation > 0 || j->data.split[VALIDATION].count > 0;
    j->directory = arena_string(&s->arena, directory);
    j->name = "";
    for (int i = 0; i < s->grid.count && j->name; i++)
        if (s->grid.axes[i].count > 1)
            j->name = arena_printf(&s->arena, "%s%s%s=%s", j->name, *j->name ? " " : "",
                                   s->grid.axes[i].name, grid_value(j->overrides[i]));
    if (!j->directory || !j->name)
        return error_memory(e, "the jobs");
    for (const struct job *other = s->jobs; other < j; other++)
        if (strcmp(other->directory, directory) == 0)
            return error_input(
                e, "onehot sweep: the jobs \"%s\" and \"%s\" have the same run directory, %s",
                other->name, j->name, directory);
    return 0;
}

/* Creates the jobs of s->grid, checks the config of each, and finds those that are finished. */
static int plan(struct sweep *s, struct error *e) {
    size_t n = (size_t)s->grid.jobs, row = (size_t)s->grid.count + 1;
    SCOPED_PTR(thread_pool) pool = thread_pool_new(command_default_threads(), e);
    const char **overrides = arena_alloc(&s->arena, n, row * sizeof *overrides);
    s->jobs = arena_alloc(&s->arena, n, sizeof *s->jobs);
    s->has_validation = true;
    if (!pool || !s->jobs || !overrides)
        return error_memory(e, "the jobs");
    for (size_t i = 0; i < n; i++) {
        s->jobs[i].overrides = overrides + i * row;
        grid_overrides(&s->grid, (int)i, s->jobs[i].overrides);
        if (plan_job(s, &s->jobs[i], pool, e) != 0)
            return -1;
        sweep_take_result(&s->jobs[i], false);
    }
    return 0;
}

/* ---- the page ---- */

/* Writes the page of onehot compare about the finished runs. */
static int write_page(struct sweep *s, const char *path, struct error *e) {
    SCOPED(comparison) c = {0};
    int count = 0;
    char **directories = arena_alloc(&s->arena, (size_t)s->grid.jobs + 1, sizeof *directories);
    if (!directories)
        return error_memory(e, "the page");
    for (const struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++)
        if (j->state == JOB_FINISHED)
            directories[count++] = (char *)j->directory;
    return comparison_read(&c, directories, e) == 0 ? comparison_write_page(&c, path, e) : -1;
}

/* ---- the command ---- */

static int sweep(struct sweep *s, const struct options *o, struct error *e) {
    if (plan(s, e) != 0)
        return -1;
    sweep_slurm_name(s);
    if (o->list)
        return sweep_list(s, *o->list, e);
    int left = s->grid.jobs - sweep_count(s, JOB_FINISHED);
    if (s->side_by_side > left)
        s->side_by_side = left;
    if (s->threads == 0 && !s->slurm.options)
        s->threads = s->cpus > s->side_by_side && left > 0 ? s->cpus / s->side_by_side : 1;
    if (!o->markdown && !o->csv && !o->json)
        sweep_view_open(s);
    if ((s->slurm.options ? sweep_slurm_run(s, e) : sweep_run(s, e)) != 0)
        return -1;
    enum table_form form = o->markdown ? TABLE_MARKDOWN : o->csv ? TABLE_CSV : TABLE_PLAIN;
    int failed = sweep_count(s, JOB_FAILED);
    if (sweep_print(s, o->json, form, e) != 0 ||
        (o->html && failed < s->grid.jobs && write_page(s, o->html, e) != 0))
        return -1;
    if (failed > 0)
        return error_run(e, "onehot sweep: %d of %d jobs failed", failed, s->grid.jobs);
    return s->view.failed ? error_memory(e, "the lines of the jobs") : 0;
}

static void sweep_free(struct sweep *s) { arena_free(&s->arena); }

static int run(const struct options *o, char **arguments, struct error *e) {
    SCOPED(sweep) s = {.config = arguments[0],
                       .cpus = platform_cpus(),
                       .threads = o->threads,
                       .slurm = {.options = o->slurm, .at_a_time = o->jobs},
                       .side_by_side = o->jobs ? o->jobs : command_default_threads()};
    if (o->list && *o->list && strcmp(o->list, "slurm") != 0)
        return error_input(e,
                           "onehot sweep: --list prints commands, and --list=slurm the script for "
                           "Slurm; there is no --list=%s",
                           o->list);
    if ((o->list != NULL) + o->markdown + o->csv + o->json > 1 || (o->list && o->html))
        return error_input(e, "onehot sweep: use only one of --list, --markdown, --csv and --json, "
                              "and --html FILE without --list");
    return grid_read(&s.grid, arguments + 1, &s.arena, e) == 0 ? sweep(&s, o, e) : -1;
}

COMMAND(sweep, 1, 1000);
