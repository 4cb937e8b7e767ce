/* What is the same in every exported header, with @ for the model's name. What computes does the
 * operations of this program, in their order. */
#ifndef ONEHOT_EXPORT_SNIPPETS_H
#define ONEHOT_EXPORT_SNIPPETS_H

extern const char snippets_usage[];    /* the start of its comment */
extern const char snippets_platform[]; /* includes, and what it cannot be compiled with */
extern const char snippets_fma[];      /* @_fma */
extern const char snippets_linear[];   /* @_linear, by @_fma */
extern const char snippets_exp[];      /* @_exp of double, and @_EXACT, @_NO_CONTRACTION */

#endif
