/* Synthetic datasets: points in the plane, with their classes.
 *
 *   toy:spiral                              every value at its default
 *   toy:spiral:classes=5:noise=0.1:seed=2   others
 *
 * The path contains all options, so it works wherever a path does (config, command line, evaluate
 * --data), and no characters that a shell would interpret. The data are the same to the bit on
 * every machine, because they are made of random integers and double operations, without libm. */
#include "base/rng.h"
#include "config/keys.h"
#include "data/formats.h"
#include "data/names.h"
#include "json/json.h"

static const char PREFIX[] = "toy:";

enum { MAX_CLASSES = 100 };

struct synthetic {
    int classes, train, test, seed;
    double noise;
};

/* The defaults differ from shape to shape. */
#define SHAPE_KEYS(samples, stddev)                                                                \
    INT_KEY(struct synthetic, train, samples, 1, 1000000, "number of training samples"),           \
        INT_KEY(struct synthetic, test, samples, 0, 1000000, "number of test samples"),            \
        REAL_KEY(struct synthetic, noise, stddev, 0, 1000,                                         \
                 "standard deviation of the points' noise"),                                       \
        INT_KEY(struct synthetic, seed, "0", 0, KEY_INT_MAX, "seed of the random points"), END_KEY
#define CLASSES_KEY(count)                                                                         \
    INT_KEY(struct synthetic, classes, count, 1, MAX_CLASSES, "number of classes")

struct point {
    double x, y;
    int class;
};

/* The point on the unit circle after this fraction of a turn, by Taylor's series: the term x^28 /
 * 28! is below a double's precision for |x| <= pi. */
static struct point circle(double turn) {
    double angle = 6.283185307179586 * (turn - floor(turn + 0.5));
    struct point p = {0};
    double term = 1;
    for (int n = 1; n <= 28; n += 2) {
        p.x += term;
        term *= angle / n;
        p.y += term;
        term *= -angle / (n + 1);
    }
    return p;
}

/* Roughly normal, with mean 0 and standard deviation 1: the sum of twelve uniform numbers minus 6.
 * It is exact, at most 6 in absolute value, and needs neither logarithm nor cosine. */
static double scatter(struct rng *r) {
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += (double)rng_uniform(r);
    return sum;
}

/* ---- the shapes: point i, before noise; the classes take turns ---- */

/* One arm per class, winding outwards for three quarters of a turn. */
static struct point spiral(const struct synthetic *t, int i, struct rng *r) {
    int class = i % t->classes;
    double along = (double)rng_uniform(r), radius = 0.1 + 0.9 * along;
    struct point p = circle((double)class / t->classes + 0.75 * along);
    return (struct point){radius * p.x, radius * p.y, class};
}

/* Two half circles, each with an end inside the other. */
static struct point moons(const struct synthetic *t, int i, struct rng *r) {
    struct point p = circle((double)rng_uniform(r) / 2);
    return i % 2 == 0 ? (struct point){p.x - 0.5, p.y - 0.25, 0}
                      : (struct point){0.5 - p.x, 0.25 - p.y, 1};
}

/* Clusters around the corners of a regular polygon. */
static struct point blobs(const struct synthetic *t, int i, struct rng *r) {
    struct point p = circle((double)(i % t->classes) / t->classes);
    p.class = i % t->classes;
    return p;
}

/* The corners of a square: the class is x XOR y. */
static struct point corners(const struct synthetic *t, int i, struct rng *r) {
    int x = i & 1, y = i >> 1 & 1;
    return (struct point){x, y, x ^ y};
}

/* Concentric rings. */
static struct point circles(const struct synthetic *t, int i, struct rng *r) {
    int class = i % t->classes;
    double radius = (class + 1.0) / t->classes;
    struct point p = circle((double)rng_uniform(r));
    return (struct point){radius * p.x, radius * p.y, class};
}

static const struct shape {
    const char *name;
    struct point (*point)(const struct synthetic *t, int i, struct rng *r);
    struct key keys[6];
} shapes[] = {
    {"spiral", spiral, {CLASSES_KEY("3"), SHAPE_KEYS("600", "0.03")}},
    {"moons", moons, {SHAPE_KEYS("600", "0.1")}},
    {"blobs", blobs, {CLASSES_KEY("3"), SHAPE_KEYS("600", "0.25")}},
    {"xor", corners, {SHAPE_KEYS("600", "0.1")}},
    {"circles", circles, {CLASSES_KEY("2"), SHAPE_KEYS("600", "0.05")}},
    {.name = NULL},
};

static bool recognises(const char *path, struct error *e) {
    return strncmp(path, PREFIX, strlen(PREFIX)) == 0;
}

/* Turns what follows the name, any number of ":key=value", into a JSON object. */
static int write_json(const char *rest, const char *path, struct text *t, struct error *e) {
    struct json j = {.out = t};
    json_open(&j, NULL, '{');
    while (*rest) {
        char key[32], value[32];
        int size = 0;
        if (sscanf(rest, ":%31[^:=]=%31[0-9.eE+-]%n", key, value, &size) != 2 ||
            !strchr(":", rest[size]))
            return error_input(e, "%s: \"%.*s\" is not of the form key=number", path,
                               (int)strcspn(rest + 1, ":"), rest + 1);
        json_raw(&j, key, value);
        rest += size;
    }
    json_close(&j, '}');
    return t->failed ? error_memory(e, path) : 0;
}

static const struct shape *parse(const char *path, struct synthetic *t, struct arena *a,
                                 struct error *e) {
    const char *name = path + strlen(PREFIX);
    size_t length = strcspn(name, ":");
    const struct shape *s = shapes;
    while (s->name && (strlen(s->name) != length || strncmp(s->name, name, length) != 0))
        s++;
    if (!s->name) {
        error_input(e,
                    "%s: there is no such synthetic dataset; choose toy:spiral, toy:moons, "
                    "toy:blobs, toy:xor or toy:circles",
                    path);
        return NULL;
    }
    SCOPED(text) json = {0};
    return write_json(name + length, path, &json, e) == 0 &&
                   keys_read(s->keys, json.data, json.size, path, NULL, a, t, e) == 0
               ? s
               : NULL;
}

static int fill(struct dataset *d, int k, int count, const struct shape *s,
                const struct synthetic *t, const char *path, struct error *e) {
    struct rng r = rng_stream((uint64_t)t->seed, RNG_SYNTHETIC, (uint32_t)k);
    struct split *split = &d->split[k];
    if (dataset_reserve(d, k, count, path, e) != 0)
        return -1;
    for (int i = 0; i < count; i++) {
        struct point p = s->point(t, i, &r);
        split->labels[i] = p.class;
        split->values[2 * i] = (float)(p.x + t->noise * scatter(&r));
        split->values[2 * i + 1] = (float)(p.y + t->noise * scatter(&r));
    }
    return 0;
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    static const char *axes[] = {"x", "y"};
    struct synthetic t = {.classes = 2};
    const char *path = from->path;
    const struct shape *s = parse(path, &t, &d->arena, e);
    if (!s)
        return -1;
    d->columns = (struct string_list){2, axes};
    d->height = d->channels = 1;
    d->width = 2;
    if (names_number(&d->classes, "", t.classes, &d->arena, e) != 0 ||
        fill(d, TRAIN, t.train, s, &t, path, e) != 0)
        return -1;
    return fill(d, TEST, t.test, s, &t, path, e);
}

const struct format synthetic_format = {0, "write it as in toy:spiral:classes=5:noise=0.1",
                                        recognises, read_dataset};
