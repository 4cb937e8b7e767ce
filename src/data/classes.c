#include "data/classes.h"
#include "data/names.h"

#include <string.h>

static int find(const struct string_list *list, const char *name) {
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->items[i], name) == 0)
            return i;
    return -1;
}

int classes_set(struct dataset *d, const struct data_options *from, const struct string_list *names,
                int *index, struct error *e) {
    /* A model of tables is refused for that reason, not for its classes. */
    bool model = from->expected && from->expected->columns.count == 0;
    const struct string_list *all = model ? &from->expected->classes : names;
    for (int i = 0; i < names->count; i++) {
        index[i] = model ? find(all, names->items[i]) : i;
        if (index[i] < 0)
            return error_input(e, "%s: has the class \"%s\", which the model does not know",
                               from->path, names->items[i]);
    }
    return names_copy(&d->classes, all->items, all->count, from->path, &d->arena, e);
}
