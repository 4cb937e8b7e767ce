/* A libFuzzer target for the readers of everything that is not a dataset; $FUZZ names one:
 *
 *   config      a config and, in the lines after "---", overrides; written and read again, it is
 *               the same
 *   grid        the arguments of a sweep, one per line
 *   tensors     a safetensors file
 *   model       a model file; calibrated and read again, it is the same model
 *   checkpoint  a checkpoint of a run on two points, whose digest is corrected
 *   metrics     metrics.csv
 *
 * A reader succeeds without an error, or fails with one of bad input. */
#define _GNU_SOURCE
#include "base/sha256.h"
#include "programs/sweep/sweep.h"
#include "runs/checkpoint.h"
#include "runs/metrics.h"
#include "runs/model_file.h"
#include "runs/safetensors.h"
#include "runs/training.h"
#include "train/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool right, const char *what, const struct error *e) {
    if (!right) {
        fprintf(stderr, "%s: %s\n", what, e->text);
        abort();
    }
}

/* Splits the text into lines. */
static void lines(char *text, char **list, int max) {
    int count = 0;
    for (char *line = strtok(text, "\n"); line && count < max; line = strtok(NULL, "\n"))
        list[count++] = line;
    list[count] = NULL;
}

/* ---- the readers; each returns whether it succeeded ---- */

static bool read_config(char *text, size_t size, struct error *e) {
    char *overrides[9] = {NULL}, *end = strstr(text, "\n---\n");
    struct arena a = {0};
    struct config c, again;
    struct text out[2] = {{0}, {0}};
    if (end) {
        *end = '\0';
        size = (size_t)(end - text);
        lines(end + 5, overrides, 8);
    }
    bool done = config_parse(&c, config_keys, text, size, "c.json", (const char *const *)overrides,
                             &a, e) == 0;
    if (done) {
        config_write(&c, 1, &out[0]);
        check(config_parse(&again, config_keys, out[0].data, out[0].size, "c.json", NULL, &a, e) ==
                  0,
              "what was written is refused", e);
        config_write(&again, 1, &out[1]);
        check(strcmp(out[0].data, out[1].data) == 0, "read differently", e);
    }
    text_free(&out[0]);
    text_free(&out[1]);
    arena_free(&a);
    return done;
}

static bool read_grid(char *text, size_t size, struct error *e) {
    char *arguments[17];
    const char *overrides[18];
    struct arena a = {0};
    struct grid g;
    (void)size;
    lines(text, arguments, 16);
    bool done = grid_read(&g, arguments, &a, e) == 0;
    if (done) {
        grid_overrides(&g, 0, overrides);
        grid_overrides(&g, g.jobs - 1, overrides);
    }
    arena_free(&a);
    return done;
}

static bool read_tensors(char *text, size_t size, struct error *e) {
    struct safetensors s;
    bool done = safetensors_parse(&s, text, size, "x", e) == 0;
    double sum = 0;
    for (int i = 0; done && i < s.count; i++)
        for (size_t k = 0; k < safetensors_elements(&s.tensors[i]); k++)
            sum += s.tensors[i].data[k] > 0;
    arena_free(&s.arena);
    return done && sum >= 0;
}

static bool read_model(char *text, size_t size, struct error *e) {
    struct text out = {0};
    struct model_file *f = model_file_parse(config_keys, text, size, "x", 3, e), *again = NULL;
    if (f && model_file_calibrate_bytes(text, size, "x", 2, &out, e) == 0) {
        again = model_file_parse(config_keys, out.data, out.size, "x", 3, e);
        check(again != NULL, "a calibrated model is refused", e);
        size_t bytes = f->model->nparams * sizeof(real);
        check(again->model->nparams == f->model->nparams &&
                  memcmp(again->model->theta, f->model->theta, bytes) == 0,
              "another model after calibration", e);
    }
    bool done = f && e->status == ERROR_NONE;
    model_file_free(again);
    model_file_free(f);
    text_free(&out);
    return done;
}

/* A training to restore: two epochs on two points. */
static struct training *training;

static bool read_checkpoint(char *text, size_t size, struct error *e) {
    struct text metrics = {0};
    struct checkpoint c = {.id = "1234", .metrics = &metrics};
    struct error damage = {0};
    enum { DIGEST = SHA256_HEX - 1 };
    if (size > DIGEST) {
        char digest[SHA256_HEX];
        sha256_hex(text, size - DIGEST, digest);
        memcpy(text + size - DIGEST, digest, DIGEST);
    }
    enum checkpoint_found found = checkpoint_parse(&c, training, text, size, "x", &damage, e);
    if (e->status == ERROR_NONE)
        *e = damage;
    text_free(&metrics);
    return found == CHECKPOINT_TAKEN;
}

static char folder[] = "/tmp/onehot-fuzz-XXXXXX";
static int file; /* its metrics.csv, in memory */

static bool read_metrics(char *text, size_t size, struct error *e) {
    struct arena a = {0};
    struct metrics m;
    check(ftruncate(file, 0) == 0 && pwrite(file, text, size, 0) == (ssize_t)size, folder, e);
    bool done = metrics_read(&m, folder, true, &a, e) == 0;
    check(!done || m.count >= 0, "a negative count", e);
    arena_free(&a);
    return done;
}

/* ---- setup ---- */

static const struct reader {
    const char *name;
    bool (*read)(char *text, size_t size, struct error *e);
} readers[] = {
    {"config", read_config}, {"grid", read_grid},       {"tensors", read_tensors},
    {"model", read_model},   {"metrics", read_metrics}, {"checkpoint", read_checkpoint},
};
static const struct reader *reader;

static void remove_folder(void) {
    char path[64];
    snprintf(path, sizeof path, "%s/metrics.csv", folder);
    unlink(path);
    rmdir(folder);
}

static void make_folder(void) {
    char path[64], target[64];
    struct error e = {.text = "the folder to fuzz"};
    file = memfd_create("metrics", 0);
    check(mkdtemp(folder) && file >= 0 && atexit(remove_folder) == 0, folder, &e);
    snprintf(path, sizeof path, "%s/metrics.csv", folder);
    snprintf(target, sizeof target, "/proc/self/fd/%d", file);
    check(symlink(target, path) == 0, path, &e);
}

static void begin_training(void) {
    static const char config[] =
        "{\"data\": {\"path\": \"toy:xor:train=4:test=4\"}, \"model\": [{\"type\": \"linear\", "
        "\"units\": 2}], \"optimizer\": {\"type\": \"adamw\"}, \"train\": {\"epochs\": 2, "
        "\"batch_size\": 2}}";
    char path[] = "/tmp/onehot-fuzz-XXXXXX";
    struct error e = {0};
    int fd = mkstemp(path);
    check(fd >= 0 && write(fd, config, strlen(config)) == (ssize_t)strlen(config), path, &e);
    close(fd);
    training = training_new(path, NULL, 1, &e);
    unlink(path);
    check(training != NULL, "the training to restore", &e);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    const char *name = getenv("FUZZ");
    struct error e = {.text = "unknown"};
    (void)argc, (void)argv;
    for (size_t i = 0; name && i < sizeof readers / sizeof *readers; i++)
        if (strcmp(readers[i].name, name) == 0)
            reader = &readers[i];
    check(reader != NULL, "$FUZZ", &e);
    if (reader->read == read_metrics)
        make_folder();
    if (reader->read == read_checkpoint)
        begin_training();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct error e = {0};
    char *text = malloc(size + 1); /* readers may change it, and a NUL follows it */
    memcpy(text, data, size);
    text[size] = '\0';
    bool done = reader->read(text, size, &e);
    check(done == (e.status == ERROR_NONE) && (done || e.status == ERROR_INPUT), "an error", &e);
    free(text);
    return 0;
}
