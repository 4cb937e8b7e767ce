#include "runs/teacher.h"
#include "runs/model_file.h"
#include "train/evaluation.h"

#include <string.h>

int teacher_find(const struct config *c, char path[FILE_PATH], struct error *e) {
    const char *teacher = loss_teacher(&c->loss);
    path[0] = '\0';
    if (!teacher)
        return 0;
    if (!*teacher)
        return error_input(
            e, "\"loss.teacher\" is empty; let it name a run directory or a model file");
    if (!file_exists(teacher))
        return error_input(e,
                           "\"loss.teacher\" names %s, but there is no such run or model file; to "
                           "train it: ./train CONFIG output=%s",
                           teacher, teacher);
    return model_file_path(teacher, path, e);
}

/* The teacher sees the pictures by its own scaling. Its logits are in the order of the samples of
 * the training set: each goes to the place of its sample in the split. Divided by the teacher's own
 * temperature, their softmax is what the teacher predicts; of one that learned each class by itself
 * it is the odds p / (1 - p), made to sum to 1. */
static int ask(struct training *t, const struct model_file *teacher, struct error *e) {
    struct arena scratch = {0};
    struct sample_set samples = t->train;
    const double *own = loss_temperature(&teacher->config.loss);
    real temperature = own ? (real)*own : 1;
    size_t classes = (size_t)t->data->classes.count, count = (size_t)samples.count;
    struct evaluation v = {.logits = arena_alloc(&scratch, count, classes * sizeof(real))};
    real *logits = arena_alloc(&t->arena, (size_t)samples.split->count, classes * sizeof(real));
    if (!v.logits || !logits) {
        arena_free(&scratch);
        return error_memory(e, "the teacher's logits");
    }
    samples.scaling = &teacher->scaling;
    evaluation_run(&v, teacher->model, &samples, t->pool);
    for (size_t k = 0; k < count; k++)
        for (size_t j = 0; j < classes; j++)
            logits[(size_t)samples.order[k] * classes + j] =
                v.logits[k * classes + j] / temperature;
    t->train.teacher = logits;
    arena_free(&scratch);
    return 0;
}

/* As many outputs as classes: models of two classes may have one. */
static int check_outputs(const struct model_file *teacher, const struct dataset *d,
                         struct error *e) {
    int outputs = teacher->model->act[teacher->model->nlayers].cols;
    return outputs == d->classes.count
               ? 0
               : error_input(e, "%s: has %d outputs, not one for each of the %d classes",
                             teacher->path, outputs, d->classes.count);
}

static int read_and_ask(struct training *t, const char *path, struct error *e) {
    enum { ROWS = 256 };
    struct model_file *teacher = model_file_read(path, ROWS, e);
    int result = -1;
    if (teacher && model_file_check_dataset(teacher, t->data, t->config.data.path, e) == 0 &&
        check_outputs(teacher, t->data, e) == 0)
        result = ask(t, teacher, e);
    model_file_free(teacher);
    return result;
}

int teacher_ask(struct training *t, const char *where, struct error *e) {
    char path[FILE_PATH];
    struct error why = {0};
    if (teacher_find(&t->config, path, &why) != 0)
        return error_input(e, "%s: %s", where, why.text);
    if (!path[0] || read_and_ask(t, path, &why) == 0)
        return 0;
    return why.status == ERROR_INPUT ? error_input(e, "%s: \"loss.teacher\": %s", where, why.text)
                                     : error_run(e, "%s", why.text);
}
