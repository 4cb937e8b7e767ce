/* Exports a model as one header for C99 and C++11: its weights, and functions that compute the
 * logits of `onehot evaluate` bit for bit, on any machine with IEEE 754 floats; or those of the
 * int8 model q, in integers, on any machine. The template is header.h.in. */
#pragma once

#include "base/text.h"
#include "export/quantized.h"
#include "runs/model_file.h"

/* How printf writes a finite float for C and C++: in decimals, since hexadecimal floats are no C++
 * before version 17. 9 digits tell apart any two floats, and 17 any two doubles. */
#define HEADER_FLOAT "%#.9gf"

/* Appends the header of a model that exportable_check accepts. All names in it begin with `name`, a
 * C identifier. `q` may be NULL. Runs the model once, for the header's self-test. */
ERROR_CHECKED int header_write(struct model_file *file, const struct quantized *q, const char *name,
                               struct text *out, struct error *e);

/* ---- exportable.c: which models can be exported, by the rows of their layers ---- */

/* Fails if a model, which may be hostile, cannot be exported, with an error that says what can
 * be. */
ERROR_CHECKED int exportable_check(const struct model_file *f, struct error *e);

/* Option k of a layer that computes an element function, as its forward sees it. Returns false past
 * the last one. */
bool exportable_option(const struct layer *l, int k, float *value);

/* ---- onnx.c: an ONNX file ----
 *
 * Its input is "pixels" [N, features], each divided by 255, or of a table "features" [N, features],
 * not scaled, with each text as the columns of 0 and 1 that the metadata names; its output is
 * "logits" [N, classes]. The weights are the model's, but runtimes choose their own order of
 * additions, so logits agree with onehot's to a few units in the last place of the largest term,
 * not bit for bit. The bytes of the file depend only on the model. */

/* Appends the file of a model that exportable_check accepts. Fails for a model above 2 GB, the
 * limit of the format. */
ERROR_CHECKED int onnx_write(const struct model_file *s, struct text *out, struct error *e);

const char *onnx_input(const struct model_file *f); /* its name */
