/* onehot verify: repeats a finished run in a temporary directory, and reports whether it produces
 * the same files. */
#include "base/platform.h"
#include "data/formats.h"
#include "losses/loss.h"
#include "programs/commands.h"
#include "programs/trained.h"
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

/* The files to compare; the last one exists with early stopping. */
static const struct {
    const char *name;
    void (*difference)(const char *then, const char *now, struct error *e);
} files[] = {{"model.safetensors", run_diff_models},
             {"metrics.csv", run_diff_metrics},
             {"model.last.safetensors", run_diff_models}};

/* Adds the comparison of a file to the JSON or, without one, to the text. Sets *how if the file
 * differs. */
static int compare(int file, const char *run, const char *repeated, struct json *j, struct text *t,
                   struct error *how, struct error *e) {
    char then[FILE_PATH], now[FILE_PATH], was[SHA256_HEX], is[SHA256_HEX];
    const char *name = files[file].name;
    if (file_join(then, sizeof then, run, name, e) != 0 ||
        file_join(now, sizeof now, repeated, name, e) != 0 || sha256_file(then, was, e) != 0 ||
        sha256_file(now, is, e) != 0)
        return -1;
    bool same = strcmp(was, is) == 0;
    if (!same)
        files[file].difference(then, now, how);
    if (!j) {
        text_printf(t, "%s: %s\n  then    %s\n  now     %s\n", name,
                    same ? "the same bytes" : "other bytes", was, is);
        return 0;
    }
    json_add(j, "{ name=%s same=%i then=%s now=%s", name, same, was, is);
    if (!same)
        json_string(j, "difference", how->text);
    json_add(j, "}");
    return 0;
}

/* Compares the run with its repetition in the directory, which took that many seconds. */
static int compare_all(const struct run_record *r, const char *repeated, double seconds,
                       bool as_json, struct error *e) {
    char path[FILE_PATH];
    struct text t = {0};
    struct json json = {.out = &t, .lines = 2}, *j = as_json ? &json : NULL;
    struct error differs = {0};
    if (j)
        json_add(j, "{ run=%s seconds=%g files=[", r->directory, seconds);
    for (int i = 0; i < 3 && !e->status; i++) {
        struct error how = {0};
        if ((i < 2 || file_find(path, r->directory, files[i].name)) &&
            compare(i, r->directory, repeated, j, &t, &how, e) == 0 && how.status)
            error_run(&differs, "%s: the repeated run differs: %s: %s", r->directory, files[i].name,
                      how.text);
    }
    if (j)
        json_add(j, "] same=%i }", !differs.status);
    else if (!differs.status)
        text_printf(&t, "%s: repeated in %.1f s, identical bit for bit\n", r->directory, seconds);
    if (!e->status && command_print(&t, e) == 0 && differs.status)
        error_run(e, "%s", differs.text);
    text_free(&t);
    return e->status ? -1 : 0;
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
