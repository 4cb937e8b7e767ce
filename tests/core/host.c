/* The counterpart of core.c, for a machine that has all libraries.
 *
 *   host dump CONFIG INPUT           writes what core needs to train this config
 *   host finish CONFIG THETA FOLDER  writes the run directory of a training run that ended with
 * theta; prints the model's SHA-256 */
#include "dump.h"
#include "runs/run.h"
#include "runs/training.h"

#include <string.h>

static int dump(const struct training *t, const char *path, struct error *e) {
    struct dump d = {.file = fopen(path, "wb"), .writing = true};
    struct config config = t->config;
    if (!d.file)
        return error_run(e, "%s: cannot be written", path);
    dump_input(&d, &config, t->data);
    return dump_close(&d) ? 0 : error_run(e, "%s: cannot be written", path);
}

static int finish(struct training *t, const char *path, struct error *e) {
    struct dump d = {.file = fopen(path, "rb")};
    struct run r = {0};
    if (!d.file)
        return error_input(e, "%s: cannot be read", path);
    dump_theta(&d, t->model);
    bool whole = getc(d.file) == EOF;
    if (!dump_close(&d) || !whole)
        return error_input(e, "%s: is not the theta of this config", path);
    int result = run_open(&r, t, e);
    if (result == 0)
        result = run_finish(&r, t, &(struct run_result){0}, e);
    if (result == 0)
        puts(r.model);
    run_close(&r);
    return result;
}

int main(int argc, char **argv) {
    struct error e = {0};
    char output[FILE_PATH];
    bool dumps = argc == 4 && strcmp(argv[1], "dump") == 0;
    if (!dumps && (argc != 5 || strcmp(argv[1], "finish") != 0)) {
        fprintf(stderr, "usage: host dump CONFIG INPUT | host finish CONFIG THETA FOLDER\n");
        return ERROR_INPUT;
    }
    snprintf(output, sizeof output, "output=%s", dumps ? "" : argv[4]);
    struct training *t = training_new(argv[2], (const char *const[]){output, NULL}, 1, &e);
    int result = !t ? -1 : dumps ? dump(t, argv[3], &e) : finish(t, argv[3], &e);
    training_free(t);
    if (result != 0)
        fprintf(stderr, "host: %s\n", e.text);
    return result == 0 ? 0 : (int)e.status;
}
