/* The parameters by name, as torch.nn.Sequential calls them: "0.weight", "0.bias", "2.weight", ...
 * with the index counting every layer. Weights are kept as [out][in], the transpose of theta's. */
#pragma once

#include "model/model.h"
#include "runs/safetensors.h"

/* Fills s->tensors with copies in the arena; -1 when memory is out. */
ERROR_CHECKED int state_dict_export(const struct model *m, struct safetensors *s, struct arena *a,
                                    struct error *e);

/* Sets theta from s, whose tensors must be the model's, all of them and no other, and finite.
 * `path` names the file in errors. On failure theta is partly set. */
ERROR_CHECKED int state_dict_import(struct model *m, const struct safetensors *s, const char *path,
                                    struct error *e);
