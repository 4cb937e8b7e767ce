/* Prints the results of a run as tables for a terminal of 80 columns, and writes them as JSON. */
#ifndef ONEHOT_BENCH_REPORT_H
#define ONEHOT_BENCH_REPORT_H

#include "base/text.h"
#include "machine.h"
#include "measure.h"

struct report {
    char date[16]; /* today, as 2026-01-31 */
    struct machine machine;
    double seconds; /* of steps, per number of threads */
    int count;
    struct measure measures[16];
};

/* Sets the date, and measures the machine. */
ERROR_CHECKED int report_begin(struct report *r, double seconds, struct error *e);

/* The tables: the machine, the last workload's row of speeds (the first one also prints the
 * headings), and the time per phase for all workloads, with its share of the limit. */
void report_print_machine(const struct report *r);
void report_print_last(const struct report *r);
void report_print_phases(const struct report *r);

/* Everything, as JSON. Values at a depth below `lines` get their own line. */
void report_write(const struct report *r, int lines, struct text *out);

#endif
