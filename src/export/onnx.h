/* Exports a model as an ONNX file: input "pixels" [N, features], each divided by 255, or of a table
 * "features" [N, features], not scaled, with each text as the columns of 0 and 1 that the metadata
 * names; output "logits" [N, classes].
 *
 * The weights are the model's, but runtimes choose their own order of additions, so logits agree
 * with onehot's to a few units in the last place of the largest term, not bit for bit. The bytes of
 * the file depend only on the model. */
#pragma once

#include "base/text.h"
#include "runs/model_file.h"

/* Appends the file of a model that exportable_check accepts. Fails for a model above 2 GB, the
 * limit of the format. */
ERROR_CHECKED int onnx_write(const struct model_file *s, struct text *out, struct error *e);

const char *onnx_input(const struct model_file *f); /* its name */
