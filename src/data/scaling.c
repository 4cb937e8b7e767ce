#include "data/scaling.h"

void scaling_set(struct scaling *s, double mean, double stddev) {
    *s = (struct scaling){.mean = mean, .stddev = stddev};
    for (int v = 0; v < 256; v++)
        s->value[v] = (real)((v / 255.0 - mean) / stddev);
}

static void measure_pixels(struct scaling *s, const uint8_t *pixels, const int *order, int count,
                           int features) {
    uint64_t counts[256] = {0}, sum = 0;
    double n = (double)count * features, squares = 0;
    for (int k = 0; k < count; k++)
        for (int i = 0; i < features; i++)
            counts[pixels[(size_t)order[k] * (size_t)features + (size_t)i]]++;
    for (uint64_t v = 0; v < 256; v++)
        sum += counts[v] * v;
    double mean = (double)sum / n / 255;
    for (int v = 0; v < 256; v++)
        squares += (double)counts[v] * ((v / 255.0 - mean) * (v / 255.0 - mean));
    scaling_set(s, mean, squares > 0 ? sqrt(squares / n) : 1);
}

static void measure_column(const float *column, const int *order, int count, size_t columns,
                           double *mean, double *stddev) {
    double sum = 0, squares = 0;
    for (int k = 0; k < count; k++)
        sum += (double)column[(size_t)order[k] * columns];
    *mean = sum / count;
    for (int k = 0; k < count; k++) {
        double d = (double)column[(size_t)order[k] * columns] - *mean;
        squares += d * d;
    }
    *stddev = squares > 0 ? sqrt(squares / count) : 1;
}

int scaling_measure(struct scaling *s, const struct split *split, const int *order, int count,
                    int features, struct arena *a, struct error *e) {
    if (split->pixels) {
        measure_pixels(s, split->pixels, order, count, features);
        return 0;
    }
    double *means = arena_alloc(a, (size_t)features, sizeof *means);
    double *stddevs = arena_alloc(a, (size_t)features, sizeof *stddevs);
    if (!means || !stddevs)
        return error_memory(e, "the scaling");
    for (int i = 0; i < features; i++)
        measure_column(split->values + i, order, count, (size_t)features, &means[i], &stddevs[i]);
    scaling_set(s, 0, 1);
    s->means = means;
    s->stddevs = stddevs;
    return 0;
}

bool scaling_is_unit(const struct scaling *s) {
    return s->mean == 0 && s->stddev == 1 && !s->means;
}
