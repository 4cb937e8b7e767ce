/* onehot train: sets up, trains, tests and saves a model, and prints its progress. */
#include "base/embed.h"
#include "base/platform.h"
#include "base/ranks.h"
#include "base/template.h"
#include "config/keys.h"
#include "programs/commands.h"
#include "report/page.h"
#include "runs/run.h"
#include "runs/training.h"
#include "tensor/kernel.h"
#include "train/diagnosis.h"
#include "ui/plot.h"
#include "ui/signals.h"
#include "ui/terminal.h"
#include "json/flat_json.h"

#include <signal.h>

static const struct option options[] = {
    THREADS_OPTION,
    OPTION(fresh, FLAG, NULL, "start over instead of resuming"),
    NAMED_OPTION("no-state", no_state, FLAG, NULL,
                 "do not keep the state that training for more epochs would need"),
    OPTION(quiet, FLAG, NULL, "print only errors"),
};

/* ---- before training ---- */

/* Prints a kind and its options: "sgd learning_rate 0.1, momentum 0.9". */
static void print_kind(const char *title, const struct spec *o, struct error *e) {
    SCOPED(text) json = {0}, line = {0};
    SCOPED(arena) a = {0};
    struct flat_json f = {0};
    keys_write_object(o->type->keys, o->options, KEYS_ALL, 0, &json);
    text_printf(&line, "%s", o->type->name);
    if (!json.failed && flat_json_parse(&f, json.data, json.size, o->type->name, &a, e) == 0)
        for (const struct flat_json_row *row = f.rows; row < f.rows + f.count; row++)
            text_printf(&line, "%s%s %s", row > f.rows ? ", " : " ", row->name, row->value);
    if (json.failed || line.failed)
        error_memory(e, "the text to print");
    terminal_paragraph(title, line.data ? line.data : "");
}

/* How far training has come, as part of a sentence. */
static const char *position(const struct training *t) {
    static char text[80];
    if (t->at.steps > 0)
        snprintf(text, sizeof text, "in epoch %d, after step %s of %s", t->at.epochs + 1,
                 text_count(t->at.steps), text_count(t->steps));
    else if (t->at.epochs > 0)
        snprintf(text, sizeof text, "after epoch %d", t->at.epochs);
    else
        snprintf(text, sizeof text, "before the first step");
    return text;
}

/* Prints a part of train.in; *e records it if memory runs out. */
#define PRINT(...)                                                                                 \
    do {                                                                                           \
        struct text out = {0};                                                                     \
        template_add(&out, embed_programs_train_in, __VA_ARGS__);                                  \
        if (command_print(&out, e) != 0)                                                           \
            break;                                                                                 \
    } while (0)

/* The first line of the plan, before anything is read. */
static void announce(const char *path, double samples, double gigabytes) {
    printf("data      %s: %s samples take %.1f GB of memory\n", path,
           text_count((long long)samples), gigabytes);
    fflush(stdout);
}

void train_print_data(const struct training *t, struct error *e) {
    const struct config *c = &t->config;
    const struct dataset *d = t->data;
    PRINT("data", "path=%s columns=%d one=%d width=%d height=%d colour=%s classes=%d several=%d",
          c->data.path, d->columns.count, d->columns.count == 1, d->width, d->height,
          d->channels == 1 ? "grey" : "RGB", d->classes.count, dataset_multi_label(d));
    for (int i = 0; i < d->notes.count; i++)
        terminal_paragraph("          ", d->notes.items[i]);
    int rest = d->split[TRAIN].count - sample_set_aside(d->split, &c->data);
    const struct scaling *s = &t->scaling;
    PRINT("samples",
          "train=%d of=%d validation=%d test=%d columns=%d pixels=%d mean=%.4f stddev=%.4f "
          "augmented=%d",
          t->train.count, c->data.limit > 0 ? rest : 0, t->validation.count, t->test.count,
          s->means != NULL, !s->means && !scaling_is_unit(s), s->mean, s->stddev,
          t->train.augment != NULL);
}

static void print_plan(const struct training *t, const struct run *r, struct error *e) {
    const struct config *c = &t->config;
    train_print_data(t, e);
    printf("model     layer           outputs  parameters\n");
    size_t trained = 0;
    for (int i = 0; i < t->model->nlayers; i++) {
        const struct layer *l = &t->model->layers[i];
        size_t n = 0;
        for (int k = 0; k < l->nparams; k++)
            n += tensor_size(l->params[k].value);
        trained += l->ntrained > 0 ? n : 0;
        const char *origin = !t->taken || l->nparams == 0 ? "" : t->taken[i] ? "  loaded" : "  new";
        printf("          %d %-12s %8s %11s%s%s\n", i, l->type->kind.name, text_count(l->out),
               text_count((long long)n), origin, l->ntrained < l->nparams ? "  frozen" : "");
    }
    printf("          %-14s %8s %11s\n", "total", "", text_count((long long)t->model->nparams));
    if (trained < t->model->nparams)
        printf("          %-14s %8s %11s\n", "trained", "", text_count((long long)trained));
    if (t->taken)
        terminal_paragraph("loaded    ", c->start_from.path);
    print_kind("loss      ", &c->loss, e);
    print_kind("optimizer ", &c->optimizer, e);
    if (!schedule_is_constant(&t->schedule))
        print_kind("schedule  ", &c->schedule, e);
    int threads = thread_pool_threads(t->pool);
    PRINT("steps",
          "epochs=%d one=%d steps=%d batch=%d shuffle=%d clip=%g seed=%d kernel=%s threads=%d "
          "single=%d several=%d ranks=%d output=%s",
          c->train.epochs, c->train.epochs == 1, t->steps, c->train.batch_size, c->train.shuffle,
          c->train.clip_norm, c->seed, kernel_name(), threads, threads == 1, ranks.count > 1,
          ranks.count, r->directory);
    if (r->extends.epochs > 0 && r->extends.epochs == t->at.epochs && t->at.steps == 0)
        printf("continues %s, %s\n", r->extends.directory, position(t));
    else if (t->at.epochs > 0 || t->at.steps > 0)
        printf("continues %s\n", position(t));
    else if (r->why.status)
        terminal_paragraph("note      ", r->why.text);
    printf("\nepoch  train loss  accuracy%s  samples/s\n",
           t->validation.count > 0 ? "  val. loss  accuracy" : "");
}

/* ---- during training ---- */

enum { SPARKS = 20 }; /* epochs in the small curve next to the table */

struct progress {
    struct run run;
    struct training *training;
    bool quiet, bar;
    double start, last; /* when training began, and when the bar was last drawn */
    double before;      /* the fraction of the run that was done before that */
    int steps;          /* since then */
    double sparks[SPARKS];
    int nsparks;
    struct diagnosis diagnosis;
    struct run_result result;
};

/* The fraction of the run that is done, 0 .. 1. */
static double fraction_done(const struct training *t) {
    return (t->at.epochs + (double)t->at.steps / t->steps) / t->config.train.epochs;
}

static void on_step(void *context, int epoch, int step, double loss) {
    struct progress *p = context;
    diagnosis_step(&p->diagnosis, epoch, step);
    p->steps++;
    if (!p->bar || clock_seconds() - p->last < 0.1)
        return;
    p->last = clock_seconds();
    double done = fraction_done(p->training);
    char left[80];
    int size = snprintf(left, sizeof left, " epoch %d  loss %.4f  %.0f s left", epoch, loss,
                        (p->last - p->start) * (1 - done) / (done - p->before));
    int cells = terminal_width() - 1 - size;
    printf("\r");
    if (cells > 0) {
        terminal_bar(done, cells < 40 ? cells : 40);
        printf("%s", left);
    }
    printf("\033[K");
    fflush(stdout);
}

/* Prints, if there is room after an epoch's line of `used` columns, a curve of the last epochs'
 * validation accuracy or, without a validation set, training loss. */
static void print_sparkline(struct progress *p, const struct train_epoch *row, int used) {
    SCOPED(text) line = {0};
    int room = terminal_width() - used - 2;
    if (p->nsparks == SPARKS)
        memmove(p->sparks, p->sparks + 1, (size_t)--p->nsparks * sizeof *p->sparks);
    p->sparks[p->nsparks++] =
        isnan(row->validation_accuracy) ? row->train_loss : row->validation_accuracy;
    plot_sparkline(p->sparks, p->nsparks, room, terminal_unicode(), &line);
    if (room > 0 && !line.failed)
        printf("  %s", line.data);
}

static int write_epoch(struct progress *p, const struct train_epoch *row, struct error *e) {
    if (!p->quiet) {
        if (p->bar)
            printf("\r\033[K");
        int used =
            printf("%5d  %10.4f  %6.2f %%", row->epoch, row->train_loss, 100 * row->train_accuracy);
        if (p->training->validation.count > 0)
            used +=
                printf("  %9.4f  %6.2f %%", row->validation_loss, 100 * row->validation_accuracy);
        used += printf("  %9s", text_count((long long)(row->samples / fmax(row->seconds, 1e-9))));
        if (p->bar)
            print_sparkline(p, row, used);
        printf("\n");
        fflush(stdout);
    }
    if (row->epoch == 1) {
        if (diagnosis_epoch(&p->diagnosis, e) != 0)
            return -1;
        p->training->at.warnings = p->diagnosis.warnings;
        for (int i = 0; i < p->diagnosis.warnings.count && !p->quiet; i++)
            terminal_paragraph("warning   ", p->diagnosis.warnings.items[i]);
    }
    return run_epoch(&p->run, row, e);
}

static int on_epoch(void *context, const struct train_epoch *row, struct error *e) {
    return ranks_agree(ranks.rank > 0 ? 0 : write_epoch(context, row, e), e);
}

/* What a rank may wish: a checkpoint; or to stop because of signal n, which is STOP + n. */
enum { SAVE = 1, STOP };

static int on_pause(void *context, struct error *e) {
    struct progress *p = context;
    const struct training *t = p->training;
    bool writes = ranks.rank == 0;
    int signal = signals_caught();
    int wish = signal ? STOP + signal : writes && run_save_due(&p->run, t) ? SAVE : 0;
    wish = exchange_wish(p->training, wish);
    if (wish == 0)
        return 0;
    exchange_collect(p->training);
    if (ranks_agree(writes ? run_save(&p->run, t, e) : 0, e) != 0)
        return -1;
    signal = wish - STOP;
    return signal > 0 ? error_signal(e, signal, "%s %s; run the same command to resume",
                                     signal == SIGINT ? "interrupted" : "terminated", position(t))
                      : 0;
}

/* ---- after training ---- */

static void print_result(const struct progress *p, struct error *e) {
    const struct training *t = p->training;
    const struct run *r = &p->run;
    const struct evaluation *test = &p->result.test;
    const struct config_early_stopping *c = &t->config.early_stopping;
    bool loss = c->monitor == MONITOR_LOSS, best = t->at.best_epoch > 0;
    char value[32];
    snprintf(value, sizeof value, loss ? "%.4f" : "%.2f %%", (loss ? 1 : 100) * t->at.best_value);
    PRINT("result",
          "best=%d stopped=%d monitor=%s patience=%d one=%d value=%s tests=%d accuracy=%.2f "
          "error=%.2f errors=%d loss=%.4f seconds=%.1f directory=%s model=%s weights=%s earlier=%s "
          "several=%d ranks=%d received=%.0f steps=%d",
          t->at.best_epoch, best && t->at.epochs < t->config.train.epochs ? t->at.epochs : 0,
          loss ? "loss" : "accuracy", c->patience, c->patience == 1, value, test->count,
          100 * evaluation_accuracy(test), 100 * evaluation_standard_error(test), test->errors,
          test->loss, p->result.seconds, r->directory, r->model, r->weights, r->earlier,
          ranks.count > 1, ranks.count, ranks.received, p->steps);
}

static int finish(struct progress *p, struct error *e) {
    struct training *t = p->training;
    struct run *r = &p->run;
    const struct sample_set samples[SPLITS] = {
        [TRAIN] = t->train, [TEST] = t->test, [VALIDATION] = t->validation};
    struct page page = {r->directory, &t->config, t->data,           samples,
                        t->model,     t->pool,    .arena = &t->arena};
    if (t->test.count > 0)
        evaluation_run(&p->result.test, t->model, &t->test, t->pool);
    p->result.seconds = clock_seconds() - r->start;
    if (run_finish(r, t, &p->result, e) != 0)
        return -1;
    r->finished = page_write(&page, e) == 0;
    if (r->finished && !p->quiet)
        print_result(p, e);
    return e->status ? -1 : 0;
}

static int train(struct progress *p, struct error *e) {
    struct training *t = p->training;
    struct train_observer observer = {p, ranks.rank > 0 ? NULL : on_step, on_epoch, on_pause};
    p->before = fraction_done(t);
    signals_catch();
    if (!p->quiet)
        print_plan(t, &p->run, e);
    if (ranks_agree(e->status ? -1 : 0, e) != 0)
        return -1;
    ranks.received = 0;
    int result = train_run(t, &observer, e);
    if (p->bar)
        printf("\r\033[K");
    if (result != 0)
        return -1;
    exchange_collect(t);
    return ranks_agree(ranks.rank > 0 ? 0 : finish(p, e), e);
}

/* Rank 0 opens the run; the others check that theirs would be the same. */
static int open_run(struct progress *p, bool fresh, struct error *e) {
    struct run *r = &p->run;
    struct training *t = p->training;
    char first[SHA256_HEX], directory[FILE_PATH];
    struct error damage = {0};
    int result = -1;
    if (t && ranks.rank > 0)
        result = run_id_make(&t->config, t->data->digest, r->id, directory, e);
    else if (t && run_open(r, t, e) == 0 && diagnosis_begin(&p->diagnosis, t, e) == 0)
        result = run_resume(r, t, fresh, &damage, e);
    if (damage.status && result == 0)
        fprintf(stderr, "%s; continuing from the previous one\n", damage.text);
    memcpy(first, r->id, sizeof first);
    ranks_exchange(first, 1, sizeof first / 4, NULL);
    if (result == 0 && strcmp(r->id, first) != 0)
        result = error_input(e, "%s: the dataset or the config differs from that of rank 0",
                             t->config.data.path);
    return ranks_agree(result, e);
}

static int run(const struct options *o, char **arguments, struct error *e) {
    struct training_source source = {.keys = config_keys,
                                     .config = arguments[0],
                                     .overrides = (const char *const *)arguments + 1,
                                     .threads = o->threads,
                                     .announce = o->quiet || ranks.rank > 0 ? NULL : announce};
    SCOPED_PTR(training) t = training_read(source, e);
    struct progress p = {.training = t,
                         .quiet = o->quiet,
                         .bar = !o->quiet && terminal_present(),
                         .start = clock_seconds()};
    int result = open_run(&p, o->fresh, e);
    if (result == 0) {
        p.run.no_state = o->no_state;
        exchange_distribute(t);
        result = train(&p, e);
    }
    arena_free(&p.diagnosis.arena);
    run_close(&p.run);
    return result;
}

COMMAND(train, 1, 1000);
