#include "runs/model_file.h"
#include "runs/run.h"
#include "runs/training.h"

/* Whether the configs differ only in the number of epochs, and the earlier one has fewer. */
static bool is_shorter(struct config earlier, const struct config *c, struct error *e) {
    if (earlier.train.epochs >= c->train.epochs)
        return false;
    earlier.train.epochs = c->train.epochs;
    return config_same(&earlier, c, e);
}

/* Whether the longer run has the same learning rates in the steps that are finished. */
static bool same_rates(const struct training *t, const struct config *earlier) {
    long long done = (long long)earlier->train.epochs * t->steps;
    struct schedule then = schedule_new(earlier->schedule, done, t->steps);
    for (long long step = 0; step < done; step++)
        if (schedule_factor(&then, step) != schedule_factor(&t->schedule, step))
            return false;
    return true;
}

/* Whether the run in the directory has this config and the training's data; sets its ID. */
static bool is_run_of(const struct config *c, const struct training *t, const char *directory,
                      char id[SHA256_HEX], struct error *e) {
    char path[FILE_PATH], found[SHA256_HEX];
    struct error none = {0};
    bool is = file_find(path, directory, "model.safetensors", e) &&
              model_file_run(path, found, &none) == 0 &&
              run_id_make(c, t->data->digest, id, path, &none) == 0 && strcmp(found, id) == 0;
    return error_pass(e, &none) == 0 && is;
}

int extend_match(struct extend *x, const struct training *t, const char *directory,
                 struct error *why, struct error *e) {
    char path[FILE_PATH], state[FILE_PATH];
    const char *cause = NULL;
    SCOPED(arena) a = {0};
    struct error none = {0};
    struct config c;
    *x = (struct extend){0};
    if (file_find(path, directory, "config.json", e) &&
        config_read(&c, path, NULL, &a, &none) == 0 && is_shorter(c, &t->config, e) &&
        is_run_of(&c, t, directory, x->id, e)) {
        if (!same_rates(t, &c))
            cause = "its learning-rate schedule depends on train.epochs";
        else if (!file_find(state, directory, "state", e))
            cause = "it was trained with --no-state";
        else
            x->epochs = c.train.epochs;
        snprintf(x->directory, sizeof x->directory, "%s", directory);
        if (cause)
            error_input(why, "%s: the run of %d epochs cannot be continued to %d, because %s",
                        directory, c.train.epochs, t->config.train.epochs, cause);
    }
    return error_pass(e, &none) != 0 || e->status ? -1 : 0;
}

int extend_find(struct extend *x, const struct training *t, struct error *why, struct error *e) {
    char path[FILE_PATH];
    size_t length = strlen(t->config.name);
    int count;
    *x = (struct extend){0};
    SCOPED_MEMORY char **names = file_is_directory("runs", e) ? file_list("runs", &count, e) : NULL;
    for (int i = 0; names && i < count && !e->status; i++) {
        struct extend one;
        if (strncmp(names[i], t->config.name, length) == 0 && names[i][length] == '-' &&
            file_find(path, "runs", names[i], e) && extend_match(&one, t, path, why, e) == 0 &&
            one.epochs > x->epochs)
            *x = one;
    }
    return e->status ? -1 : 0;
}
