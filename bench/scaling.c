#include "scaling.h"
#include "runs/training.h"
#include "ui/plot.h"

#include <math.h>
#include <stdio.h>

/* 784-U-U-10 with about 10^4, 10^4.5, ... 10^8 parameters. */
static const int units[] = {13, 37, 109, 287, 680, 1430, 2790, 5240, 9600};
static const int batches[] = {1, 10, 100};
enum { UNITS = sizeof units / sizeof *units, BATCHES = sizeof batches / sizeof *batches };

/* The time of a training step on one thread, in seconds per sample, or -1. */
static double measure(int u, int batch, double seconds, size_t *parameters, struct error *e) {
    char model[200], size[40];
    double spent[PHASES], sum = 0;
    snprintf(model, sizeof model,
             "model=[{\"type\": \"linear\", \"units\": %d}, {\"type\": \"relu\"}, {\"type\": "
             "\"linear\", \"units\": %d}, {\"type\": \"relu\"}, {\"type\": \"linear\", \"units\": "
             "10}]",
             u, u);
    snprintf(size, sizeof size, "train.batch_size=%d", batch);
    const char *const overrides[] = {model, size, NULL};
    struct training *t = training_new("bench/784-512-512-10.json", overrides, 1, e);
    if (!t)
        return -1;
    steps_time(t, seconds, spent);
    for (int i = 0; i < PHASES; i++)
        sum += spent[i];
    *parameters = t->model->nparams;
    training_free(t);
    return sum;
}

int scaling_print(double seconds, struct error *e) {
    double logs[BATCHES][UNITS];
    struct plot_series series[BATCHES];
    char names[BATCHES][20];
    printf("784-U-U-10, 1 thread: microseconds per sample (picoseconds per parameter)\n\n"
           "     U   parameters         batch 1         batch 10        batch 100\n");
    for (int i = 0; i < UNITS; i++) {
        for (int b = 0; b < BATCHES; b++) {
            size_t parameters;
            double time = measure(units[i], batches[b], seconds, &parameters, e);
            if (time < 0)
                return -1;
            if (b == 0)
                printf("%6d  %11zu", units[i], parameters);
            printf("  %9.*f (%3.0f)", time < 1e-4 ? 2 : 0, time * 1e6,
                   time * 1e12 / (double)parameters);
            fflush(stdout);
            logs[b][i] = log10(time * 1e6);
        }
        printf("\n");
    }
    for (int b = 0; b < BATCHES; b++) {
        snprintf(names[b], sizeof names[b], "batch %d", batches[b]);
        series[b] = (struct plot_series){names[b], UNITS, logs[b], sizeof(double)};
    }
    struct text t = {0};
    plot_write(&(struct plot){.title = "log10 of microseconds per sample",
                              .x = "row of the table",
                              .width = 72,
                              .height = 12,
                              .count = BATCHES,
                              .series = series},
               &t);
    printf("\n%s", t.failed ? "" : t.data);
    text_free(&t);
    return 0;
}
