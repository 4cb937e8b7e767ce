/* A training step, divided among threads. */
#pragma once

#include "train/train.h"

struct step {
    struct update update;
    const int *order; /* its samples */
    const int *next;  /* those of the next step, to be fetched from memory meanwhile, or NULL */
    int n;            /* how many of each */
};

/* Gradient, then update, of one block of parameters, while both are in a near cache. */
void train_block(struct training *t, const struct step *s, const struct param_block *b);

/* The update alone, from m->grad times a coefficient. */
void train_clipped_update(struct training *t, const struct step *s, const struct param_block *b,
                          double coefficient);

/* Computes what train.c's serial step computes, bit for bit, with the active threads of t->pool. */
void parallel_step(struct training *t, const struct step *s);
