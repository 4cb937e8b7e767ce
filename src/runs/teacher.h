/* Distillation's other model: what it says of the training samples (losses/distillation.c). */
#pragma once

#include "base/file.h"
#include "train/train.h"

/* The model file that the config's "loss.teacher" means; "" where the loss has no teacher. */
ERROR_CHECKED int teacher_find(const struct config *c, char path[FILE_PATH], struct error *e);

/* The teacher's logits for the training set of a prepared training, into t->train.teacher, computed
 * once, before the first step. Nothing happens where the loss has no teacher; it fails where the
 * teacher does not fit the dataset. `where` names the source of "loss.teacher" in errors. */
ERROR_CHECKED int teacher_ask(struct training *t, const char *where, struct error *e);
