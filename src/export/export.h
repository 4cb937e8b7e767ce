/* Exports a trained model to other programs: as a header for C and C++, also in 8-bit integers, or
 * as an ONNX file. */
#pragma once

#include "base/text.h"
#include "export/integer.h.in"
#include "runs/model_file.h"

/* Fails if a model, which may be hostile, cannot be exported; the error says what can be. */
ERROR_CHECKED int exportable_check(const struct model_file *f, struct error *e);

/* Option k of a layer with an elementwise function, as its forward sees it. Returns false past the
 * last one. */
bool exportable_option(const struct layer *l, int k, float *value);

/* ---- quantized.c: a model in 8-bit integers, for microcontrollers (integer.h.in) ----
 *
 * Weights have one scale per output; activations have one per layer, which spans their range on the
 * training samples. An elementwise function becomes a table of 256 values, so every layer with
 * element.c has an int8 form. */

struct quantized {
    const struct model_file *file;
    struct integer_layer *layers; /* of its model, without identities */
    int count;
    float *low, *step; /* [features]: input i is low + q * step, a pixel or a number of a table */
    float logit_step;  /* a logit is this times its integer */
    size_t bytes;      /* of the weights, scales and maps */
    int widest;        /* the most outputs of any layer but the last */
    uint8_t *work;     /* 2 * widest + features, for quantized_run */
    int16_t *logits;   /* of the sample that ran last */
    int errors, errors_float; /* among the test samples */
};

/* Makes the int8 form of a model that exportable_check accepts, in the arena. Fails if a layer has
 * none. The ranges are those on `training`, the samples that the model was trained on; the errors
 * of both forms are counted on `test`. */
ERROR_CHECKED int quantized_make(struct quantized *q, const struct model_file *file,
                                 const struct sample_set *training, const struct sample_set *test,
                                 struct arena *a, struct error *e);

/* Sets the logits, from the unscaled pixels or values of this sample of a split. */
void quantized_run(const struct quantized *q, const struct split *split, int sample);

/* ---- header.c: a header for C99 and C++11 (header.h.in) ---- */

/* How printf writes a finite float for C and C++: in decimals, since hexadecimal floats are not C++
 * before C++17. 9 digits distinguish any two floats, and 17 any two doubles. */
#define HEADER_FLOAT "%#.9gf"

/* Appends the header of a model that exportable_check accepts: its weights, and functions that
 * compute the logits of `onehot evaluate` bit for bit, on any machine with IEEE 754 floats; or,
 * unless q is NULL, those of q, in integers, on any machine. All names in it begin with `name`, a C
 * identifier. Runs the model once, for the header's self-test. */
ERROR_CHECKED int header_write(struct model_file *file, const struct quantized *q, const char *name,
                               struct text *out, struct error *e);

/* ---- onnx.c: an ONNX file ----
 *
 * Its input is "pixels" [N, features], each divided by 255, or for a table "features" [N,
 * features], not scaled, with each text as the columns of 0 and 1 that the metadata names; its
 * output is "logits" [N, classes]. The weights are the model's, but runtimes choose their own order
 * of additions, so logits agree with onehot's to a few units in the last place of the largest term,
 * not bit for bit. The bytes of the file depend only on the model. */

const char *onnx_input(const struct model_file *f); /* the name of the input */

/* Appends the file of a model that exportable_check accepts. Fails for a model above 2 GB, the
 * limit of the format. */
ERROR_CHECKED int onnx_write(const struct model_file *f, struct text *out, struct error *e);

/* Appends fields of a Protocol Buffer (https://protobuf.dev/programming-guides/encoding), each as
 * the schema declares it, NAME=NUMBER, and its value:
 *     protobuf_add(out, "key=1 %s value=2 {size=1 %d data=2 %p}", key, size, &data);
 * The names are for the reader. A value is %d, an int; %s, a string; %g, a float; %p, a struct text
 * with bytes or a message, which is then freed; or a message in braces. */
void protobuf_add(struct text *out, const char *fields, ...) ERROR_PRINTF(2, 3);
