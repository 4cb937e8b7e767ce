/* The structs of onehot.h are those of the tree under other names: src/library takes a pointer to
 * one for a pointer to the other. If their fields differ, the tests do not compile. */
#include "library/library.h"

#include <stddef.h>

#define SAME_AS(a, b, field)                                                                       \
    _Static_assert(sizeof(struct a) == sizeof(struct b) &&                                         \
                       offsetof(struct a, field) == offsetof(struct b, field) &&                   \
                       sizeof(((struct a *)0)->field) == sizeof(((struct b *)0)->field),           \
                   #a "." #field)
#define SAME(tag, field) SAME_AS(oh_##tag, tag, field)
SAME(error, text);
SAME(kind, size);
SAME(kind, keys);
SAME(kind, conflict);
SAME_AS(oh_strings, string_list, items);
SAME_AS(oh_numbers, number_list, items);
SAME(key, offset);
SAME(key, initial);
SAME(key, max);
SAME(key, above_min);
SAME(key, words);
SAME(key, help);
SAME(tensor, cols);
SAME(param, grad);
SAME(layer, options);
SAME(layer, ntrained);
SAME(layer, cached);
SAME(pass, step);
SAME(layer_type, nondifferentiable);
SAME(layer_type, identity);
SAME(layer_type, element);
SAME(layer_type, infer);
SAME(layer_type, forward);
SAME(layer_type, gradient);
SAME(layer_type, attention_weights);
SAME(target, teacher);
SAME(loss_type, smoothing);
SAME(loss_type, formula_one);
SAME(loss_type, backward);
SAME(update, step);
SAME(optim_type, vectors);
SAME(optim_type, step);
_Static_assert((int)OH_KEY_REALS == (int)KEY_REALS, "the types of keys");
