/* onehot verify: repeats a finished run, and reports whether it produces the same files. */
#include "base/platform.h"
#include "data/formats.h"
#include "losses/loss.h"
#include "programs/commands.h"
#include "programs/trained.h"
#include "runs/run_record.h"
#include "ui/signals.h"
#include "ui/terminal.h"

#include <errno.h>
#include <signal.h>

static const struct option options[] = {MOVED_DATA_OPTION, THREADS_OPTION, JSON_OPTION};

/* Checks that the files named by the config exist and that the data has not changed. */
static int check_inputs(const struct run_record *r, struct error *e) {
    const char *teacher = loss_teacher(&r->config.loss);
    const char *const inputs[] = {r->config.data.path, r->config.start_from.path,
                                  teacher ? teacher : ""};
    for (int i = 0; i < 3; i++)
        if (inputs[i][0] && !file_exists(inputs[i], e) && !formats_recognise(inputs[i], e))
            return error_input(e,
                               "%s: was trained with %s, which does not exist here; verify the run "
                               "from the folder in which training ran, or give --data PATH for a "
                               "dataset that has moved",
                               r->directory, inputs[i]);
    SCOPED_PTR(dataset) d = formats_read(&r->config.data, NULL, e);
    if (d && strcmp(d->digest, r->dataset) != 0)
        error_input(
            e, "%s: cannot be repeated, because %s has changed: its SHA-256 was %s and is now %s",
            r->directory, r->config.data.path, r->dataset, d->digest);
    return e->status == ERROR_NONE ? 0 : -1;
}

/* The files to compare; the last one exists after early stopping. */
static const struct {
    const char *name;
    void (*difference)(const char *then, const char *now, struct error *e);
} files[] = {{"model.safetensors", run_diff_models},
             {"metrics.csv", run_diff_metrics},
             {"model.last.safetensors", run_diff_models}};

/* Compares the run with its repetition in the directory, which took that many seconds, and prints
 * the result. Fails if they differ. */
static int compare(const struct run_record *r, const char *repeated, double seconds, bool as_json,
                   struct error *e) {
    char then[FILE_PATH], now[FILE_PATH], was[SHA256_HEX], is[SHA256_HEX];
    SCOPED(text) text = {0}, json = {0};
    struct json j = {.out = &json, .lines = 2};
    struct error differs = {0};
    json_add(&j, "{ run=%s seconds=%g files=[", r->directory, seconds);
    for (int i = 0; i < 3 && !e->status; i++) {
        struct error how = {0};
        const char *name = files[i].name;
        if (file_join(then, sizeof then, r->directory, name, e) != 0 ||
            (i == 2 && !file_exists(then, e)) || sha256_file(then, was, e) != 0 ||
            file_join(now, sizeof now, repeated, name, e) != 0 || sha256_file(now, is, e) != 0)
            break;
        bool same = strcmp(was, is) == 0;
        text_printf(&text, "%s: %s\n  then    %s\n  now     %s\n", name,
                    same ? "identical" : "different", was, is);
        json_add(&j, "{ name=%s same=%i then=%s now=%s", name, same, was, is);
        if (!same) {
            files[i].difference(then, now, &how);
            json_string(&j, "difference", how.text);
            error_run(&differs, "%s: the repeated run differs: %s: %s", r->directory, name,
                      how.text);
        }
        json_add(&j, "}");
    }
    json_add(&j, "] same=%i }", !differs.status);
    if (!differs.status)
        text_printf(&text, "%s: repeated in %.1f s, identical bit for bit\n", r->directory,
                    seconds);
    int result = e->status ? -1 : command_print(as_json ? &json : &text, e);
    return result == 0 ? error_pass(e, &differs) : -1;
}

/* Trains again in a temporary directory, and removes that even after a signal, which then ends this
 * process. */
static int verify(const struct run_record *r, const struct options *o, struct error *e) {
    const char *temporary = getenv("TMPDIR");
    char directory[FILE_PATH];
    char config[FILE_PATH], output[FILE_PATH + 8], data[FILE_PATH + 16], number[32];
    char *train[] = {"train", "--quiet", number, "--", config, output, data, NULL};
    double start = clock_seconds();
    if (file_join(config, sizeof config, r->directory, "config.json", e) != 0 ||
        file_join(directory, sizeof directory, temporary && *temporary ? temporary : "/tmp",
                  "onehot-verify-XXXXXX", e) != 0)
        return -1;
    if (!o->json && terminal_present())
        printf("repeating %s: %d epoch%s\n", r->directory, r->config.train.epochs,
               r->config.train.epochs == 1 ? "" : "s");
    fflush(stdout);
    signals_catch();
    if (!mkdtemp(directory))
        return file_error(e, directory, "made", errno);
    snprintf(number, sizeof number, "--threads=%d", o->threads);
    snprintf(output, sizeof output, "output=%s", directory);
    snprintf(data, sizeof data, "data.path=%s", r->config.data.path);
    int result = command_run(&train_command, train, e);
    if (result == 0)
        result = compare(r, directory, clock_seconds() - start, o->json, e);
    file_remove_directory(directory);
    if (file_exists(directory, e))
        result = error_run(e, "%s: cannot be removed", directory);
    if (signals_caught()) {
        signal(signals_caught(), SIG_DFL); /* train may have called signals_catch again */
        raise(signals_caught());
    }
    return result;
}

static int run(const struct options *o, char **arguments, struct error *e) {
    SCOPED(run_record) r = {0};
    if (run_record_read(&r, arguments[0], e) != 0)
        return -1;
    if (o->data)
        r.config.data.path = o->data;
    if (!r.finished)
        return error_input(e, "%s: is not finished, so there is nothing to verify", arguments[0]);
    return check_inputs(&r, e) == 0 ? verify(&r, o, e) : -1;
}

COMMAND(verify, 1, 1);
