/* The gradients of a model, all of them, against central differences: for every parameter and for
 * the input. A part of training mode, dropout's masks included, since those are a function of seed
 * and step. */
#pragma once

#include "gradcheck/difference.h"
#include "gradcheck/verdict.h"
#include "model/model.h"

enum { GRADIENTS_NAME = 32, GRADIENTS_SAMPLES = 16, GRADIENTS_ELEMENTS = 200 };

/* One tensor. */
struct gradients_row {
    char name[GRADIENTS_NAME]; /* "0.weight", as in model files; "input" */
    int rows, cols;
    struct difference_result result;
    enum verdict verdict;
};

struct gradients {
    long long step; /* after how many steps of training */
    int samples;
    double loss; /* mean over them, as backward is the gradient of */
    int count;
    struct gradients_row *rows; /* in the arena */
};

/* By the bands of CS231n (cs231n.github.io/neural-networks-3, "Gradient checks"). Nothing compared,
 * or a gradient that is 0 throughout, is wrong, too: that would pass with nothing at work. */
enum verdict gradients_verdict(const struct difference_result *r);

/* For the samples in act[0] and labels, 0 .. n - 1. Overwrites what a pass overwrites, and nothing
 * else. `most` elements of a tensor are tested, drawn by the seed where it has more. */
ERROR_CHECKED int gradients_measure(struct gradients *g, struct model *m, const struct pass *pass,
                                    int most, struct arena *a, struct error *e);
