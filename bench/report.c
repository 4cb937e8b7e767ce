#include "report.h"
#include "base/platform.h"
#include "tensor/kernel.h"
#include "ui/terminal.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

int report_begin(struct report *r, double seconds, struct error *e) {
    time_t now = time(NULL);
    *r = (struct report){.seconds = seconds};
    strftime(r->date, sizeof r->date, "%Y-%m-%d", gmtime(&now));
    return machine_measure(&r->machine, e);
}

/* ---- the tables ---- */

static double gflops(const struct measure *m) { return m->run[0].rate * m->flops / 1e9; }

void report_print_machine(const struct report *r) {
    const struct machine *m = &r->machine;
    printf("%s, %d CPUs, %s, kernel %s, %s\n"
           "peak of one core: %.1f GFLOP/s (fused multiply-adds, %d-bit vectors), %.1f GB/s\n\n",
           m->cpu, m->cpus, PLATFORM_COMPILER, kernel_name(), r->date, m->peak, m->bits, m->memory);
}

/* GFLOP/s count all products, but zeros are skipped, so more than the peak is possible. */
void report_print_last(const struct report *r) {
    const struct measure *m = &r->measures[r->count - 1];
    if (r->count == 1) {
        printf("%-30s %5s %10s %7s", "samples/s", "batch", "1 thread", "of peak");
        if (m->runs > 1)
            printf(" %3d threads", m->run[1].threads);
        printf(" %12s\n", "products");
    }
    printf("%-30s %5d %10s %5.0f %%", m->workload->name, m->batch_size,
           text_count((long long)m->run[0].rate), 100 * gflops(m) / r->machine.peak);
    if (m->runs > 1)
        printf(" %11s", text_count((long long)m->run[1].rate));
    printf(" %4.0f %3.0f-%.0f\n", m->products, m->slowest, m->fastest);
    fflush(stdout);
}

/* The fraction of its limit that a phase reaches: of the peak, or of the memory's speed, whichever
 * would take longer. NaN if it needs neither. */
static double of_limit(const struct report *r, const struct measure *m, int phase) {
    const struct demand *d = &m->demand[phase];
    double arithmetic = d->flops / r->machine.peak, memory = d->bytes / r->machine.memory;
    double least = (arithmetic > memory ? arithmetic : memory) / 1e9;
    return least > 0 ? least / m->spent[phase] : NAN;
}

void report_print_phases(const struct report *r) {
    static const char *const titles[PHASES] = {"gather", "forward", "loss", "backward", "gradient"};
    printf("\nproducts: a matrix product alone, between the runs: GFLOP/s, slowest-fastest. Where\n"
           "they are far apart, other work disturbed the measurement.\n");
    printf("\n%-30s", "ns per sample, 1 thread");
    for (int i = 0; i < PHASES; i++)
        printf(" %9s", titles[i]);
    printf("\n%-30s%50s\n", "share of the limit", "+ update");
    for (int k = 0; k < r->count; k++) {
        const struct measure *m = &r->measures[k];
        printf("%-30s", m->workload->name);
        for (int i = 0; i < PHASES; i++)
            printf(" %9s", text_count(llround(1e9 * m->spent[i])));
        printf("\n%-30s", "");
        for (int i = 0; i < PHASES; i++)
            if (isnan(of_limit(r, m, i)))
                printf(" %9s", "-");
            else
                printf(" %7.0f %%", 100 * of_limit(r, m, i));
        printf("\n");
    }
}

/* ---- JSON ---- */

static void write_measure(struct json *j, const struct report *r, const struct measure *m) {
    json_open(j, NULL, '{');
    json_string(j, "name", m->workload->name);
    json_int(j, "batch_size", m->batch_size);
    json_number(j, "flops_per_sample", m->flops);
    json_number(j, "loss_of_steps_181_to_200", round(m->loss * 1e4) / 1e4);
    json_open(j, "runs", '[');
    for (int i = 0; i < m->runs; i++) {
        json_open(j, NULL, '{');
        json_int(j, "threads", m->run[i].threads);
        json_number(j, "samples_per_second", floor(m->run[i].rate));
        json_number(j, "best_samples_per_second", floor(m->run[i].best));
        json_number(j, "undisturbed_samples_per_second", floor(m->run[i].undisturbed));
        json_close(j, '}');
    }
    json_close(j, ']');
    json_number(j, "products_gflops", round(m->products * 10) / 10);
    json_number(j, "slowest_products_gflops", round(m->slowest * 10) / 10);
    json_number(j, "fastest_products_gflops", round(m->fastest * 10) / 10);
    json_open(j, "nanoseconds_per_sample", '{');
    for (int i = 0; i < PHASES; i++)
        json_number(j, steps_phases[i], round(1e10 * m->spent[i]) / 10);
    json_close(j, '}');
    json_open(j, "fraction_of_limit", '{');
    for (int i = 0; i < PHASES; i++)
        if (!isnan(of_limit(r, m, i)))
            json_number(j, steps_phases[i], round(1e3 * of_limit(r, m, i)) / 1e3);
    json_close(j, '}');
    json_close(j, '}');
}

void report_write(const struct report *r, int lines, struct text *out) {
    const struct machine *m = &r->machine;
    struct json j = {.out = out, .lines = lines};
    json_open(&j, NULL, '{');
    json_string(&j, "date", r->date);
    json_string(&j, "cpu", m->cpu);
    json_int(&j, "cpus", m->cpus);
    json_string(&j, "compiler", PLATFORM_COMPILER);
    json_string(&j, "kernel", kernel_name());
    json_int(&j, "vector_bits", m->bits);
    json_number(&j, "peak_gflops_per_core", round(m->peak * 10) / 10);
    json_number(&j, "memory_gb_per_second", round(m->memory * 10) / 10);
    json_number(&j, "seconds", r->seconds);
    json_open(&j, "workloads", '[');
    for (int i = 0; i < r->count; i++)
        write_measure(&j, r, &r->measures[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    text_printf(out, "\n");
}
