/* onehot verify: repeats a finished run in a temporary directory, and reports whether it produces
 * the same files. */
#include "base/clock.h"
#include "data/formats.h"
#include "losses/loss.h"
#include "programs/commands.h"
#include "programs/trained.h"
#include "runs/run_diff.h"
#include "runs/run_record.h"
#include "ui/signals.h"
#include "ui/terminal.h"
#include "json/json.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *data;
    bool json;
    int threads;
};

static const struct option options[] = {MOVED_DATA_OPTION, THREADS_OPTION, JSON_OPTION, END_OPTION};

/* ---- the repetition ---- */

/* Trains again by onehot train, with the run's files in the directory. */
static int repeat(const struct run_record *r, char *directory, int threads, struct error *e) {
    char config[FILE_PATH], output[FILE_PATH + 8], data[FILE_PATH + 16], number[32];
    char *train[] = {"train", "--quiet", number, "--", config, output, data, NULL};
    snprintf(number, sizeof number, "--threads=%d", threads);
    snprintf(output, sizeof output, "output=%s", directory);
    snprintf(data, sizeof data, "data.path=%s", r->config.data.path);
    if (file_join(config, sizeof config, r->directory, "config.json", e) != 0)
        return -1;
    return command_run(&train_command, train, e);
}

/* ---- the comparison ---- */

struct compared {
    const char *name;
    void (*difference)(const char *then, const char *now, struct error *e);
    char then[SHA256_HEX], now[SHA256_HEX];
    struct error how; /* where they differ */
};

static bool same(const struct compared *c) {
    return strcmp(c->then, c->now) == 0;
}

static int compare(struct compared *c, const char *run, const char *repeated, struct error *e) {
    char then[FILE_PATH], now[FILE_PATH];
    if (file_join(then, sizeof then, run, c->name, e) != 0 ||
        file_join(now, sizeof now, repeated, c->name, e) != 0 ||
        sha256_file(then, c->then, e) != 0 || sha256_file(now, c->now, e) != 0)
        return -1;
    if (!same(c))
        c->difference(then, now, &c->how);
    return 0;
}

static void print(const struct compared *c) {
    printf("%s: %s\n", c->name, same(c) ? "the same bytes" : "other bytes");
    printf("  then    %s\n  now     %s\n", c->then, c->now);
}

static int print_json(const struct run_record *r, const struct compared *c, int count,
                      double seconds, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 2};
    bool all = true;
    for (int i = 0; i < count; i++)
        all = all && same(&c[i]);
    json_add(&j, "{ run=%s same=%i seconds=%g files=[", r->directory, all, seconds);
    for (int i = 0; i < count; i++) {
        json_add(&j, "{ name=%s same=%i then=%s now=%s", c[i].name, same(&c[i]), c[i].then,
                 c[i].now);
        if (!same(&c[i]))
            json_string(&j, "difference", c[i].how.text);
        json_add(&j, "}");
    }
    json_add(&j, "] }");
    return command_print(&t, e);
}

/* ---- the command ---- */

/* Checks that the files named by the config exist and that the data has not changed. */
static int check_inputs(const struct run_record *r, struct error *e) {
    const char *teacher = loss_teacher(&r->config.loss);
    const char *const inputs[] = {r->config.data.path, r->config.start_from.path,
                                  teacher ? teacher : ""};
    for (int i = 0; i < 3; i++)
        if (inputs[i][0] && !file_exists(inputs[i]) && !formats_recognise(inputs[i]))
            return error_input(
                e,
                "%s: was trained with %s, which does not exist here; verify the run from the "
                "folder "
                "in which training ran, or give --data PATH for a dataset that has moved",
                r->directory, inputs[i]);
    struct dataset *d = formats_read(&r->config.data, NULL, e);
    if (d && strcmp(d->digest, r->dataset) != 0)
        error_input(
            e, "%s: cannot be repeated, because %s has changed: its SHA-256 was %s and is now %s",
            r->directory, r->config.data.path, r->dataset, d->digest);
    dataset_free(d);
    return e->status == ERROR_NONE ? 0 : -1;
}

#define LAST "model.last.safetensors" /* exists with early stopping */

/* Compares the run with its repetition in the directory, which took that many seconds. */
static int compare_all(const struct run_record *r, const char *repeated, double seconds, bool json,
                       struct error *e) {
    struct compared c[] = {{.name = "model.safetensors", .difference = run_diff_models},
                           {.name = "metrics.csv", .difference = run_diff_metrics},
                           {.name = LAST, .difference = run_diff_models}};
    char last[FILE_PATH];
    int files = file_find(last, r->directory, LAST) ? 3 : 2;
    for (int i = 0; i < files; i++)
        if (compare(&c[i], r->directory, repeated, e) != 0)
            return -1;
    if (json && print_json(r, c, files, seconds, e) != 0)
        return -1;
    for (int i = 0; i < files && !json; i++)
        print(&c[i]);
    for (int i = 0; i < files; i++)
        if (!same(&c[i]))
            return error_run(e, "%s: the repeated run differs: %s: %s", r->directory, c[i].name,
                             c[i].how.text);
    if (!json)
        printf("%s: repeated in %.1f s, identical bit for bit\n", r->directory, seconds);
    return 0;
}

/* Uses a temporary directory, which is removed even after a signal; the signal then ends this
 * process. */
static int verify(const struct run_record *r, const struct options *o, struct error *e) {
    const char *temporary = getenv("TMPDIR");
    char directory[FILE_PATH];
    double start = clock_seconds();
    if (file_join(directory, sizeof directory, temporary && *temporary ? temporary : "/tmp",
                  "onehot-verify-XXXXXX", e) != 0)
        return -1;
    if (!o->json && terminal_present())
        printf("repeating %s: %d epoch%s\n", r->directory, r->config.train.epochs,
               r->config.train.epochs == 1 ? "" : "s");
    fflush(stdout);
    signals_catch();
    if (!mkdtemp(directory))
        return file_error(e, directory, "made", errno);
    int result = repeat(r, directory, o->threads, e);
    if (result == 0)
        result = compare_all(r, directory, clock_seconds() - start, o->json, e);
    file_remove_directory(directory);
    if (signals_caught()) {
        signal(signals_caught(), SIG_DFL); /* train may have called signals_catch again just then */
        raise(signals_caught());
    }
    return result;
}

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
    struct run_record r;
    int result = run_record_read(&r, arguments[0], e);
    if (result == 0 && !r.finished)
        result = error_input(e, "%s: is not finished, so there is nothing to verify", arguments[0]);
    if (o->data)
        r.config.data.path = o->data;
    if (result == 0)
        result = check_inputs(&r, e);
    if (result == 0)
        result = verify(&r, o, e);
    run_record_free(&r);
    return result;
}

COMMAND(verify, 1, 1);
