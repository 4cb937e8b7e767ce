#include "data/scaling.h"
#include "data/batch.h"

#include <math.h>

void scaling_set(struct scaling *s, double mean, double deviation) {
    s->mean = mean;
    s->deviation = deviation;
    for (int v = 0; v < 256; v++)
        s->value[v] = (real)((v / 255.0 - mean) / deviation);
}

void scaling_measure(struct scaling *s, const struct subset *samples, int features) {
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

bool scaling_is_unit(const struct scaling *s) {
    return s->mean == 0 && s->deviation == 1;
}
