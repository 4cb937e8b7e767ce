/* onehot verify: repeats a finished run, in a temporary directory, and says whether its files come
 * out the same. */
#include "base/clock.h"
#include "data/dataset.h"
#include "data/formats.h"
#include "model/model.h"
#include "programs/subprocess.h"
#include "runs/run_diff.h"
#include "runs/run_record.h"
#include "ui/command.h"
#include "ui/terminal.h"
#include "json/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const struct command verify_command, train_command;

/* ---- the repetition ---- */

struct repetition {
    const char *run, *directory, *threads; /* the last may be NULL */
};

/* In a process of its own: what `onehot train RUN/config.json output=DIRECTORY --quiet` does. */
static int train(void *context, struct error *e) {
    const struct repetition *r = context;
    char name[] = "train", config[FILE_PATH], output[FILE_PATH + 8], quiet[] = "--quiet";
    char threads[32];
    if (file_join(config, sizeof config, r->run, "config.json", e) != 0)
        return -1;
    snprintf(output, sizeof output, "output=%s", r->directory);
    snprintf(threads, sizeof threads, "--threads=%s", r->threads ? r->threads : "");
    char *argv[] = {name, config, output, quiet, r->threads ? threads : NULL, NULL};
    return train_command.run(r->threads ? 5 : 4, argv, e);
}

/* ---- the comparison ---- */

struct comparison {
    const char *name;
    void (*difference)(const char *then, const char *now, struct error *e);
    char then[SHA256_HEX], now[SHA256_HEX];
    struct error how; /* where they differ */
};

static bool same(const struct comparison *c) {
    return strcmp(c->then, c->now) == 0;
}

static int hash(const char *path, char hex[SHA256_HEX], struct error *e) {
    size_t size;
    char *bytes = file_read(path, (size_t)-1 >> 1, &size, e);
    if (bytes)
        sha256_hex(bytes, size, hex);
    free(bytes);
    return bytes ? 0 : -1;
}

static int compare(struct comparison *c, const char *run, const char *repeated, struct error *e) {
    char then[FILE_PATH], now[FILE_PATH];
    if (file_join(then, sizeof then, run, c->name, e) != 0 ||
        file_join(now, sizeof now, repeated, c->name, e) != 0 || hash(then, c->then, e) != 0 ||
        hash(now, c->now, e) != 0)
        return -1;
    if (!same(c))
        c->difference(then, now, &c->how);
    return 0;
}

static void print_comparison(const struct comparison *c) {
    printf("%s: %s\n", c->name, same(c) ? "the same bytes" : "other bytes");
    printf("  then    %s\n  now     %s\n", c->then, c->now);
}

static int print_json(const struct run_record *r, const struct comparison *c, int count,
                      double seconds, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 2};
    bool all = true;
    for (int i = 0; i < count; i++)
        all = all && same(&c[i]);
    json_open(&j, NULL, '{');
    json_string(&j, "run", r->directory);
    json_bool(&j, "same", all);
    json_number(&j, "seconds", seconds);
    json_open(&j, "files", '[');
    for (int i = 0; i < count; i++) {
        json_open(&j, NULL, '{');
        json_string(&j, "name", c[i].name);
        json_bool(&j, "same", same(&c[i]));
        json_string(&j, "then", c[i].then);
        json_string(&j, "now", c[i].now);
        if (!same(&c[i]))
            json_string(&j, "difference", c[i].how.text);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    return command_print(&t, e);
}

/* ---- the command ---- */

/* The files that the config names by paths are there, and the data is still the same. */
static int check_inputs(const struct run_record *r, struct error *e) {
    const char *teacher = loss_teacher(&r->config.loss);
    const char *const inputs[] = {r->config.data.path, r->config.start_from,
                                  teacher ? teacher : ""};
    for (int i = 0; i < 3; i++)
        if (inputs[i][0] && inputs[i][0] != '/' && !file_exists(inputs[i]) &&
            !formats_recognise(inputs[i]))
            return error_input(e,
                               "%s: was trained with %s, which is not here; its path is relative "
                               "to the folder in which training ran: verify it from there",
                               r->directory, inputs[i]);
    struct dataset *d = formats_read(&r->config.data, NULL, e);
    if (d && strcmp(d->digest, r->dataset) != 0)
        error_input(e,
                    "%s: cannot be repeated, since %s has changed: its SHA-256 was %s, and is %s",
                    r->directory, r->config.data.path, r->dataset, d->digest);
    dataset_free(d);
    return e->status == ERROR_NONE ? 0 : -1;
}

#define LAST "model.last.safetensors" /* there with early stopping */

static int verify(const struct run_record *r, const struct subprocess *a, const char *repeated,
                  const char *threads, bool as_json, struct error *e) {
    struct comparison c[] = {{.name = "model.safetensors", .difference = run_diff_models},
                             {.name = "metrics.csv", .difference = run_diff_metrics},
                             {.name = LAST, .difference = run_diff_models}};
    char last[FILE_PATH];
    if (file_join(last, sizeof last, r->directory, LAST, e) != 0)
        return -1;
    int files = file_exists(last) ? 3 : 2;
    if (!as_json && terminal_present())
        printf("repeating %s: %d epochs\n", r->directory, r->config.train.epochs);
    double start = clock_seconds();
    struct repetition again = {r->directory, repeated, threads};
    if (subprocess_run(a, train, &again, e) != 0)
        return -1;
    double seconds = clock_seconds() - start;
    for (int i = 0; i < files; i++)
        if (compare(&c[i], r->directory, repeated, e) != 0)
            return -1;
    if (as_json && print_json(r, c, files, seconds, e) != 0)
        return -1;
    for (int i = 0; i < files && !as_json; i++)
        print_comparison(&c[i]);
    for (int i = 0; i < files; i++)
        if (!same(&c[i]))
            return error_run(e, "%s: its repetition differs: %s: %s", r->directory, c[i].name,
                             c[i].how.text);
    if (!as_json)
        printf("%s was repeated to the bit in %.1f s\n", r->directory, seconds);
    return 0;
}

static int run(int argc, char **argv, struct error *e) {
    bool as_json = false;
    const char *threads = NULL;
    int number;
    struct option options[] = {
        COMMAND_THREADS(threads),
        {.name = "json", .flag = &as_json, .help = "the result for programs"},
        {0}};
    int count = command_options(&verify_command, options, argc, argv, 1, 1, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;
    if (command_threads(&verify_command, threads, &number, e) != 0)
        return -1;

    struct run_record r;
    struct subprocess a;
    char directory[FILE_PATH];
    int result = run_record_read(&r, argv[1], e);
    if (result == 0 && !r.finished)
        result = error_input(e, "%s: is not finished, so there is nothing to verify", argv[1]);
    if (result == 0)
        result = check_inputs(&r, e);
    const char *temporary = getenv("TMPDIR");
    if (result == 0)
        result = file_join(directory, sizeof directory,
                           temporary && *temporary ? temporary : "/tmp", "onehot-verify-XXXXXX", e);
    if (result == 0) {
        subprocess_begin(&a);
        if (!mkdtemp(directory))
            result = file_error(e, directory, "made", errno);
        else {
            result = verify(&r, &a, directory, threads, as_json, e);
            file_remove_directory(directory);
        }
        subprocess_end(&a);
    }
    run_record_free(&r);
    return result;
}

const struct command verify_command = {
    .name = "verify",
    .summary = "repeat a run, and say whether the bits are the same",
    .arguments = "RUN [--threads N] [--json]",
    .help =
        "Trains once more from RUN/config.json, in a temporary directory (in $TMPDIR, else /tmp),\n"
        "and compares model.safetensors, metrics.csv and, after early stopping,\n"
        "model.last.safetensors with the run's, which are not touched.\n"
        "Where they differ, it names the first tensor and element, or row and column. Start it\n"
        "in the folder where training ran: the config's paths are seen from there.\n"
        "Exit status: 0 the same bytes, 1 others, 2 RUN is no finished run.\n\n"
        "examples:\n"
        "  ./onehot verify runs/latest\n"
        "  ./onehot verify runs/mnist-3ff2f62e --threads 1 --json\n",
    .run = run,
};
