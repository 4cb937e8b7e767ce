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

/* Sets the parameters of the layers that `taken` (one per layer) marks, and leaves the marks of
 * those that it took. A layer that s does not have in its shapes is an error or, if `fitting`, is
 * left out; that none is taken is an error. */
ERROR_CHECKED int state_dict_take(struct model *m, const struct safetensors *s, bool fitting,
                                  bool *taken, const char *path, struct error *e);
