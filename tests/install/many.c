/* Checks that the bytes of eight models do not depend on what else the process does:
 *
 *   many threads              training at once: with a context each; with one context and dataset
 *   many copies LIBRARY ...   training at once in this program's library and in others
 *   many locale NAME          in a locale with a decimal comma
 *
 * Prints the SHA-256 of the models. Writes table.csv, and model-N.safetensors of each of them, in
 * the current folder. Exit status: 0, 1 if bytes differ or a call failed, 77 without the locale. */
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <locale.h>
#include <onehot.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODELS = 8, ROWS = 90, COPIES = 4 };

/* ---- one library, of several ---- */

#define FUNCTIONS(F)                                                                               \
    F(oh_context_new)                                                                              \
    F(oh_context_free)                                                                             \
    F(oh_dataset_from_rows)                                                                        \
    F(oh_dataset_free)                                                                             \
    F(oh_model_from_config)                                                                        \
    F(oh_model_load)                                                                               \
    F(oh_model_free)                                                                               \
    F(oh_set)                                                                                      \
    F(oh_training_new)                                                                             \
    F(oh_training_free)                                                                            \
    F(oh_epoch)                                                                                    \
    F(oh_run)                                                                                      \
    F(oh_finish)                                                                                   \
    F(oh_checkpoint)                                                                               \
    F(oh_resume)                                                                                   \
    F(oh_model_bytes)                                                                              \
    F(oh_model_sha256)                                                                             \
    F(oh_model_save)                                                                               \
    F(oh_model_export)                                                                             \
    F(oh_predict_rows)                                                                             \
    F(oh_free)
#define POINTER(NAME) __typeof__(NAME) *NAME;
#define LINKED(NAME)  .NAME = NAME,
#define OPENED(NAME)  *(void **)&l->NAME = symbol(handle, #NAME);

struct library {
    FUNCTIONS(POINTER)
};
static const struct library linked = {FUNCTIONS(LINKED)};

static void *symbol(void *handle, const char *name) {
    void *found = handle ? dlsym(handle, name) : NULL;
    if (!found) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return found;
}

static void open_library(struct library *l, const char *path) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    FUNCTIONS(OPENED)
}

/* ---- one model: its file, exports and predictions are its bytes ---- */

struct job {
    const struct library *library;
    oh_context *context; /* of its own if NULL; so is the dataset, which is table.csv */
    oh_dataset *dataset;
    int number;
    char *bytes;
    size_t size;
    char sha256[65];
    oh_error error;
};

static float rows[ROWS * 2];
static int labels[ROWS];

static void make_table(void) {
    static const char *const names[] = {"a", "b", "c"};
    FILE *f = fopen("table.csv", "w");
    if (!f)
        exit(1);
    fprintf(f, "u,v,label\n");
    for (int i = 0; i < ROWS; i++) {
        int u = i * 37 % 64, v = i * 11 % 64;
        labels[i] = (u + v) / 8 % 3;
        rows[2 * i] = (float)u / 8;
        rows[2 * i + 1] = (float)v / 8;
        fprintf(f, "%d.%03d,%d.%03d,%s\n", u / 8, u % 8 * 125, v / 8, v % 8 * 125,
                names[labels[i]]);
    }
    if (fclose(f) != 0)
        exit(1);
}

static void add(struct job *j, const void *bytes, size_t size) {
    char *grown = bytes ? (char *)realloc(j->bytes, j->size + size) : NULL;
    if (!grown)
        return;
    memcpy(grown + j->size, bytes, size);
    j->bytes = grown;
    j->size += size;
}

static void add_export(struct job *j, oh_model *m, const char *form) {
    size_t size = 0;
    void *bytes = j->library->oh_model_export(m, form, "model", &size, &j->error);
    add(j, bytes, size);
    j->library->oh_free(bytes);
}

/* Trains in two parts, of which the second continues from a checkpoint. */
static void train(struct job *j, oh_model *m) {
    const struct library *l = j->library;
    size_t size = 0;
    oh_training *t = l->oh_training_new(m, j->dataset, &j->error);
    l->oh_epoch(t, &j->error);
    l->oh_epoch(t, &j->error);
    void *state = l->oh_checkpoint(t, &size, &j->error); /* it contains times */
    l->oh_training_free(t);
    t = l->oh_training_new(m, j->dataset, &j->error);
    l->oh_resume(t, state, size, &j->error);
    l->oh_run(t, &j->error);
    l->oh_finish(t, &j->error);
    l->oh_training_free(t);
    l->oh_free(state);
}

static void *run(void *user) {
    static const char config[] =
        "{\"seed\": 3, \"data\": {\"path\": \"table.csv\", \"validation\": 0.25,"
        " \"scaling\": \"standardize\"},"
        " \"model\": [{\"type\": \"linear\", \"units\": 8}, {\"type\": \"tanh\"},"
        " {\"type\": \"linear\", \"units\": 3}],"
        " \"optimizer\": {\"type\": \"sgd\", \"learning_rate\": 0.125, \"momentum\": 0.75},"
        " \"loss\": {\"type\": \"softmax_cross_entropy\", \"label_smoothing\": 0.125},"
        " \"train\": {\"epochs\": 6, \"batch_size\": 7}}";
    static const char *const layers[] = {"tanh", "relu", "sigmoid"};
    struct job *j = (struct job *)user;
    const struct library *l = j->library;
    oh_context *c = j->context ? j->context : l->oh_context_new(&j->error);
    oh_model *m = l->oh_model_from_config(c, config, &j->error), *loaded;
    char setting[80], file[80];
    const void *bytes;
    float p[2 * 3];
    size_t size = 0;

    snprintf(setting, sizeof setting, "model.0.units=%d", 8 + j->number);
    l->oh_set(m, setting);
    snprintf(setting, sizeof setting, "model.1.type=%s", layers[j->number % 3]);
    l->oh_set(m, setting);
    train(j, m);
    bytes = l->oh_model_bytes(m, &size, &j->error);
    add(j, bytes, size);
    add_export(j, m, "c");
    add_export(j, m, "onnx");
    snprintf(file, sizeof file, "model-%d.safetensors", j->number);
    l->oh_model_save(m, file, &j->error);
    loaded = l->oh_model_load(c, file, &j->error);
    if (l->oh_predict_rows(loaded, rows, 2, NULL, p, &j->error) == 0)
        add(j, p, sizeof p);
    if (!j->error.status)
        strcpy(j->sha256, l->oh_model_sha256(loaded, &j->error));
    l->oh_model_free(loaded);
    l->oh_model_free(m);
    if (!j->context)
        l->oh_context_free(c);
    return NULL;
}

/* ---- many of them ---- */

static void check(const struct job *j, const struct job *want, const char *where) {
    if (j->error.status) {
        fprintf(stderr, "model %d, %s: %s\n", j->number, where, j->error.text);
        exit(1);
    }
    if (want && (j->size != want->size || memcmp(j->bytes, want->bytes, j->size) != 0)) {
        fprintf(stderr, "model %d, %s: has other bytes than alone\n", j->number, where);
        exit(1);
    }
}

/* All of them at once, `count` of each. */
static void compare_at_once(const struct job *alone, const struct library *libraries, int count,
                            oh_context *c, oh_dataset *d, const char *where) {
    struct job jobs[COPIES * MODELS];
    pthread_t threads[COPIES * MODELS];
    int n = count * MODELS;
    memset(jobs, 0, sizeof jobs);
    for (int i = 0; i < n; i++) {
        jobs[i].library = &libraries[i % count];
        jobs[i].number = i / count;
        jobs[i].context = c;
        jobs[i].dataset = d;
        if (pthread_create(&threads[i], NULL, run, &jobs[i]) != 0)
            exit(1);
    }
    for (int i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < n; i++) {
        check(&jobs[i], alone ? &alone[jobs[i].number] : NULL, where);
        free(jobs[i].bytes);
    }
}

static void train_alone(struct job *jobs, oh_context *c, oh_dataset *d) {
    memset(jobs, 0, MODELS * sizeof *jobs);
    for (int i = 0; i < MODELS; i++) {
        jobs[i].library = &linked;
        jobs[i].number = i;
        jobs[i].context = c;
        jobs[i].dataset = d;
        run(&jobs[i]);
        check(&jobs[i], NULL, "alone");
    }
}

static void forget(struct job *jobs) {
    for (int i = 0; i < MODELS; i++)
        free(jobs[i].bytes);
}

static oh_dataset *new_dataset(oh_context *c) {
    oh_error e = {0};
    return oh_dataset_from_rows(c, rows, labels, ROWS, 2, 3, &e);
}

static void in_threads(const struct job *alone) {
    struct job shared[MODELS];
    oh_error e = {0};
    oh_context *c = oh_context_new(&e);
    oh_dataset *d = new_dataset(c), *fresh = new_dataset(c);
    compare_at_once(alone, &linked, 1, NULL, NULL, "in eight threads");
    train_alone(shared, c, d);
    compare_at_once(shared, &linked, 1, c, fresh, "in eight threads with one dataset");
    forget(shared);
    oh_dataset_free(d);
    oh_dataset_free(fresh);
    oh_context_free(c);
}

static void in_copies(const struct job *alone, int count, char **paths) {
    struct library libraries[COPIES];
    libraries[0] = linked;
    for (int i = 1; i <= count; i++)
        open_library(&libraries[i], paths[i - 1]);
    for (int i = 1; i <= count; i++)
        if (libraries[i].oh_context_new == libraries[i - 1].oh_context_new)
            exit(1);
    compare_at_once(alone, libraries, count + 1, NULL, NULL, "in copies of the library");
}

static int in_locale(const struct job *alone, const char *name) {
    char number[16];
    if (!setlocale(LC_ALL, name))
        return 77;
    compare_at_once(alone, &linked, 1, NULL, NULL, name);
    snprintf(number, sizeof number, "%.1f", 0.5);
    return strcmp(number, "0,5") != 0; /* the program's locale is still there */
}

int main(int argc, char **argv) {
    struct job alone[MODELS];
    int status = 0;
    const char *what = argc > 1 ? argv[1] : "";
    make_table();
    if (strcmp(what, "threads") == 0) /* first, so that the kernel is chosen by several threads */
        compare_at_once(NULL, &linked, 1, NULL, NULL, "in eight threads");
    train_alone(alone, NULL, NULL);
    for (int i = 0; i < MODELS; i++)
        printf("%s\n", alone[i].sha256);
    if (strcmp(what, "threads") == 0)
        in_threads(alone);
    else if (strcmp(what, "copies") == 0 && argc > 2 && argc - 2 < COPIES)
        in_copies(alone, argc - 2, argv + 2);
    else if (strcmp(what, "locale") == 0 && argc == 3)
        status = in_locale(alone, argv[2]);
    else
        status = 2;
    forget(alone);
    return status;
}
