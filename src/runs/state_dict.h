/* A model's parameters as named tensors, "LAYER.weight" and "LAYER.bias", as in
 * torch.nn.Sequential. Weights are stored as [out][in], the transpose of those in theta. */
#pragma once

#include "model/model.h"
#include "runs/safetensors.h"

/* Fills s->tensors with copies, which the arena owns. Fails if memory runs out. */
ERROR_CHECKED int state_dict_export(const struct model *m, struct safetensors *s, struct arena *a,
                                    struct error *e);

/* Sets theta from s, which must have exactly the model's tensors, with finite values. On failure,
 * theta may be partly set. */
ERROR_CHECKED int state_dict_import(struct model *m, const struct safetensors *s, struct error *e);

/* Sets the parameters of the layers that `taken` (one per layer) marks; fails if there are none. If
 * s lacks a layer's tensors, in its shapes, that is an error or, if `fitting`, clears the mark. */
ERROR_CHECKED int state_dict_take(struct model *m, const struct safetensors *s, bool fitting,
                                  bool *taken, struct error *e);
