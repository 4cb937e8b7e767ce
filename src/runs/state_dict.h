/* A model's parameters as named tensors, as in torch.nn.Sequential: "0.weight", "0.bias",
 * "2.weight", ..., with every layer counted. Weights are stored as [out][in], the transpose of
 * theta's. */
#pragma once

#include "model/model.h"
#include "runs/safetensors.h"

/* Fills s->tensors with copies in the arena. Fails if it runs out of memory. */
ERROR_CHECKED int state_dict_export(const struct model *m, struct safetensors *s, struct arena *a,
                                    struct error *e);

/* Sets theta from s, which must have exactly the model's tensors, with finite values. `path` names
 * the file in errors. On failure theta may be partly set. */
ERROR_CHECKED int state_dict_import(struct model *m, const struct safetensors *s, const char *path,
                                    struct error *e);
