#include "workload.h"
#include "base/file.h"
#include "base/rng.h"
#include "data/pictures/image_sheet.h"
#include "runs/training.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct workload workloads[] = {
    {"784-10", false, "softmax regression on MNIST, batch 64"},
    {"784-128-10", false, "one hidden layer on MNIST, batch 32"},
    {"784-512-512-10", false, "two hidden layers on MNIST, batch 128"},
    {"784-800-10", false, "one large hidden layer on MNIST, batch 100"},
    {"784-800-10-affine", false,
     "the same on images that are rotated, scaled, sheared and shifted"},
    {"784-800-10-elastic", false, "the same on images with elastic distortions"},
    {"784-1000-500-10", false, "two large hidden layers on MNIST, batch 100"},
    {"784-2500-2000-1500-1000-500-10", false, "12 million parameters on MNIST, batch 100"},
    {"dense", true, "512-512-512 on random images without zeros, batch 128"},
};

const struct workload *workload_row(int i) {
    return i < (int)(sizeof workloads / sizeof *workloads) ? &workloads[i] : NULL;
}

/* ---- random images ---- */

enum { HEIGHT = 16, WIDTH = 32, CLASSES = 512, SAMPLES = 16384 };

/* Pixels 1 .. 255; classes are equally frequent, and the epoch's order mixes them. */
static int write_random(const char *path, struct error *e) {
    char names[CLASSES][12];
    const char *classes[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
        snprintf(names[c], sizeof names[c], "%d", c);
        classes[c] = names[c];
    }
    struct dataset d = {
        .height = HEIGHT, .width = WIDTH, .channels = 1, .classes = {CLASSES, classes}};
    int result = dataset_reserve(&d, TRAIN, SAMPLES, path, e);
    if (result == 0) {
        struct rng r = rng_stream(0, RNG_INIT, 0);
        struct split *s = &d.split[TRAIN];
        for (int i = 0; i < SAMPLES; i++)
            s->labels[i] = i % CLASSES;
        for (int i = 0; i < SAMPLES * HEIGHT * WIDTH; i++)
            s->pixels[i] = (uint8_t)(1 + rng_below(&r, 255));
        result = image_sheet_write(&d, path, e);
    }
    arena_free(&d.arena);
    return result;
}

/* Training reads its data from a folder and keeps no file open: the folder is removed once it is
 * read. */
static struct training *open_random(const char *config, int threads, struct error *e) {
    char override[FILE_PATH], *path = override + strlen("data.path=");
    const char *temporary = getenv("TMPDIR");
    snprintf(override, sizeof override, "data.path=%s/onehot-bench.XXXXXX",
             temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp(path)) {
        file_error(e, path, "made", errno);
        return NULL;
    }
    struct training *t = NULL;
    if (write_random(path, e) == 0)
        t = training_new(config, (const char *const[]){override, NULL}, threads, e);
    file_remove_directory(path);
    return t;
}

/* ---- */

struct training *workload_open(const struct workload *w, int threads, struct error *e) {
    char config[64];
    snprintf(config, sizeof config, "bench/%s.json", w->name);
    return w->random ? open_random(config, threads, e) : training_new(config, NULL, threads, e);
}

/* The first layer has no backward. */
void workload_demand(const struct training *t, struct demand d[PHASES]) {
    const struct model *m = t->model;
    double weights = 0, first = 0, batch = t->config.train.batch_size;
    for (int i = 0; i < m->nlayers; i++)
        for (int k = 0; k < m->layers[i].nparams; k++) {
            const struct param *p = &m->layers[i].params[k];
            double size = p->vector ? 0 : (double)tensor_size(p->value);
            weights += size;
            first += i == 0 ? size : 0;
        }
    bool far = weights * sizeof(real) > (double)sysconf(_SC_LEVEL2_CACHE_SIZE);
    double moved = far ? sizeof(real) / batch : 0; /* for each weight, in one direction */
    memset(d, 0, PHASES * sizeof *d);
    d[GATHER].bytes = m->act[0].cols;
    d[FORWARD] = (struct demand){2 * weights, moved * weights};
    d[BACKWARD] = (struct demand){2 * (weights - first), moved * (weights - first)};
    d[GRADIENT] = (struct demand){2 * weights, 2 * moved * weights};
}
