/* What the two programs of onehot gradcheck share: the command itself (programs/gradcheck.c) and
 * onehot-f64, the double build that does the work (gradcheck/main.c). */
#pragma once

#define GRADCHECK_NAME    "gradcheck"
#define GRADCHECK_SUMMARY "check a model's gradients, plus sanity checks"
extern const char embed_gradcheck_help_txt[]; /* base/embed.h */
