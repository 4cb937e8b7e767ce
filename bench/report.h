/* The figures of a run, as tables for a terminal of 80 columns and as JSON. */
#ifndef ONEHOT_BENCH_REPORT_H
#define ONEHOT_BENCH_REPORT_H

#include "base/text.h"
#include "machine.h"
#include "measure.h"

struct report {
    char date[16]; /* of today, 2026-01-31 */
    struct machine machine;
    double seconds; /* of steps, for each number of threads */
    int count;
    struct measure measures[16];
};

/* Sets the date, and measures the machine. */
ERROR_CHECKED int report_begin(struct report *r, double seconds, struct error *e);

/* The tables: what it was measured on, the last workload's row of speeds (the first one's brings
 * the headings), and where the time goes for all of them. */
void report_print_machine(const struct report *r);
void report_print_last(const struct report *r);
void report_print_phases(const struct report *r);

/* All of it. Depths below `lines` get a line a value. */
void report_write(const struct report *r, int lines, struct text *out);

#endif
