#include "runs/model_file.h"
#include "runs/training.h"

int teacher_find(const struct config *c, char path[FILE_PATH], struct error *e) {
    const char *teacher = loss_teacher(&c->loss);
    path[0] = '\0';
    if (!teacher)
        return 0;
    if (!*teacher)
        return error_input(
            e, "\"loss.teacher\" is empty; it must name a run directory or a model file");
    if (!file_exists(teacher, e))
        return error_input(e,
                           "\"loss.teacher\" names %s, which does not exist; to train it, run "
                           "./train CONFIG output=%s",
                           teacher, teacher);
    return model_file_path(teacher, path, e);
}

/* The teacher's input is scaled as in its own training. Its logits come in the order of the
 * training set, and are stored by sample index, divided by its own temperature: their softmax is
 * what it predicts. (If its classes are independent: the odds p / (1 - p), normalised.) */
static int compute(struct training *t, const struct model_file *teacher, struct error *e) {
    int outputs = model_outputs(teacher->model);
    if (outputs != t->data->classes.count) /* a two-class model with a single output */
        return error_input(e, "%s: has one output, not one for each of the %d classes",
                           teacher->path, t->data->classes.count);
    SCOPED(arena) scratch = {0};
    struct sample_set samples = t->train;
    const double *own = loss_temperature(&teacher->config.loss);
    real temperature = own ? (real)*own : 1;
    size_t classes = (size_t)t->data->classes.count, count = (size_t)samples.count;
    struct evaluation v = {.logits = arena_alloc(&scratch, count, classes * sizeof(real))};
    real *logits = arena_alloc(&t->arena, (size_t)samples.split->count, classes * sizeof(real));
    if (!v.logits || !logits)
        return error_memory(e, "the teacher's logits");
    samples.scaling = &teacher->scaling;
    evaluation_run(&v, teacher->model, &samples, t->pool);
    for (size_t k = 0; k < count; k++)
        for (size_t j = 0; j < classes; j++)
            logits[(size_t)samples.order[k] * classes + j] =
                v.logits[k * classes + j] / temperature;
    t->data->split[TRAIN].teacher = logits;
    return 0;
}

int teacher_run(struct training *t, const char *where, struct error *e) {
    enum { ROWS = 256 };
    char path[FILE_PATH];
    struct error why = {0};
    if (teacher_find(&t->config, path, &why) != 0)
        return error_pass(e, &why) != 0 ? -1 : error_input(e, "%s: %s", where, why.text);
    if (!path[0])
        return 0;
    SCOPED_PTR(model_file) teacher = model_file_read(path, ROWS, &why);
    if (teacher &&
        model_file_dataset_check(&teacher->dataset, teacher->path, t->data, t->config.data.path,
                                 &why) == 0 &&
        compute(t, teacher, &why) == 0)
        return 0;
    return error_pass(e, &why) != 0 ? -1
                                    : error_input(e, "%s: \"loss.teacher\": %s", where, why.text);
}
