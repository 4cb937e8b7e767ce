/* The teacher model of distillation: its logits for the training samples (losses/distillation.c).
 */
#pragma once

#include "base/file.h"
#include "train/train.h"

/* The model file that the config's "loss.teacher" names; "" if the loss has no teacher. */
ERROR_CHECKED int teacher_find(const struct config *c, char path[FILE_PATH], struct error *e);

/* If the loss has a teacher: computes its logits for the training set of a prepared training, once,
 * before the first step, and stores them in the split. Fails if the teacher does not fit the
 * dataset. `where` names the source of "loss.teacher" in errors. */
ERROR_CHECKED int teacher_run(struct training *t, const char *where, struct error *e);
