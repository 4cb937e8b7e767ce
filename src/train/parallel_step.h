/* A training step, divided among threads. */
#pragma once

#include "train/train.h"

struct step {
    struct update update;
    const int *order; /* its samples */
    const int *next;  /* those of the next step, to be fetched from memory meanwhile, or NULL */
    int n;            /* how many of each */
};

/* Computes what train.c's serial step computes, bit for bit, with the active threads of t->pool. */
void parallel_step(struct training *t, const struct step *s);
