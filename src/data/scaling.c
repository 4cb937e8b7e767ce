#include "data/scaling.h"
#include "data/sample_set.h"

#include <math.h>

void scaling_set(struct scaling *s, double mean, double stddev) {
    s->mean = mean;
    s->stddev = stddev;
    s->means = s->stddevs = NULL;
    for (int v = 0; v < 256; v++)
        s->value[v] = (real)((v / 255.0 - mean) / stddev);
}

static void measure_pixels(struct scaling *s, const struct sample_set *samples, int features) {
    uint64_t count[256] = {0}, sum = 0;
    double n = (double)samples->count * features, squares = 0;
    for (int k = 0; k < samples->count; k++) {
        const uint8_t *pixels =
            samples->split->pixels + (size_t)samples->order[k] * (size_t)features;
        for (int i = 0; i < features; i++)
            count[pixels[i]]++;
    }
    for (uint64_t v = 0; v < 256; v++)
        sum += count[v] * v;
    double mean = (double)sum / n / 255;
    for (int v = 0; v < 256; v++)
        squares += (double)count[v] * ((v / 255.0 - mean) * (v / 255.0 - mean));
    scaling_set(s, mean, squares > 0 ? sqrt(squares / n) : 1);
}

static int measure_columns(struct scaling *s, const struct sample_set *samples, int columns,
                           struct arena *a, struct error *e) {
    double *means = arena_alloc(a, (size_t)columns, sizeof *means);
    double *stddevs = arena_alloc(a, (size_t)columns, sizeof *stddevs);
    if (!means || !stddevs)
        return error_memory(e, "the scaling");
    for (int i = 0; i < columns; i++) {
        const float *column = samples->split->values + i;
        double sum = 0, squares = 0;
        for (int k = 0; k < samples->count; k++)
            sum += (double)column[(size_t)samples->order[k] * (size_t)columns];
        means[i] = sum / samples->count;
        for (int k = 0; k < samples->count; k++) {
            double d = (double)column[(size_t)samples->order[k] * (size_t)columns] - means[i];
            squares += d * d;
        }
        stddevs[i] = squares > 0 ? sqrt(squares / samples->count) : 1;
    }
    scaling_set(s, 0, 1);
    s->means = means;
    s->stddevs = stddevs;
    return 0;
}

int scaling_measure(struct scaling *s, const struct sample_set *samples, int features,
                    struct arena *a, struct error *e) {
    if (samples->split->values)
        return measure_columns(s, samples, features, a, e);
    measure_pixels(s, samples, features);
    return 0;
}

bool scaling_is_unit(const struct scaling *s) {
    return s->mean == 0 && s->stddev == 1 && !s->means;
}
