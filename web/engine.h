/* What engine.c and views.c share. */
#pragma once

#include "base/text.h"
#include "runs/model_file.h"
#include "runs/training.h"

/* Marks a function that engine.js calls. */
#define EXPORT(name) __attribute__((export_name(#name))) name

/* The error of the last call, and its result if that is text or bytes. */
extern struct error engine_error;
extern struct text engine_result;

/* Begins a call: clears both. */
struct error *engine_begin(void);

/* A training, or a trained model. */
struct session {
    struct training *t;   /* NULL: a trained model ... */
    struct model_file *f; /* ... namely this; NULL: a training */
    struct model *probe;  /* of a training: another model with its parameters, for questions that
                             must not touch the activations of a step */
    int rows;             /* of the batch that is in the probe */
    char id[SHA256_HEX];  /* of the run */
    struct text config;   /* as it was given, for a copy */
    struct text metrics;  /* metrics.csv so far */
    struct text losses;   /* of the steps of the last call: floats, one per step */
    int left;             /* steps that this call may still take; 0: it pauses */
    bool by_epoch;        /* it also ends after an epoch */
    bool finished;
};

/* The model that answers questions, with the current parameters. */
struct model *session_model(struct session *s);
const struct scaling *session_scaling(const struct session *s);
