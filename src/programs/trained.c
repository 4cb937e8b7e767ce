#include "programs/trained.h"
#include "data/formats.h"

#include <string.h>

enum { ROWS = 256 }; /* of a forward pass */

int trained_open(struct trained *t, const char *run_or_model, int threads, struct error *e) {
    *t = (struct trained){.pool = thread_pool_new(threads, e)};
    t->file = t->pool ? model_file_read(run_or_model, ROWS, e) : NULL;
    return t->file ? 0 : -1;
}

int trained_open_run(struct trained *t, const char *run, int threads, struct error *e) {
    *t = (struct trained){0};
    return file_is_directory(run) ? trained_open(t, run, threads, e)
                                  : error_input(e, "%s: is not a run directory", run);
}

void trained_close(struct trained *t) {
    arena_free(&t->arena);
    dataset_free(t->data);
    model_file_free(t->file);
    thread_pool_free(t->pool);
}

int trained_read(struct trained *t, const char *path, struct error *e) {
    struct data_expected expected = model_file_dataset_expected(&t->file->dataset);
    struct data_options from = t->file->config.data;
    from.expected = &expected;
    t->path = from.path = path ? path : from.path;
    t->data = formats_read(&from, t->pool, e);
    return t->data ? model_file_dataset_check(&t->file->dataset, t->file->path, t->data, t->path, e)
                   : -1;
}

bool trained_on(const struct trained *t) {
    return strcmp(t->data->digest, t->file->dataset.digest) == 0;
}
