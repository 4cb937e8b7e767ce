#include "data/dataset.h"

int *classes_set(struct dataset *d, const struct data_options *from,
                 const struct string_list *names, int known, bool sorts, struct error *e) {
    /* A model of tables is refused for that reason, not for its classes. */
    bool model = from->expected && from->expected->columns.count == 0;
    const struct string_list *all = model ? &from->expected->classes : names;
    int *class = arena_alloc(&d->arena, (size_t)names->count, sizeof *class), i = 0;
    struct dictionary texts = {0};
    if (!class || names_copy(&d->classes, all->items, model ? all->count : known, from->path,
                             &d->arena, e) != 0) {
        error_memory(e, from->path);
        return NULL;
    }
    if (sorts && !model)
        names_sort(&d->classes);
    for (; i < d->classes.count; i++)
        if (dictionary_add(&texts, d->classes.items[i], KEY_INT_MAX, &d->arena, e) < 0) {
            error_input(e, "%s: the name of class %d has more than %d bytes; shorten it",
                        from->path, i, DICTIONARY_MAX_TEXT);
            return NULL;
        }
    for (i = 0; i < names->count; i++)
        if ((class[i] = dictionary_find(&texts, names->items[i])) < 0) {
            const char *near = names_nearest(&d->classes, names->items[i]);
            error_input(e, "%s: has the class \"%s\", %s; %s%s%s", from->path, names->items[i],
                        from->expected ? "which the model does not know"
                                       : "which the training set lacks",
                        near ? "did you mean \"" : "remove it, or train with it", near ? near : "",
                        near ? "\"?" : "");
            return NULL;
        }
    return class;
}
