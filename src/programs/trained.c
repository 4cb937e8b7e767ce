#include "programs/trained.h"
#include "data/formats.h"

int trained_open(struct trained *t, const char *run_or_model, int threads, struct error *e) {
    t->pool = thread_pool_new(threads, e);
    t->file = t->pool ? model_file_read(run_or_model, TRAINED_ROWS, e) : NULL;
    return t->file ? 0 : -1;
}

int trained_open_run(struct trained *t, const char *run, int threads, struct error *e) {
    return file_is_directory(run, e) ? trained_open(t, run, threads, e)
                                     : error_input(e, "%s: is not a run directory", run);
}

void trained_free(struct trained *t) {
    arena_free(&t->arena);
    dataset_free(t->data);
    model_file_free(t->file);
    thread_pool_free(t->pool);
}

int trained_read(struct trained *t, const char *path, struct error *e) {
    struct data_options from = t->file->config.data;
    t->path = from.path = path ? path : from.path;
    from.expected = &t->file->dataset;
    if (!*t->path)
        return error_input(e,
                           "%s: does not say where its dataset is, since it is no longer in its "
                           "run directory; give --data PATH",
                           t->file->path);
    if (!path && !file_exists(t->path, e) && !formats_recognise(t->path, e))
        return error_input(e,
                           "%s: was trained on %s, which does not exist here; give --data PATH "
                           "to say where it is now",
                           t->file->path, t->path);
    t->data = formats_read(&from, t->pool, e);
    if (t->data && path && t->data->undivided && !trained_on(t)) {
        dataset_free(t->data); /* all of it is the test set, not only a fraction drawn from it */
        from.test_fraction = 1;
        t->data = formats_read(&from, t->pool, e);
    }
    if (!t->data ||
        model_file_dataset_check(&t->file->dataset, t->file->path, t->data, t->path, e) != 0)
        return -1;
    for (int i = 0; i < t->data->notes.count && !trained_on(t); i++)
        fprintf(stderr, "note: %s: %s\n", text_shown(t->path), t->data->notes.items[i]);
    return 0;
}

bool trained_on(const struct trained *t) {
    return strcmp(t->data->digest, t->file->dataset.digest) == 0;
}

int trained_set_threshold(const struct command *c, double threshold, struct model_file *s,
                          struct error *e) {
    struct model *m = s->model;
    if (isnan(threshold))
        return 0;
    if (!m->multi_label && m->p.cols != 2)
        return error_input(e,
                           "%s: --threshold is for two classes or several labels, but %s has %d "
                           "classes and predicts the most probable one",
                           c->title, s->path, m->p.cols);
    m->threshold = (real)threshold;
    m->thresholded = !m->multi_label;
    return 0;
}
