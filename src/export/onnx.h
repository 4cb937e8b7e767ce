/* A model as an ONNX file, for the runtimes that read that: input "pixels" [N, features], scaled to
 * 0 .. 1, output "logits" [N, classes].
 *
 * The weights are the model's, but in which order a runtime adds is its own affair: logits agree
 * with onehot's to a few units in the last place of the largest term, not to the bit. The file's
 * bytes are a function of the model alone. */
#ifndef ONEHOT_EXPORT_ONNX_H
#define ONEHOT_EXPORT_ONNX_H

#include "base/text.h"
#include "runs/model_file.h"

/* Appends the file. Fails for a model that is larger than such a file may be, 2 GB. */
ERROR_CHECKED int onnx_write(const struct model_file *s, struct text *out, struct error *e);

#endif
