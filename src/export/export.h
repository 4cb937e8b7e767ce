/* Exports a model as a header for C99 and C++11: its weights, and functions that compute the logits
 * of `onehot evaluate` bit for bit, on any machine with IEEE 754 floats; or those of its int8 form,
 * in integers, on any machine. The template is header.h.in. */
#pragma once

#include "base/text.h"
#include "export/quantized.h"
#include "runs/model_file.h"

/* How printf writes a finite float for C and C++: in decimals, since hexadecimal floats are not C++
 * before C++17. 9 digits distinguish any two floats, and 17 any two doubles. */
#define HEADER_FLOAT "%#.9gf"

/* Appends the header of a model that exportable_check accepts, in float or, unless q is NULL, in
 * its int8 form q. All names in it begin with `name`, a C identifier. Runs the model once, for the
 * header's self-test. */
ERROR_CHECKED int header_write(struct model_file *file, const struct quantized *q, const char *name,
                               struct text *out, struct error *e);

/* ---- exportable.c: which models can be exported, by the rows of their layers ---- */

/* Fails if a model, which may be hostile, cannot be exported; the error says what can be. */
ERROR_CHECKED int exportable_check(const struct model_file *f, struct error *e);

/* Option k of a layer with an elementwise function, as its forward sees it. Returns false past the
 * last one. */
bool exportable_option(const struct layer *l, int k, float *value);

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

/* ---- protobuf.c: Protocol Buffers (https://protobuf.dev/programming-guides/encoding) ---- */

/* Appends fields, each as the schema declares it, NAME=NUMBER, and its value:
 *     protobuf_add(out, "key=1 %s value=2 {size=1 %d data=2 %p}", key, size, &data);
 * The names are for the reader. A value is %d, an int; %s, a string; %g, a float; %p, a struct text
 * with bytes or a message, which is then freed; or a message in braces. */
void protobuf_add(struct text *out, const char *fields, ...) ERROR_PRINTF(2, 3);
