/* Prints the results of grading. */
#pragma once

#include "job.h"

/* For people: print_job prints one result in full, print_list the states of all and the next
 * exercise to do. */
void print_job(const struct job *job);
void print_list(const struct job *jobs, int count);

/* For programs. */
ERROR_CHECKED int print_csv(const struct job *jobs, int count, struct error *e);
ERROR_CHECKED int print_json(const struct job *jobs, int count, struct error *e);
